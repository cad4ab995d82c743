/** A noun's five usual commands, and more. */
export const crud = (noun: string, ...more: string[]): string[] => [
  ...['create', 'delete', 'list', 'show', 'update'].map((verb) => `${noun}-${verb}`),
  ...more,
];

export const without = (names: readonly string[], ...excluded: string[]): string[] =>
  names.filter((name) => !excluded.includes(name));
