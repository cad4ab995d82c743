import { randomInt } from 'node:crypto';
import { seeded } from './random.ts';

/** What a run takes of many cases, and how to have the same or all. */
export interface Sample<T> {
  readonly cases: readonly T[];
  /** What was left out, or undefined when nothing was. */
  readonly left: string | undefined;
}

/**
 * So many of the cases, in their order, chosen by chance. NEUTRON_TEST_SEED chooses the same ones again,
 * NEUTRON_TEST_ALL=1 takes all.
 */
export function sampleOf<T>(all: readonly T[], size: number, env = process.env): Sample<T> {
  if (env.NEUTRON_TEST_ALL || all.length <= size) return { cases: all, left: undefined };
  const seed = env.NEUTRON_TEST_SEED ?? String(randomInt(2 ** 31));
  const { fraction } = seeded(Number(seed));
  const chosen = all
    .map((_, index) => ({ index, key: fraction() }))
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
