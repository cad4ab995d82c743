import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../log/reason.ts';

/** Tries until it succeeds; gives up with what it waited for and the last reason. */
export async function waitFor<T>(what: string, attempt: () => Promise<T>, seconds = 60): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) {
        const reason = reasonOf(error);
        throw new Error(`waited ${seconds} s for ${what}: ${reason}`);
      }
      await sleep(50);
    }
  }
}
