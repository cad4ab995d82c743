import {
  driftForwarding,
  driftInterfaces,
  driftNamespace,
  driftNat,
  driftProcess,
  driftRoutes,
} from '../../health/catalogue/drift.ts';
import { listLinks } from '../../linux/links.ts';
import { type Drift, inLanes, joined, type Look } from '../runtime/drift.ts';
import type { Reconciler } from '../runtime/reconciler.ts';
import type { Router } from './router.ts';

/** One look at all routers of this host: five programs that read for each. */
export async function lookAtRouters(routers: ReadonlyMap<string, Router>, loop: Reconciler): Promise<Look> {
  const settled = loop.settled();
  try {
    const outside = await listLinks();
    const looks = await inLanes([...routers.values()], async (router): Promise<Look> => {
      if (!settled.has(router.id)) return NOTHING;
      const found = await router.compare(outside);
      const { applied } = router;
      if (!found || !applied || !settled.has(router.id)) return NOTHING;
      const about = {
        subject: { resource: 'router', id: router.id },
        heal: () => loop.bring(router.id),
      };
      const drift: Drift[] = [
        { problem: driftNamespace, differences: found.namespace, ...about },
        { problem: driftInterfaces, differences: found.interfaces, ...about },
        { problem: driftRoutes, differences: found.routes, ...about },
        { problem: driftNat, differences: found.rules, ...about },
        { problem: driftForwarding, differences: found.sysctls, ...about },
        { problem: driftProcess, differences: found.processes, ...about },
      ];
      return {
        complete: true,
        compared: {
          router: 1,
          interface: applied.interfaces.length + (applied.gateway ? 1 : 0),
          'floating ip': applied.floatingIps.length,
        },
        drift: drift.filter(({ differences }) => differences.length > 0),
      };
    });
    return { ...joined(looks), complete: settled.quiet };
  } finally {
    settled.end();
  }
}

const NOTHING: Look = { compared: {}, drift: [], complete: false };
