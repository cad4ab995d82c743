import type { Difference } from '../../linux/difference.ts';
import {
  compareMetadataProxy,
  ensureMetadataProxy,
  type MetadataProxy,
  stopMetadataProxy,
} from '../../linux/haproxy.ts';
import { createProcessMonitor } from '../../linux/processMonitor.ts';
import type { Log } from '../../log/log.ts';
import { createReconciler, one, type Reconciler } from '../runtime/reconciler.ts';
import type { DhcpSettings } from './settings.ts';

/** Runs the networks' metadata proxies, in a loop of its own: no port waits for its lease until haproxy has started. */
export interface MetadataProxies {
  /** Of networks. */
  readonly loop: Reconciler;
  /** What a network is to have; `distrust`: what runs is looked at also when it is wanted as before. */
  want(networkId: string, proxy: MetadataProxy | undefined, distrust: boolean): void;
  /** Ends a network's proxy; resolves when it is gone. */
  end(networkId: string): Promise<void>;
  /** What work on the network would put right. Only reads. */
  compare(networkId: string): readonly Difference[];
  stop(): Promise<void>;
}

interface Options {
  readonly log: Log;
  readonly settings: DhcpSettings;
  /** A proxy died: it is started anew, if this returns. */
  onDied(): void;
}

/** A start takes a processor for as long as many leases. */
const PARALLEL = 2;
/** A network that goes waits for it. */
const END_PRIORITY = 1;

export function createMetadataProxies({ log, settings, onDied }: Options): MetadataProxies {
  const wanted = new Map<string, MetadataProxy>();
  /** Network → whose proxy was run for it: its own or a router's. */
  const owners = new Map<string, string>();
  const monitor = createProcessMonitor({
    log,
    intervalSeconds: settings.checkSeconds,
    onDied(networkId) {
      onDied();
      loop.mark(networkId);
    },
  });
  const loop = createReconciler({
    log,
    itemName: 'metadata proxy of network',
    parallel: PARALLEL,
    batchSize: 1,
    backoff: { firstSeconds: settings.resyncSeconds, maxSeconds: 60 },
    listAll: async () => wanted.keys(),
    work: one(apply),
  });

  async function apply(networkId: string): Promise<void> {
    const proxy = wanted.get(networkId);
    // Not watched while it may be started anew.
    monitor.forget(networkId);
    for (const owner of new Set([networkId, owners.get(networkId) ?? networkId]))
      if (owner !== proxy?.id) await stopMetadataProxy(owner, settings.proxy);
    owners.delete(networkId);
    if (!proxy) return;
    owners.set(networkId, proxy.id);
    monitor.watch(networkId, await ensureMetadataProxy(proxy, settings.proxy));
  }

  return {
    loop,
    want(networkId, proxy, distrust) {
      const before = wanted.get(networkId);
      if (proxy) wanted.set(networkId, proxy);
      else wanted.delete(networkId);
      if (distrust || JSON.stringify(before) !== JSON.stringify(proxy)) loop.mark(networkId);
    },
    async end(networkId) {
      wanted.delete(networkId);
      const error = await loop.bring(networkId, END_PRIORITY);
      if (error !== undefined) throw error;
    },
    compare(networkId) {
      const proxy = wanted.get(networkId);
      return proxy ? compareMetadataProxy(proxy, settings.proxy) : [];
    },
    stop() {
      monitor.stop();
      return loop.stop();
    },
  };
}
