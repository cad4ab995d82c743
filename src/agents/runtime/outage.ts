import type { Log } from '../../log/log.ts';

/** Something that works or fails again and again; its log says so twice: when it begins to fail and when it ends. */
export interface Outage {
  failed(error: unknown): void;
  succeeded(): void;
  readonly failures: number;
}

/** `what` completes the sentences 'Cannot … : reason' and 'Recovered after n failures: …'. */
export function outage(log: Log, what: string): Outage {
  let failures = 0;
  return {
    get failures() {
      return failures;
    },
    failed(error) {
      failures += 1;
      const text = `Cannot ${what}: ${reasonOf(error)}`;
      if (failures === 1) log.error(`${text}; trying again until it works`);
      else log.debug(`${text} (failure ${failures})`);
    },
    succeeded() {
      if (failures > 0) log.info(`Recovered after ${failures} failure(s): can ${what} again`);
      failures = 0;
    },
  };
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
