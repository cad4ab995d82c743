import { setTimeout as sleep } from 'node:timers/promises';
import { hostNamed } from '../src/lab/lab.ts';
import type { Sample } from './row.ts';
import type { Target } from './target/target.ts';
import { cpuMilliseconds, processesOf } from './target/usage.ts';

/** Milliseconds that passed while something was done. */
export async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
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

/** Does some work, and tells the milliseconds of processor time that the target's daemons spent meanwhile. */
export async function withCpu<T>(
  { lab, daemons }: Target,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cpu: number }> {
  const host = hostNamed(lab, 'controller');
  const pids = daemons.flatMap((daemon) => processesOf(host, daemon));
  const before = cpuMilliseconds(host, pids);
  const result = await work();
  return { result, cpu: cpuMilliseconds(host, pids) - before };
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
