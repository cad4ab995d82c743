import type { Log } from '../../../log/log.ts';
import type { HaState } from '../../../rpc/l3plugin.ts';

/** Changes of role that come this close together are told in one message, the last word of each router. */
const BATCH_MILLISECONDS = 200;
const RETRY_MILLISECONDS = 5000;

/** Tells the server what routers are here. */
export interface HaReports {
  tell(routerId: string, state: HaState): void;
  stop(): void;
}

export function createHaReports(
  log: Log,
  send: (states: Record<string, HaState>) => Promise<void>,
): HaReports {
  const waiting = new Map<string, HaState>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const later = (milliseconds: number) => {
    if (!stopped) timer ??= setTimeout(() => void flush(), milliseconds);
  };

  async function flush(): Promise<void> {
    timer = undefined;
    const states = Object.fromEntries(waiting);
    waiting.clear();
    try {
      await send(states);
    } catch (error) {
      log.warning(`The server does not know yet what HA routers are here: ${error}; it is told again`);
      for (const [id, state] of Object.entries(states)) if (!waiting.has(id)) waiting.set(id, state);
      later(RETRY_MILLISECONDS);
    }
  }

  return {
    tell(routerId, state) {
      waiting.set(routerId, state);
      later(BATCH_MILLISECONDS);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
