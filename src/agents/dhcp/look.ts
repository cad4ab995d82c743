import { driftDnsmasq, driftInterfaces, driftNamespace, driftProcess } from '../../health/catalogue/drift.ts';
import { type Drift, inLanes, joined, type Look } from '../runtime/drift.ts';
import { broughtBy, type Reconciler } from '../runtime/reconciler.ts';
import type { NetworkReconciler } from './reconcile.ts';

/** One look at all networks that this host serves, by their loop and that of their metadata proxies. */
export async function lookAtNetworks(
  networks: NetworkReconciler,
  loop: Reconciler,
  proxies: Reconciler,
): Promise<Look> {
  const [settled, proxiesSettled] = [loop.settled(), proxies.settled()];
  try {
    const looks = await inLanes(networks.served(), async (id): Promise<Look> => {
      const found = settled.has(id) ? await networks.compare(id) : undefined;
      if (!found || !settled.has(id)) return { compared: {}, drift: [], complete: false };
      const about = {
        subject: { resource: 'network', id },
        heal() {
          networks.distrust(id);
          return broughtBy([loop, proxies], id);
        },
      };
      const drift: Drift[] = [
        { problem: driftNamespace, differences: found.namespace, ...about },
        { problem: driftInterfaces, differences: found.interfaces, ...about },
        { problem: driftDnsmasq, differences: found.dnsmasq, ...about },
        { problem: driftProcess, differences: proxiesSettled.has(id) ? found.proxy : [], ...about },
      ];
      return {
        complete: true,
        compared: { network: 1, dnsmasq: 1 },
        drift: drift.filter(({ differences }) => differences.length > 0),
      };
    });
    return { ...joined(looks), complete: settled.quiet && proxiesSettled.quiet };
  } finally {
    settled.end();
    proxiesSettled.end();
  }
}
