import { startAgain } from '../../src/lab/daemons.ts';
import { withCpu } from '../measure.ts';
import type { Sample } from '../row.ts';
import type { Target } from '../target/target.ts';

/** What an agent of the controller, which is down, does from its start on, with the processor time of these daemons. */
async function fromStart<T>(
  target: Target,
  name: string,
  daemons: readonly string[],
  watch: (began: number) => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: number }> {
  return withCpu({ ...target, daemons }, async () => {
    const [result] = await Promise.all([
      watch(Date.now()),
      startAgain(target.lab, { host: 'controller', name }),
    ]);
    return result;
  });
}

/**
 * Seconds until what `end` waits for, which begins to wait before the start and tells when it was, in milliseconds since the
 * epoch, or nothing when it did not come as long as it waited.
 */
export async function secondsFromStart(
  target: Target,
  name: string,
  daemons: readonly string[],
  end: () => Promise<number | undefined>,
): Promise<Sample> {
  const { result, cpu } = await fromStart(target, name, daemons, async (began) => {
    const ended = await end();
    return { seconds: ((ended ?? Date.now()) - began) / 1000, unfinished: ended === undefined };
  });
  return { values: [result.seconds], cpu, ...(result.unfinished ? { unfinished: true } : {}) };
}

/** So long are hundreds of things watched at most, in seconds: Python's agents would take the better part of an hour. */
export const WINDOW = 300;

export const WITHIN = `per second of the first ${WINDOW / 60} minutes`;

/**
 * How many things the agent sees to per second until it has seen to all, in the first minutes at most. `times` is given how
 * many seconds it may watch, and tells of each when it was seen to, in milliseconds since the epoch; of others nothing.
 * @throws when it saw to none
 */
export async function rateFromStart(
  target: Target,
  name: string,
  daemons: readonly string[],
  times: (seconds: number) => Promise<readonly (number | undefined)[]>,
): Promise<Sample> {
  const { result, cpu } = await fromStart(target, name, daemons, async (began) => {
    const all = await times(WINDOW);
    const seen = all.filter((time) => time !== undefined);
    if (seen.length === 0) throw new Error(`${name} has seen to none of ${all.length} in ${WINDOW} s`);
    const seconds = seen.length < all.length ? WINDOW : (Math.max(...seen) - began) / 1000;
    return { count: seen.length, rate: seen.length / seconds };
  });
  return { values: [result.rate], cpu: cpu / result.count };
}
