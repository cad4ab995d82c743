import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';

/** What was worked on changed or went meanwhile. Nothing is wrong as long as the next attempt sees it. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Something that works or fails again and again; its log says so twice: when it begins to fail and when it ends. */
export interface Outage {
  failed(error: unknown): void;
  succeeded(): void;
  readonly failures: number;
  /** Why it failed last; undefined while it works. */
  readonly reason: string | undefined;
}

/** `what` completes the sentences 'Cannot … : reason' and 'Recovered after n failures: …'. */
export function outage(log: Log, what: string): Outage {
  let failures = 0;
  let reason: string | undefined;
  return {
    get failures() {
      return failures;
    },
    get reason() {
      return reason;
    },
    failed(error) {
      failures += 1;
      reason = reasonOf(error);
      const text = `Cannot ${what}: ${reason}`;
      const level = error instanceof Overtaken ? 'warning' : 'error';
      if (failures === 1) log[level](`${text}; trying again until it works`);
      else log.debug(`${text} (failure ${failures})`);
    },
    succeeded() {
      if (failures > 0) log.info(`Recovered after ${failures} failure(s): can ${what} again`);
      failures = 0;
      reason = undefined;
    },
  };
}
