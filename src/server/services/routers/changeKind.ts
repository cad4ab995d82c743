import { ROUTER_INTERFACES } from '../../../net/deviceOwners.ts';
import type { Item } from '../service.ts';
import type { Work } from '../work.ts';
import { syncSnatPorts } from './dvr.ts';
import { interfaceOwner, kindOf, wantedKind } from './kind.ts';
import type { L3Parts } from './parts.ts';
import type { RouterRow } from './rows.ts';

/** Takes a router from every agent; whoever schedules it next finds it free. */
async function unhost(parts: L3Parts, work: Work, router: RouterRow): Promise<void> {
  for (const agent of await parts.scheduler.hosting(work.tx, [router.id])) {
    await work.tx
      .deleteFrom('routerl3agentbindings')
      .where('router_id', '=', router.id)
      .where('l3_agent_id', '=', agent.id)
      .execute();
    await parts.ha.leave(work, router.id, agent.id);
    await parts.notifier.removedFromAgent(work, router.id, agent.host);
  }
}

/** Makes a locked and checked router the kind that is asked for: its interfaces, agents and ports of its own. */
export async function changeKind(
  parts: L3Parts,
  work: Work,
  router: RouterRow,
  changes: Item,
): Promise<void> {
  const { tx } = work;
  const before = kindOf(router);
  const wanted = wantedKind(changes, before);
  if (wanted.ha === before.ha && wanted.distributed === before.distributed) return;
  await unhost(parts, work, router);
  if (before.ha && !wanted.ha) await parts.ha.release(work, router);
  if (!before.ha && wanted.ha) await parts.ha.ensureNetwork(work, router.project_id ?? '');
  await tx
    .updateTable('router_extra_attributes')
    .set({ ha: wanted.ha ? 1 : 0, distributed: wanted.distributed ? 1 : 0 })
    .where('router_id', '=', router.id)
    .execute();
  const owner = interfaceOwner(wanted);
  const interfaces = await tx
    .selectFrom('routerports')
    .select('port_id')
    .where('router_id', '=', router.id)
    .where('port_type', 'in', ROUTER_INTERFACES)
    .execute();
  for (const { port_id } of interfaces) {
    await tx.updateTable('routerports').set({ port_type: owner }).where('port_id', '=', port_id).execute();
    await parts.ports.updateIn(work, port_id, { device_owner: owner });
  }
  await syncSnatPorts(parts, work, router.id);
}
