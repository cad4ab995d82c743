import type { Log } from '../../log/log.ts';
import { RetryTransaction } from '../db/database.ts';
import { isDuplicate } from '../db/errors.ts';
import { together } from '../db/together.ts';
import { type AgentRow, configurationsOf, L3_AGENT } from '../services/agents/agent.ts';
import { parseHints } from '../services/agents/zones.ts';
import type { Tx } from '../services/service.ts';
import type { Work } from '../services/work.ts';
import {
  choiceOf,
  isInZones,
  knowsZones,
  type Queries,
  usableAgents,
  usableQuery,
  vacantIndex,
} from './agents.ts';

export interface L3SchedulerSettings {
  readonly agent_down_time: number;
  readonly router_auto_schedule: boolean;
  readonly router_scheduler_driver: string | null;
  /** Agents of a highly available router; 0 for all there are. */
  readonly max_l3_agents_per_router: number;
  readonly default_availability_zones: readonly string[];
}

/** What of a router decides which agents can host it, and how many. */
export interface Schedulable {
  readonly id: string;
  readonly project_id: string | null;
  readonly gw_port_id: string | null;
  readonly ha: number | null;
  readonly distributed: number | null;
}

/** What a highly available router needs of an agent beside the binding. */
export interface HaMembership {
  /** Gives the router a port on its project's HA network for the agent; false when its network has no VRID left. */
  join(work: Work, router: Schedulable, agentId: string): Promise<boolean>;
}

/** Agents that host a router after it was scheduled, and those of them that did not before. */
export interface ScheduledRouter {
  readonly hosting: readonly (AgentRow & { readonly router_id: string })[];
  readonly added: readonly AgentRow[];
}

export interface L3Scheduler {
  /** Agents that host any of the routers, each with the router's id. */
  hosting(queries: Queries, routerIds: readonly string[]): Promise<(AgentRow & { router_id: string })[]>;
  /** Gives a router the agents that it lacks: a highly available one several, another one. */
  schedule(work: Work, routerId: string): Promise<ScheduledRouter>;
  /** Gives routers that lack an agent to the one on `host`. */
  autoSchedule(work: Work, host: string): Promise<void>;
  /** Whether this agent could host this router: of a mode and with a gateway that fit. */
  fits(agent: AgentRow, router: Schedulable): boolean;
  /** Puts a router on one more agent, though an HA router has enough; false when it is there, or is another's. */
  bind(work: Work, router: Schedulable, agentId: string): Promise<boolean>;
}

/** Modes in which an agent hosts routers that are not distributed, and the central part of those that are. */
const CENTRALIZED_MODES = ['legacy', 'dvr_snat'];
const DISTRIBUTED_MODES = ['dvr_snat'];

export const modeOf = (agent: AgentRow): string => String(configurationsOf(agent).agent_mode ?? 'legacy');

const schedulable = (tx: Tx) =>
  tx
    .selectFrom('routers')
    .leftJoin('router_extra_attributes as extra', 'extra.router_id', 'routers.id')
    .select(['routers.id', 'routers.project_id', 'routers.gw_port_id'])
    .select(['extra.ha', 'extra.distributed', 'extra.availability_zone_hints']);

