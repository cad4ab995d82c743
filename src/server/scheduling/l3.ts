import type { Log } from '../../log/log.ts';
import { RetryTransaction } from '../db/database.ts';
import { isDuplicate } from '../db/errors.ts';
import { type AgentRow, configurationsOf, L3_AGENT } from '../services/agents/agent.ts';
import type { Tx } from '../services/service.ts';
import { choiceOf, type Queries, usableAgents } from './agents.ts';

export interface L3SchedulerSettings {
  readonly agent_down_time: number;
  readonly router_auto_schedule: boolean;
  readonly router_scheduler_driver: string | null;
}

export interface L3Scheduler {
  /** Agents that host any of the routers, each with the router's id. */
  hosting(queries: Queries, routerIds: readonly string[]): Promise<(AgentRow & { router_id: string })[]>;
  /** Gives a router that has no agent one; returns it, or undefined when the router has one or none can take it. */
  schedule(tx: Tx, routerId: string): Promise<AgentRow | undefined>;
  /** Gives routers without an agent to the one on `host`. */
  autoSchedule(tx: Tx, host: string): Promise<void>;
  /** Whether this agent could host this router: alive, in service, of a mode and with a gateway that fit. */
  fits(agent: AgentRow, router: { readonly gw_port_id: string | null }): boolean;
  /** Puts a router that has no agent on one; false when it has one by now. */
  bind(tx: Tx, routerId: string, agentId: string): Promise<boolean>;
}

/** Modes in which an agent hosts routers that are not distributed. */
const CENTRALIZED_MODES = ['legacy', 'dvr_snat'];

export function createL3Scheduler(settings: L3SchedulerSettings, log: Log): L3Scheduler {
  const logger = log.named('neutron.scheduler.l3_agent_scheduler');
  const choose = choiceOf(settings.router_scheduler_driver ?? '');

  const hosting: L3Scheduler['hosting'] = async (queries, routerIds) =>
    routerIds.length === 0
      ? []
      : queries
          .selectFrom('agents')
          .innerJoin('routerl3agentbindings', 'routerl3agentbindings.l3_agent_id', 'agents.id')
          .selectAll('agents')
          .select('routerl3agentbindings.router_id')
          .where('routerl3agentbindings.router_id', 'in', [...routerIds])
          .orderBy('routerl3agentbindings.binding_index')
          .execute();

  function fits(agent: AgentRow, router: { readonly gw_port_id: string | null }): boolean {
    const { agent_mode = 'legacy', handle_internal_only_routers = true } = configurationsOf(agent);
    return (
      CENTRALIZED_MODES.includes(String(agent_mode)) &&
      (handle_internal_only_routers === true || router.gw_port_id !== null)
    );
  }

  async function bind(tx: Tx, routerId: string, agentId: string): Promise<boolean> {
    const bindings = await tx
      .selectFrom('routerl3agentbindings')
      .select('l3_agent_id')
      .where('router_id', '=', routerId)
      .execute();
    if (bindings.length > 0) return false;
    try {
      await tx
        .insertInto('routerl3agentbindings')
        .values({ router_id: routerId, l3_agent_id: agentId, binding_index: 1 })
        .execute();
    } catch (error) {
      if (isDuplicate(error)) throw new RetryTransaction(`router ${routerId} was scheduled concurrently`);
      throw error;
    }
    return true;
  }

  return {
    hosting,
    fits,
    bind,

    async schedule(tx, routerId) {
      const router = await tx
        .selectFrom('routers')
        .select(['id', 'gw_port_id'])
        .where('id', '=', routerId)
        .executeTakeFirst();
      if (router === undefined || (await hosting(tx, [routerId])).length > 0) return undefined;
      const agents = await usableAgents(tx, L3_AGENT, settings.agent_down_time);
      const counts = await tx
        .selectFrom('routerl3agentbindings')
        .select(['l3_agent_id', (e) => e.fn.countAll<number>().as('hosted')])
        .groupBy('l3_agent_id')
        .execute();
      const hosted = new Map(counts.map((row) => [row.l3_agent_id, Number(row.hosted)]));
      const [chosen] = choose(
        agents
          .filter((agent) => fits(agent, router))
          .map((agent) => ({ agent, hosted: hosted.get(agent.id) ?? 0 })),
      );
      if (chosen === undefined) {
        logger.warning(`No L3 agents can host the router ${routerId}`);
        return undefined;
      }
      return (await bind(tx, routerId, chosen.agent.id)) ? chosen.agent : undefined;
    },

    async autoSchedule(tx, host) {
      if (!settings.router_auto_schedule) return;
      const agents = await usableAgents(tx, L3_AGENT, settings.agent_down_time);
      const agent = agents.find((candidate) => candidate.host === host);
      if (agent === undefined) return;
      const lacking = await tx
        .selectFrom('routers')
        .leftJoin('routerl3agentbindings', 'routerl3agentbindings.router_id', 'routers.id')
        .select(['routers.id', 'routers.gw_port_id'])
        .where('routerl3agentbindings.router_id', 'is', null)
        .orderBy('routers.id')
        .execute();
      for (const router of lacking) {
        if (fits(agent, router)) await bind(tx, router.id, agent.id);
      }
    },
  };
}
