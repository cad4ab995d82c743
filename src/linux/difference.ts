/** How the kernel differs from what is wanted, an object each. */
export interface Difference {
  /** missing: not there; foreign: there, and nobody wants it; unset: there, but not so. */
  readonly kind: 'missing' | 'foreign' | 'unset';
  /** The object in the words of the tool that shows it. */
  readonly what: string;
}

const VERBS: readonly (readonly [RegExp, Difference['kind']])[] = [
  [/^(create|add) /, 'missing'],
  [/^(destroy|del) /, 'foreign'],
  [/^\w+ (add|append|replace) /, 'missing'],
  [/^\w+ (del|flush) /, 'foreign'],
  [/^\w+ set /, 'unset'],
];

/** Reads the lines of a batch of ip, bridge or ipset, which would bring about what is wanted, as what differs. */
export const differencesOf = (lines: readonly string[]): Difference[] =>
  lines.map((line) => {
    const kind = VERBS.find(([verb]) => verb.test(line))?.[1] ?? 'unset';
    return {
      kind,
      what: line.replace(/^(create|add|destroy|del) |(?<=^\w+ )(add|append|replace|del|flush|set) /, ''),
    };
  });

export const missing = (what: string): Difference => ({ kind: 'missing', what });
export const foreign = (what: string): Difference => ({ kind: 'foreign', what });
export const unset = (what: string): Difference => ({ kind: 'unset', what });
