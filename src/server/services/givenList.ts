/** The list that a request gives. What Python holds for false, such as an empty text, is let pass in the place of one. */
export const givenList = <Member>(given: unknown): readonly Member[] => (Array.isArray(given) ? given : []);
