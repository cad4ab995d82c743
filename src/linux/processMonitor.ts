import type { Log } from '../log/log.ts';
import { type ExternalProcess, observeProcess } from './externalProcess.ts';

/** Notices daemons that died. Telling so and starting them again is the agent's work, through its reconciler. */
export interface ProcessMonitor {
  watch(key: string, process: ExternalProcess): void;
  forget(key: string): void;
  stop(): void;
}

export interface MonitorOptions {
  readonly log: Log;
  /** [agent] check_child_processes_interval; 0 switches it off. */
  readonly intervalSeconds: number;
  onDied(key: string, process: ExternalProcess): void;
}

/** A look costs one read of /proc a process, so it looks more often than Neutron's minute. */
const mostSeconds = 5;

export function createProcessMonitor({ log, intervalSeconds, onDied }: MonitorOptions): ProcessMonitor {
  const watched = new Map<string, ExternalProcess>();
  const look = () => {
    for (const [key, process] of [...watched]) {
      if (observeProcess(process).state !== 'absent') continue;
      watched.delete(key);
      log.error(`${process.name} died`);
      onDied(key, process);
    }
  };
  const timer =
    intervalSeconds > 0 ? setInterval(look, Math.min(intervalSeconds, mostSeconds) * 1000) : undefined;
  return {
    watch(key, process) {
      watched.set(key, process);
    },
    forget(key) {
      watched.delete(key);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
