import { driftDnsmasq, driftInterfaces, driftNamespace, driftProcess } from '../../health/catalogue/drift.ts';
import { type Drift, inLanes, joined, type Look } from '../runtime/drift.ts';
import type { Reconciler } from '../runtime/reconciler.ts';
import type { NetworkReconciler } from './reconcile.ts';

/** Brings a network to its desired state by one loop after the other; the first error, or undefined for none. */
export async function broughtBy(loops: readonly Reconciler[], id: string): Promise<unknown> {
  for (const loop of loops) {
    const error = await loop.bring(id);
    if (error !== undefined) return error;
  }
  return undefined;
}

/**
 * One look at all networks that this host serves.
 * @param loops that work on networks, in the order in which one is brought to its desired state
 */
export async function lookAtNetworks(
  networks: NetworkReconciler,
  loops: readonly Reconciler[],
): Promise<Look> {
  const watches = loops.map((loop) => loop.settled());
  const settled = (id: string) => watches.every((watch) => watch.has(id));
  try {
    const looks = await inLanes(networks.served(), async (id): Promise<Look> => {
      const found = settled(id) ? await networks.compare(id) : undefined;
      if (!found || !settled(id)) return { compared: {}, drift: [], complete: false };
      const about = {
        subject: { resource: 'network', id },
        heal() {
          networks.distrust(id);
          return broughtBy(loops, id);
        },
      };
      const drift: Drift[] = [
        { problem: driftNamespace, differences: found.namespace, ...about },
        { problem: driftInterfaces, differences: found.interfaces, ...about },
        { problem: driftDnsmasq, differences: found.dnsmasq, ...about },
        { problem: driftProcess, differences: found.proxy, ...about },
      ];
      return {
        complete: true,
        compared: { network: 1, dnsmasq: 1 },
        drift: drift.filter(({ differences }) => differences.length > 0),
      };
    });
    return { ...joined(looks), complete: watches.every(({ quiet }) => quiet) };
  } finally {
    for (const watch of watches) watch.end();
  }
}