export function createL3Scheduler(
  settings: L3SchedulerSettings,
  membership: HaMembership,
  log: Log,
): L3Scheduler {
  const logger = log.named('neutron.scheduler.l3_agent_scheduler');
  const driver = settings.router_scheduler_driver ?? '';
  const choose = choiceOf(driver);

  /** Whether the agent is in a zone that the router asks for; only a scheduler that knows zones cares. */
  function isNear(agent: AgentRow, router: { readonly availability_zone_hints: string | null }): boolean {
    if (!knowsZones(driver)) return true;
    const hints = parseHints(router.availability_zone_hints);
    return isInZones(hints.length > 0 ? hints : settings.default_availability_zones)(agent);
  }

  const agentsOf = ({ ha }: Schedulable) => (ha ? settings.max_l3_agents_per_router || Infinity : 1);

  const hostingQuery = (queries: Queries, routerIds: readonly string[]) =>
    queries
      .selectFrom('agents')
      .innerJoin('routerl3agentbindings', 'routerl3agentbindings.l3_agent_id', 'agents.id')
      .selectAll('agents')
      .select(['routerl3agentbindings.router_id', 'routerl3agentbindings.binding_index'])
      .where('routerl3agentbindings.router_id', 'in', [...routerIds])
      .orderBy('routerl3agentbindings.binding_index');

  const hosting: L3Scheduler['hosting'] = async (queries, routerIds) =>
    routerIds.length === 0 ? [] : hostingQuery(queries, routerIds).execute();

  const fits: L3Scheduler['fits'] = (agent, router) =>
    (router.distributed ? DISTRIBUTED_MODES : CENTRALIZED_MODES).includes(modeOf(agent)) &&
    (configurationsOf(agent).handle_internal_only_routers !== false || router.gw_port_id !== null);

  async function bindWithin(
    work: Work,
    router: Schedulable,
    agentId: string,
    limit: number,
  ): Promise<boolean> {
    const { tx } = work;
    const bindings = await tx
      .selectFrom('routerl3agentbindings')
      .select(['l3_agent_id', 'binding_index'])
      .where('router_id', '=', router.id)
      .execute();
    if (bindings.length >= limit || bindings.some(({ l3_agent_id }) => l3_agent_id === agentId)) return false;
    return (await insert(work, router, agentId, bindings)) !== undefined;
  }

  /** Puts a router on an agent beside those that have it; the place the agent gets, none when it cannot join them. */
  async function insert(
    work: Work,
    router: Schedulable,
    agentId: string,
    bindings: readonly { readonly binding_index: number }[],
  ): Promise<number | undefined> {
    const { tx } = work;
    const binding_index = vacantIndex(bindings.map((binding) => binding.binding_index));
    try {
      await tx
        .insertInto('routerl3agentbindings')
        .values({ router_id: router.id, l3_agent_id: agentId, binding_index })
        .execute();
    } catch (error) {
      if (isDuplicate(error)) throw new RetryTransaction(`router ${router.id} was scheduled concurrently`);
      throw error;
    }
    if (!router.ha || (await membership.join(work, router, agentId))) return binding_index;
    await tx
      .deleteFrom('routerl3agentbindings')
      .where('router_id', '=', router.id)
      .where('l3_agent_id', '=', agentId)
      .execute();
    return undefined;
  }

  /** Says why nobody hosts a router. */
  function tellUnhosted({ id, distributed }: Schedulable): void {
    logger.warning(`No L3 agents can host the router ${id}`);
    if (!distributed) return;
    logger.warning(
      `Router ${id} is distributed: only L3 agents in mode dvr_snat host it, and they need Open vSwitch. With ` +
        'Linux bridges it carries nothing; set it admin-state-up False, then distributed False.',
    );
  }

  return {
    hosting,
    fits,
    bind: (work, router, agentId) => bindWithin(work, router, agentId, router.ha ? Infinity : 1),

    async schedule(work, routerId) {
      const { tx } = work;
      const [[router], present] = await together(
        tx,
        schedulable(tx).where('routers.id', '=', routerId),
        hostingQuery(tx, [routerId]),
      );
      const all = [...present];
      const as = (added: readonly AgentRow[]) => ({
        hosting: all.toSorted((a, b) => a.binding_index - b.binding_index),
        added,
      });
      if (router === undefined || present.length >= agentsOf(router)) return as([]);
      const [agents, counts] = await together(
        tx,
        usableQuery(tx, L3_AGENT, settings.agent_down_time),
        tx
          .selectFrom('routerl3agentbindings')
          .select(['l3_agent_id', (e) => e.fn.countAll<number>().as('hosted')])
          .groupBy('l3_agent_id'),
      );
      const fitting = agents.filter((agent) => fits(agent, router) && isNear(agent, router));
      if (fitting.length === 0) tellUnhosted(router);
      const free = fitting.filter(({ id }) => !present.some((agent) => agent.id === id));
      const hosted = new Map(counts.map((row) => [row.l3_agent_id, Number(row.hosted)]));
      const candidates = free.map((agent) => ({ agent, hosted: hosted.get(agent.id) ?? 0 }));
      const added: AgentRow[] = [];
      for (const agent of choose(candidates, agentsOf(router) - present.length, present)) {
        const binding_index = await insert(work, router, agent.id, all);
        if (binding_index === undefined) break;
        all.push({ ...agent, router_id: routerId, binding_index });
        added.push(agent);
      }
      return as(added);
    },

    async autoSchedule(work, host) {
      if (!settings.router_auto_schedule) return;
      const { tx } = work;
      const agents = await usableAgents(tx, L3_AGENT, settings.agent_down_time);
      const agent = agents.find((candidate) => candidate.host === host);
      if (agent === undefined) return;
      const lacking = await schedulable(tx)
        .where((e) => {
          const bindings = e
            .selectFrom('routerl3agentbindings')
            .whereRef('routerl3agentbindings.router_id', '=', 'routers.id');
          const here = bindings.select('l3_agent_id').where('l3_agent_id', '=', agent.id);
          const hosts = bindings.select(e.fn.countAll<number>().as('hosts'));
          const wants = settings.max_l3_agents_per_router;
          return e.or([
            e.not(e.exists(bindings.select('l3_agent_id'))),
            e.and([
              e('extra.ha', '=', 1),
              e.not(e.exists(here)),
              ...(wants === 0 ? [] : [e(hosts, '<', wants)]),
            ]),
          ]);
        })
        .orderBy('routers.id')
        .execute();
      for (const router of lacking) {
        if (fits(agent, router) && isNear(agent, router))
          await bindWithin(work, router, agent.id, agentsOf(router));
      }
    },
  };
}
