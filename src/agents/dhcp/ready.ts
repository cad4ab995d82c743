import type { Log } from '../../log/log.ts';
import { isUnbound } from '../../net/vifTypes.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { delayAfter, standardBackoff } from '../runtime/backoff.ts';
import { outage } from '../runtime/outage.ts';

/** Tells the server which ports have DHCP: a port becomes ACTIVE only then. */
export interface ReadyPorts {
  add(ports: readonly PortDict[]): void;
  stop(): void;
}

const mostPerCall = 64;
const gatherMilliseconds = 20;

/**
 * Sends ports in batches, one call at a time. Python's server tries ports that are not bound for seconds, one after
 * another, so these go last and never together with bound ones.
 */
export function createReadyPorts(log: Log, send: (portIds: string[]) => Promise<unknown>): ReadyPorts {
  const bound = new Set<string>();
  const unbound = new Set<string>();
  const trouble = outage(log, 'tell the server which ports have DHCP');
  let timer: NodeJS.Timeout | undefined;
  let sending = false;
  let stopped = false;

  const later = (milliseconds: number) => {
    if (!stopped && !sending) timer ??= setTimeout(() => void flush(), milliseconds);
  };

  async function flush(): Promise<void> {
    timer = undefined;
    const source = bound.size > 0 ? bound : unbound;
    const batch = [...source].slice(0, mostPerCall);
    for (const id of batch) source.delete(id);
    sending = true;
    let wait = 0;
    try {
      await send(batch);
      trouble.succeeded();
      log.debug(`DHCP is configured for ports ${batch.join(', ')}`);
    } catch (error) {
      if (!stopped) trouble.failed(error);
      for (const id of batch) source.add(id);
      wait = delayAfter(trouble.failures, standardBackoff);
    }
    sending = false;
    if (bound.size + unbound.size > 0) later(wait);
  }

  return {
    add(ports) {
      for (const port of ports) {
        const isBound = !isUnbound(port['binding:vif_type']);
        (isBound ? bound : unbound).add(port.id);
        (isBound ? unbound : bound).delete(port.id);
      }
      if (ports.length > 0) later(gatherMilliseconds);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
