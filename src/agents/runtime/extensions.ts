/** What an operator must know of [agent] extensions that an agent is asked for and does not have. */
export const missingExtensions = (asked: readonly string[], had: readonly string[]): readonly string[] =>
  asked
    .filter((name) => !had.includes(name))
    .map((name) => `[agent] extensions = ${name}: this agent has no such extension, and does without`);
