import {
  HA_INTERFACE,
  REPLICATED_INTERFACE,
  ROUTER_GATEWAY,
  SNAT_INTERFACE,
} from '../../net/deviceOwners.ts';
import type { HaState } from '../../rpc/l3plugin.ts';
import type { Queries } from '../scheduling/agents.ts';
import { L3_AGENT } from '../services/agents/agent.ts';
import type { Ports } from '../services/neighbours.ts';
import type { Port } from '../services/ports/rows.ts';
import type { PortStatuses } from '../services/ports/status.ts';
import type { Work } from '../services/work.ts';

/** Ports that are where the active instance of their router is. */
const FOLLOWERS = [REPLICATED_INTERFACE, SNAT_INTERFACE, ROUTER_GATEWAY];

/** What instances of highly available routers on a host are now; the ports of those that became active follow. */
export async function storeHaStates(
  work: Work,
  ports: Ports,
  host: string,
  states: Readonly<Record<string, HaState>>,
): Promise<void> {
  const { tx } = work;
  const known = await tx
    .selectFrom('ha_router_agent_port_bindings as binding')
    .innerJoin('agents', 'agents.id', 'binding.l3_agent_id')
    .select(['binding.port_id', 'binding.router_id'])
    .where('agents.host', '=', host)
    .where('binding.router_id', 'in', Object.keys(states))
    .orderBy('binding.port_id')
    .execute();
  for (const [state, instances] of Map.groupBy(known, ({ router_id }) => states[router_id]!)) {
    await tx
      .updateTable('ha_router_agent_port_bindings')
      .set({ state })
      .where(
        'port_id',
        'in',
        instances.map(({ port_id }) => port_id),
      )
      .execute();
  }
  const active = known.map(({ router_id }) => router_id).filter((id) => states[id] === 'active');
  if (active.length === 0) return;
  const followers = (await ports.listIn(tx, { device_id: active, device_owner: FOLLOWERS })) as Port[];
  for (const port of followers) {
    if (port['binding:host_id'] === host) continue;
    await ports.updateIfPresent(work, port.id, () => ({ 'binding:host_id': host }));
  }
}

/** HA ports of a host that starts anew: VRRP waits until the L2 agent has wired them once more. */
export async function unwireHaPorts(
  work: Work,
  ports: Ports,
  statuses: PortStatuses,
  host: string,
): Promise<void> {
  const filters = { device_owner: [HA_INTERFACE], status: ['ACTIVE'], 'binding:host_id': [host] };
  await statuses.set(work, (await ports.listIn(work.tx, filters)) as Port[], 'DOWN');
}

/** How many highly available routers that are up the agent on a host has. */
export async function countHaRouters(queries: Queries, host: string): Promise<number> {
  const { count } = await queries
    .selectFrom('routerl3agentbindings as binding')
    .innerJoin('agents', 'agents.id', 'binding.l3_agent_id')
    .innerJoin('routers', 'routers.id', 'binding.router_id')
    .innerJoin('router_extra_attributes as extra', 'extra.router_id', 'routers.id')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('agents.agent_type', '=', L3_AGENT)
    .where('agents.host', '=', host)
    .where('routers.admin_state_up', '=', 1)
    .where('extra.ha', '=', 1)
    .executeTakeFirstOrThrow();
  return Number(count);
}
