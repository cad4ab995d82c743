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

/** Does some work, and tells the processor time that the server, or other daemons of the controller, spent meanwhile. */
export async function withCpu<T>(
  target: Target,
  work: () => Promise<T>,
  daemons: readonly string[] = ['neutron-server'],
): Promise<{ readonly result: T; readonly cpu: number }> {
  const host = hostNamed(target.lab, 'controller');
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

/** So many at once, each begun when another ends: operations per second. */
export async function atOnce(
  target: Target,
  operations: number,
  width: number,
  operation: (index: number) => Promise<unknown>,
): Promise<Sample> {
  let next = 0;
  const lane = async () => {
    while (next < operations) await operation(next++);
  };
  const { result, cpu } = await withCpu(target, () =>
    elapsed(() => Promise.all(Array.from({ length: width }, lane))),
  );
  return { values: [operations / (result / 1000)], cpu: cpu / operations };
}
