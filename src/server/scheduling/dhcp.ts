import type { Log } from '../../log/log.ts';
import type { RpcContext } from '../../messaging/transport.ts';
import { dhcpAgent, dhcpPriorities } from '../../rpc/dhcpAgent.ts';
import { message } from '../../rpc/interface.ts';
import { RetryTransaction } from '../db/database.ts';
import { isDuplicate } from '../db/errors.ts';
import { together } from '../db/together.ts';
import type { Outbox } from '../notify/outbox.ts';
import { type AgentRow, DHCP_AGENT, dhcpAgentsQuery, type HostingAgent } from '../services/agents/agent.ts';
import { parseHints } from '../services/agents/zones.ts';
import type { Tx } from '../services/service.ts';
import {
  type Candidate,
  choiceOf,
  isInZones,
  type Queries,
  usableAgents,
  usableQuery,
  vacantIndex,
} from './agents.ts';

export interface DhcpSchedulerSettings {
  readonly agent_down_time: number;
  readonly dhcp_agents_per_network: number;
  readonly network_auto_schedule: boolean;
  readonly network_scheduler_driver: string | null;
  /** What weighs an agent: networks are counted, subnets and ports are as it reported them. */
  readonly dhcp_load_type: string;
  readonly default_availability_zones: readonly string[];
}

/** Agents that host a network after it was scheduled, and those of them that did not before. */
export interface Scheduled {
  readonly hosting: readonly HostingAgent[];
  readonly added: readonly AgentRow[];
}

export interface DhcpScheduler {
  /** Agents that host a network, dead ones too. */
  hosting(queries: Queries, networkId: string): Promise<HostingAgent[]>;
  /**
   * Gives a network, with DHCP or without, as many agents as it should have and tells the new ones; those that it has are
   * looked up unless they are known.
   */
  schedule(
    tx: Tx,
    context: RpcContext,
    networkId: string,
    known?: readonly HostingAgent[],
  ): Promise<Scheduled>;
  /** Gives networks with DHCP that lack an agent to the one on `host`, which is about to ask for all of its networks. */
  autoSchedule(tx: Tx, host: string): Promise<void>;
  /** Puts a network on an agent; false when it was there already, or when `limit` agents have it. */
  bind(tx: Tx, networkId: string, agentId: string, limit?: number): Promise<boolean>;
}

export function createDhcpScheduler(
  settings: DhcpSchedulerSettings,
  outbox: Outbox,
  log: Log,
): DhcpScheduler {
  const logger = log.named('neutron.scheduler.dhcp_agent_scheduler');
  const choose = choiceOf(settings.network_scheduler_driver ?? '');
  const limit = settings.dhcp_agents_per_network;

  const hosting: DhcpScheduler['hosting'] = (queries, networkId) =>
    dhcpAgentsQuery(queries, networkId).execute();

  /** Usable agents beside those that are `taken`, in the zones that the network should be served from. */
  async function candidates(tx: Tx, networkId: string, taken: readonly AgentRow[]): Promise<Candidate[]> {
    const [networks, agents, counts] = await together(
      tx,
      tx.selectFrom('networks').select('availability_zone_hints').where('id', '=', networkId),
      usableQuery(tx, DHCP_AGENT, settings.agent_down_time),
      tx
        .selectFrom('networkdhcpagentbindings')
        .select(['dhcp_agent_id', (e) => e.fn.countAll<number>().as('hosted')])
        .groupBy('dhcp_agent_id'),
    );
    const given = parseHints(networks[0]?.availability_zone_hints ?? null);
    const hints = given.length > 0 ? given : settings.default_availability_zones;
    const hosted = new Map(counts.map((row) => [row.dhcp_agent_id, Number(row.hosted)]));
    const counted = settings.dhcp_load_type === 'networks';
    return agents
      .filter(isInZones(hints))
      .filter((agent) => !taken.some(({ id }) => id === agent.id))
      .map((agent) => ({ agent, hosted: counted ? (hosted.get(agent.id) ?? 0) : agent.load }));
  }

  async function bind(tx: Tx, networkId: string, agentId: string, most = Infinity): Promise<boolean> {
    const bindings = await tx
      .selectFrom('networkdhcpagentbindings')
      .select(['dhcp_agent_id', 'binding_index'])
      .where('network_id', '=', networkId)
      .execute();
    if (bindings.length >= most || bindings.some((binding) => binding.dhcp_agent_id === agentId))
      return false;
    await insert(tx, networkId, agentId, bindings);
    return true;
  }

  /** Puts a network on an agent beside those that have it; the place that the agent gets. */
  async function insert(
    tx: Tx,
    networkId: string,
    agentId: string,
    bindings: readonly { readonly binding_index: number }[],
  ): Promise<number> {
    // Whoever schedules the network at the same moment wants the same index, and one of both has to look again.
    const binding_index = vacantIndex(bindings.map((binding) => binding.binding_index));
    try {
      await tx
        .insertInto('networkdhcpagentbindings')
        .values({ network_id: networkId, dhcp_agent_id: agentId, binding_index })
        .execute();
    } catch (error) {
      if (isDuplicate(error)) throw new RetryTransaction(`network ${networkId} was scheduled concurrently`);
      throw error;
    }
    return binding_index;
  }

  return {
    hosting,
    bind,

    async schedule(tx, context, networkId, known) {
      const present = known ?? (await hosting(tx, networkId));
      const wanted = limit - present.length;
      if (!settings.network_auto_schedule || wanted <= 0) return { hosting: present, added: [] };
      const chosen = choose(await candidates(tx, networkId, present), wanted, present);
      if (chosen.length === 0 && present.length === 0) {
        logger.warning(
          `Unable to schedule network ${networkId}: no agents available; ` +
            'will retry on subsequent port and subnet creation events.',
        );
      }
      const all = [...present];
      for (const agent of chosen) {
        all.push({ ...agent, binding_index: await insert(tx, networkId, agent.id, all) });
        const payload = { network: { id: networkId }, priority: dhcpPriorities.networkCreate };
        const news = message(dhcpAgent, 'network_create_end', { payload }, { server: agent.host });
        await outbox.add(tx, { ...news, context });
      }
      return { hosting: all.toSorted((a, b) => a.binding_index - b.binding_index), added: chosen };
    },

    async autoSchedule(tx, host) {
      if (!settings.network_auto_schedule) return;
      const agents = await usableAgents(tx, DHCP_AGENT, settings.agent_down_time);
      const agent = agents.find((candidate) => candidate.host === host);
      if (agent === undefined) return;
      const lacking = await tx
        .selectFrom('networks')
        .select(['networks.id', 'networks.availability_zone_hints'])
        .where('networks.id', 'in', (e) =>
          e.selectFrom('subnets').select('subnets.network_id').where('subnets.enable_dhcp', '=', 1),
        )
        .where(
          (e) =>
            e
              .selectFrom('networkdhcpagentbindings')
              .select((b) => b.fn.countAll<number>().as('agents'))
              .whereRef('networkdhcpagentbindings.network_id', '=', 'networks.id'),
          '<',
          limit,
        )
        .orderBy('networks.id')
        .execute();
      for (const { id, availability_zone_hints } of lacking) {
        const hints = parseHints(availability_zone_hints);
        const zones = hints.length > 0 ? hints : settings.default_availability_zones;
        if (isInZones(zones)(agent)) await bind(tx, id, agent.id, limit);
      }
    },
  };
}
