import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks until there is something, and returns it. What a look throws means "not yet".
 * @throws after `seconds`, with what was awaited and the last look's error as its cause
 */
export async function until<T>(what: string, look: () => T | Promise<T>, seconds = 20): Promise<T> {
  let cause: unknown;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(20)) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`not within ${seconds} s: ${what}`, { cause });
}
