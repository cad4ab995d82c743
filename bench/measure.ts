import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from './row.ts';
import type { Target } from './target/target.ts';
import { spentBetween, spentBy } from './target/usage.ts';

/** Milliseconds that passed while something was done. */
export async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The last of times at which things were seen to. @throws when one never was */
export function lastOf(times: readonly (number | undefined)[], what: string): number {
  const seen = times.filter((time) => time !== undefined);
  if (seen.length < times.length) throw new Error(`${what}: ${seen.length} of ${times.length}`);
  return Math.max(...seen);
}

const LOOK_MILLISECONDS = 5;

/** Tries, at short intervals, until it succeeds. @throws after `seconds`, with the last reason */
export async function soon<T>(attempt: () => Promise<T>, seconds = 90): Promise<T> {
  for (const end = performance.now() + seconds * 1000; ; await sleep(LOOK_MILLISECONDS)) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw new Error(`not within ${seconds} s`, { cause: error });
    }
  }
}

/**
 * Does some work, and tells the milliseconds of processor time that the target's daemons spent meanwhile, on all hosts; of
 * one that starts only then, all that it spent.
 */
export async function withCpu<T>(
  { lab, daemons }: Pick<Target, 'lab' | 'daemons'>,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: number }> {
  const look = () =>
    [...lab.hosts.values()].flatMap((host) => daemons.map((daemon) => spentBy(host, daemon)));
  const before = look();
  const result = await work();
  const cpu = look().reduce((sum, after, at) => sum + spentBetween(before[at]!, after), 0);
  return { result, cpu };
}

/** One operation after the other: the milliseconds of each. */
export async function oneByOne(
  target: Target,
  operations: number,
  operation: (index: number) => Promise<unknown>,
): Promise<Sample> {
  const { result, cpu } = await withCpu(target, async () => {
    const values: number[] = [];
    for (let index = 0; index < operations; index += 1) values.push(await elapsed(() => operation(index)));
    return values;
  });
  return { values: result, cpu: cpu / operations };
}

/** One operation after the other, each with what is made ready for it, which does not count; an operation tells its milliseconds. */
export async function eachPrepared<T>(
  target: Pick<Target, 'lab' | 'daemons'>,
  operations: number,
  prepare: (index: number) => T | Promise<T>,
  operation: (prepared: T) => Promise<number>,
): Promise<Sample> {
  const values: number[] = [];
  let total = 0;
  for (let index = 0; index < operations; index += 1) {
    const prepared = await prepare(index);
    const { result, cpu } = await withCpu(target, () => operation(prepared));
    values.push(result);
    total += cpu;
  }
  return { values, cpu: total / operations };
}

/** Does so many operations, one in each lane at a time; their results in the order of their numbers. */
export async function inLanes<T>(
  operations: number,
  lanes: number,
  operation: (index: number, lane: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (_: unknown, lane: number) => {
    for (let index = next++; index < operations; index = next++)
      results[index] = await operation(index, lane);
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return results;
}

/** How many operations there are a second, one in each lane at a time. */
export async function ratePerSecond(
  operations: number,
  lanes: number,
  operation: (index: number, lane: number) => Promise<unknown>,
): Promise<number> {
  const milliseconds = await elapsed(() => inLanes(operations, lanes, operation));
  return operations / (milliseconds / 1000);
}

/** So many at once, each begun when another ends: operations per second. */
export async function atOnce(
  target: Target,
  operations: number,
  lanes: number,
  operation: (index: number, lane: number) => Promise<unknown>,
): Promise<Sample> {
  const { result, cpu } = await withCpu(target, () => ratePerSecond(operations, lanes, operation));
  return { values: [result], cpu: cpu / operations };
}
