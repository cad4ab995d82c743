import { dhcpDeviceId, reservedDhcpPort } from '../../../net/dhcpDevice.ts';
import { dhcpAgent, dhcpPriorities } from '../../../rpc/dhcpAgent.ts';
import { message } from '../../../rpc/interface.ts';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import type { MembersService } from '../../http/registry.ts';
import type { RouterNotifier } from '../../notify/routers.ts';
import type { Queries } from '../../scheduling/agents.ts';
import type { DhcpScheduler } from '../../scheduling/dhcp.ts';
import { type L3Scheduler, modeOf } from '../../scheduling/l3.ts';
import type { Lookup, Ports } from '../neighbours.ts';
import type { HaRouters } from '../routers/ha.ts';
import { presentRouters, type RouterRow, routerNotFound, routersById } from '../routers/rows.ts';
import type { Item } from '../service.ts';
import { transact, type Work } from '../work.ts';
import { type AgentRow, DHCP_AGENT, L3_AGENT, presentHostingAgent } from './agent.ts';
import { haAgents } from './haStates.ts';

interface Parts {
  readonly agentDownTime: number;
  /** Agents out of service still serve what they host. */
  readonly servesWhenDown: boolean;
  readonly networks: Lookup;
  readonly ports: Ports;
  readonly dhcp: DhcpScheduler;
  readonly l3: L3Scheduler;
  readonly ha: Pick<HaRouters, 'leave'>;
  readonly notifier: RouterNotifier;
}

/** Throws AgentNotFound. */
async function getAgent(queries: Queries, id: string): Promise<AgentRow> {
  const agent = await queries.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
  if (agent === undefined) throw fault('AgentNotFound', { id });
  return agent;
}

/** Takes a network from a DHCP agent; its DHCP port is kept for the next agent, so that the address stays. */
export async function unhostNetwork(
  work: Work,
  ports: Ports,
  agent: AgentRow,
  networkId: string,
): Promise<boolean> {
  const { numDeletedRows } = await work.tx
    .deleteFrom('networkdhcpagentbindings')
    .where('network_id', '=', networkId)
    .where('dhcp_agent_id', '=', agent.id)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return false;
  const served = await ports.listIn(work.tx, { device_id: [dhcpDeviceId(agent.host, networkId)] });
  for (const { id } of served) {
    await ports.updateIfPresent(work, id as string, () => ({ device_id: reservedDhcpPort }));
  }
  return true;
}

/** The networks of a DHCP agent. */
export const dhcpNetworks = (server: ServerContext, parts: Parts): MembersService => ({
  list: (_context, agentId) =>
    server.db.transaction(async (tx) => {
      const rows = await tx
        .selectFrom('networkdhcpagentbindings')
        .select('network_id')
        .where('dhcp_agent_id', '=', agentId)
        .execute();
      if (rows.length === 0) await getAgent(tx, agentId);
      return rows.length === 0
        ? []
        : parts.networks.listIn(tx, { id: rows.map(({ network_id }) => network_id) });
    }),

  add: (context, agentId, networkId) =>
    transact(server, context, async ({ tx }) => {
      if ((await parts.networks.getIn(tx, networkId)) === undefined) {
        throw fault('NetworkNotFound', { net_id: networkId });
      }
      const agent = await getAgent(tx, agentId);
      if (agent.agent_type !== DHCP_AGENT || !(agent.admin_state_up || parts.servesWhenDown)) {
        throw fault('InvalidDHCPAgent', { id: agentId });
      }
      if (!(await parts.dhcp.bind(tx, networkId, agentId))) {
        throw fault('NetworkHostedByDHCPAgent', { network_id: networkId, agent_id: agentId });
      }
      const payload = { network: { id: networkId }, priority: dhcpPriorities.networkCreate };
      const news = message(dhcpAgent, 'network_create_end', { payload }, { server: agent.host });
      await server.outbox.add(tx, { ...news, context: context.rpc });
      return null;
    }),

  remove: (context, agentId, networkId) =>
    transact(server, context, async (work) => {
      const agent = await getAgent(work.tx, agentId);
      if (!(await unhostNetwork(work, parts.ports, agent, networkId))) {
        throw fault('NetworkNotHostedByDhcpAgent', { network_id: networkId, agent_id: agentId });
      }
      const payload = { network_id: networkId, priority: dhcpPriorities.networkDelete };
      const news = message(dhcpAgent, 'network_delete_end', { payload }, { server: agent.host });
      await server.outbox.add(work.tx, { ...news, context: context.rpc });
    }),
});

