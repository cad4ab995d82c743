import { setTimeout as sleep } from 'node:timers/promises';
import { hostNamed } from '../../src/lab/lab.ts';
import type { Target } from './target.ts';
import { memoryMiB, processesOf } from './usage.ts';

/** MiB of the controller's processes of a daemon, its workers and helpers. */
export function memoryOf({ lab }: Target, daemon: string): number {
  const host = hostNamed(lab, 'controller');
  return memoryMiB(host, processesOf(host, daemon));
}

/** After so long a quiet worker has given back what it kept (src/server/workers/memory.ts). */
const GIVEN_BACK_MILLISECONDS = 4000;

/** MiB of memory at most while something is done, above what it was before, at rest. */
export async function mostMoreWhile(memory: () => number, work: () => Promise<unknown>): Promise<number> {
  await sleep(GIVEN_BACK_MILLISECONDS);
  const before = memory();
  let [most, done] = [before, false];
  const finished = work().finally(() => {
    done = true;
  });
  while (!done) {
    most = Math.max(most, memory());
    await sleep(50);
  }
  await finished;
  return most - before;
}
