import { setTimeout as sleep } from 'node:timers/promises';
import type { NovaEvent } from './events.ts';

export interface Batch {
  queue(events: readonly NovaEvent[]): void;
  /** Sends what waits and stops. */
  close(): Promise<void>;
}

/**
 * Sends the first event at once, and what comes within the interval after a sending together. Sending never rejects:
 * `send` reports its failures itself.
 */
export function createBatch(
  intervalSeconds: number,
  send: (events: readonly NovaEvent[]) => Promise<void>,
): Batch {
  let waiting: NovaEvent[] = [];
  let running: Promise<void> | undefined;
  const stop = new AbortController();

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const events = waiting;
      waiting = [];
      await send(events);
      if (!stop.signal.aborted) {
        await sleep(intervalSeconds * 1000, undefined, { signal: stop.signal, ref: false }).catch(() => {});
      }
    }
    running = undefined;
  }

  return {
    queue(events) {
      if (events.length === 0) return;
      waiting.push(...events);
      running ??= run();
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}
