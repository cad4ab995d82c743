import type { Item } from '../service.ts';
import type { Work } from '../work.ts';
import { syncSnatPorts } from './dvr.ts';
import {
  DISTRIBUTED_INTERFACE,
  type L3Parts,
  REPLICATED_INTERFACE,
  ROUTER_INTERFACE,
  ROUTER_INTERFACES,
} from './parts.ts';
import type { RouterRow } from './rows.ts';
import { badRouter } from './topology.ts';

/** Whether a router is kept on several hosts, and whether it is spread over those of its guests. */
export interface Kind {
  readonly ha: boolean;
  readonly distributed: boolean;
}

export const kindOf = (router: Pick<RouterRow, 'ha' | 'distributed'>): Kind => ({
  ha: router.ha === 1,
  distributed: router.distributed === 1,
});

/** The kind that a request asks for; null is the same as saying nothing. */
export const wantedKind = ({ ha, distributed }: Item, otherwise: Kind): Kind => ({
  ha: (ha as boolean | null | undefined) ?? otherwise.ha,
  distributed: (distributed as boolean | null | undefined) ?? otherwise.distributed,
});

/** Owner of the ports by which a router of this kind is on projects' networks. */
export const interfaceOwner = ({ ha, distributed }: Kind): string => {
  if (distributed) return DISTRIBUTED_INTERFACE;
  return ha ? REPLICATED_INTERFACE : ROUTER_INTERFACE;
};

/** A router changes its kind only while it is administratively down, so that no agent serves half of each. */
export function checkKindChange(router: RouterRow, changes: Item): void {
  const before = kindOf(router);
  const wanted = wantedKind(changes, before);
  const wasUp = router.admin_state_up === 1;
  const staysUp = (changes.admin_state_up as boolean | undefined) ?? wasUp;
  if (wanted.ha !== before.ha && staysUp) {
    throw badRouter(
      'Cannot change HA attribute of active routers. Please set router admin_state_up to False prior to upgrade',
    );
  }
  if (wanted.distributed !== before.distributed && (wasUp || staysUp)) {
    throw badRouter(
      "Cannot change the 'distributed' attribute of active routers. Please set router admin_state_up to False prior to upgrade",
    );
  }
}

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
    .where('port_type', 'in', [...ROUTER_INTERFACES])
    .execute();
  for (const { port_id } of interfaces) {
    await tx.updateTable('routerports').set({ port_type: owner }).where('port_id', '=', port_id).execute();
    await parts.ports.updateIn(work, port_id, { device_owner: owner });
  }
  await syncSnatPorts(parts, work, router.id);
}