/** Modes of agents that have every distributed router whose guests are on their host, and no other. */
const DISTRIBUTED_ONLY = ['dvr', 'dvr_no_external'];

function checkMode(agent: AgentRow, router: RouterRow): void {
  if (DISTRIBUTED_ONLY.includes(modeOf(agent))) throw fault('DVRL3CannotAssignToDvrAgent');
  if (modeOf(agent) === 'legacy' && router.distributed) {
    throw fault('RouterL3AgentMismatch', { router_id: router.id, agent_id: agent.id });
  }
}

/** The routers of an L3 agent. */
export const l3Routers = (
  server: ServerContext,
  { l3, ha, notifier, servesWhenDown }: Parts,
): MembersService => ({
  async list(_context, agentId) {
    const rows = await server.db.kysely
      .selectFrom('routerl3agentbindings')
      .select('router_id')
      .where('l3_agent_id', '=', agentId)
      .execute();
    if (rows.length === 0) await getAgent(server.db.kysely, agentId);
    const routers = await routersById(
      server.db.kysely,
      rows.map(({ router_id }) => router_id),
    );
    return presentRouters(server.db.kysely, routers);
  },

  add: (context, agentId, routerId) =>
    transact(server, context, async (work) => {
      const { tx } = work;
      const [router] = await routersById(tx, [routerId]);
      if (router === undefined) throw routerNotFound(routerId);
      const agent = await getAgent(tx, agentId);
      if (agent.agent_type !== L3_AGENT) throw fault('InvalidL3Agent', { id: agentId });
      checkMode(agent, router);
      if (!(agent.admin_state_up || servesWhenDown) || !l3.fits(agent, router)) {
        throw fault('InvalidL3Agent', { id: agentId });
      }
      const present = await l3.hosting(tx, [routerId]);
      if (present.some(({ id }) => id === agentId)) return null;
      if (present.length > 0 && !router.ha) {
        throw fault('RouterHostedByL3Agent', { router_id: routerId, agent_id: present[0]!.id });
      }
      if (await l3.bind(work, router, agentId)) await notifier.addedToAgent(work, routerId, agent.host);
      return null;
    }),

  remove: (context, agentId, routerId) =>
    transact(server, context, async (work) => {
      const agent = await getAgent(work.tx, agentId);
      if (DISTRIBUTED_ONLY.includes(modeOf(agent))) throw fault('DVRL3CannotRemoveFromDvrAgent');
      if ((await routersById(work.tx, [routerId])).length === 0) throw routerNotFound(routerId);
      await ha.leave(work, routerId, agentId);
      await work.tx
        .deleteFrom('routerl3agentbindings')
        .where('router_id', '=', routerId)
        .where('l3_agent_id', '=', agentId)
        .execute();
      await notifier.removedFromAgent(work, routerId, agent.host);
    }),
});

/** The DHCP agents of a network. */
export const networkDhcpAgents = (server: ServerContext, { dhcp, agentDownTime }: Parts): MembersService => ({
  async list(_context, networkId): Promise<Item[]> {
    const agents = await dhcp.hosting(server.db.kysely, networkId);
    return agents.map((agent) => presentHostingAgent(agent, agentDownTime));
  },
});

/** The L3 agents of a router. */
export const routerL3Agents = (server: ServerContext, { l3, agentDownTime }: Parts): MembersService => ({
  async list(_context, routerId): Promise<Item[]> {
    const { kysely } = server.db;
    const [router] = await routersById(kysely, [routerId]);
    if (router === undefined) throw routerNotFound(routerId);
    const agents = router.ha
      ? await haAgents(kysely, [routerId], agentDownTime)
      : (await l3.hosting(kysely, [routerId])).map((agent) => ({ agent, state: null }));
    return agents.map(({ agent, state }) => ({
      ...presentHostingAgent(agent, agentDownTime),
      ha_state: state,
    }));
  },
});
