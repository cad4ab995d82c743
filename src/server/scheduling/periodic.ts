import type { Log } from '../../log/log.ts';

export interface PeriodicTask {
  readonly name: string;
  readonly seconds: number;
  run(): Promise<void>;
}

/** Runs tasks by the clock, each never beside itself; returns how to stop. A failure is logged and tried again. */
export function startPeriodic(tasks: readonly PeriodicTask[], log: Log): () => void {
  const timers = tasks.map(({ name, seconds, run }) => {
    let busy = false;
    return setInterval(async () => {
      if (busy) return;
      busy = true;
      try {
        await run();
      } catch (error) {
        log.error(`${name} failed: ${error instanceof Error ? error.message : error}`);
      }
      busy = false;
    }, seconds * 1000);
  });
  return () => timers.forEach(clearInterval);
}
