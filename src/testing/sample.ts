import { randomInt } from 'node:crypto';

/** What a run takes of many cases, and how to have the same or all. */
export interface Sample<T> {
  readonly cases: readonly T[];
  /** What was left out, or undefined when nothing was. */
  readonly left: string | undefined;
}

/** mulberry32: a sequence of numbers from 0 to 1 that a seed decides. */
const generator = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/**
 * So many of the cases, in their order, chosen by chance. NEUTRON_TEST_SEED chooses the same ones again,
 * NEUTRON_TEST_ALL=1 takes all.
 */
export function sampleOf<T>(all: readonly T[], size: number, env = process.env): Sample<T> {
  if (env.NEUTRON_TEST_ALL || all.length <= size) return { cases: all, left: undefined };
  const seed = env.NEUTRON_TEST_SEED ?? String(randomInt(2 ** 31));
  const next = generator(Number(seed));
  const chosen = all
    .map((_, index) => ({ index, key: next() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, size)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  return {
    cases: chosen.map((index) => all[index]!),
    left:
      `a sample of ${size} of ${all.length} cases: NEUTRON_TEST_SEED=${seed} takes the same ones, ` +
      'NEUTRON_TEST_ALL=1 all',
  };
}
