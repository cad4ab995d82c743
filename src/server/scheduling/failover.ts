import { scheduling } from '../../config/options/index.ts';
import type { ServerContext } from '../context.ts';
import { fault } from '../errors/index.ts';
import type { RouterNotifier } from '../notify/routers.ts';
import { adminRequest } from '../services/admin.ts';
import { type AgentRow, aliveSince, DHCP_AGENT, L3_AGENT } from '../services/agents/agent.ts';
import { unhostNetwork } from '../services/agents/hosted.ts';
import type { Ports } from '../services/neighbours.ts';
import { transact } from '../services/work.ts';
import { type Queries, usableAgents } from './agents.ts';
import type { DhcpScheduler } from './dhcp.ts';
import type { L3Scheduler } from './l3.ts';
import type { PeriodicTask } from './periodic.ts';

interface Parts {
  readonly agentDownTime: number;
  readonly ports: Ports;
  readonly dhcp: DhcpScheduler;
  readonly l3: L3Scheduler;
  readonly notifier: RouterNotifier;
}

/** DHCP agents are given up later than they count as dead, because moving their networks is not free. */
const DHCP_PATIENCE = 2;

/** Agents without a sign of life for so long. */
const deadQuery = (queries: Queries, type: string, seconds: number) =>
  queries
    .selectFrom('agents')
    .selectAll()
    .where('agent_type', '=', type)
    .where('admin_state_up', '=', 1)
    .where('heartbeat_timestamp', '<', aliveSince(seconds));

/** Moves what dead agents host to living ones. */
interface Failover {
  networks(): Promise<void>;
  routers(): Promise<void>;
}

function createFailover(server: ServerContext, parts: Parts): Failover {
  const { db } = server;
  const log = server.log.named('neutron.db.agentschedulers_db');

  const dead = {
    dhcp: (queries: Queries) => deadQuery(queries, DHCP_AGENT, parts.agentDownTime * DHCP_PATIENCE),
    l3: (queries: Queries) => deadQuery(queries, L3_AGENT, parts.agentDownTime),
  };

  /** After an outage of the broker agents come back while what they host is being moved. */
  const isStill = async (query: ReturnType<typeof deadQuery>, { id }: AgentRow): Promise<boolean> =>
    (await query.where('id', '=', id).executeTakeFirst()) !== undefined;

  async function moveNetwork(agent: AgentRow, networkId: string): Promise<void> {
    const context = adminRequest();
    await transact(server, context, async (work) => {
      if (!(await isStill(dead.dhcp(work.tx), agent))) return;
      // Another server may have moved it a moment ago.
      if (!(await unhostNetwork(work, parts.ports, agent, networkId))) return;
      log.warning(
        `Removing network ${networkId} from agent ${agent.id} because the agent did not report to the server.`,
      );
      const { added: chosen } = await parts.dhcp.schedule(work.tx, context.rpc, networkId);
      if (chosen.length > 0) log.info(`Network ${networkId} is now served by host ${chosen[0]!.host}`);
    });
  }

  async function moveRouter(agent: AgentRow, routerId: string): Promise<void> {
    const context = adminRequest();
    await transact(server, context, async (work) => {
      if (!(await isStill(dead.l3(work.tx), agent))) return;
      const { numDeletedRows } = await work.tx
        .deleteFrom('routerl3agentbindings')
        .where('router_id', '=', routerId)
        .where('l3_agent_id', '=', agent.id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return;
      const {
        hosting,
        added: [chosen],
      } = await parts.l3.schedule(work, routerId);
      // Where nobody else can have it, it stays: the agent may only be cut off, and its namespaces carry traffic.
      if (hosting.length === 0) throw fault('RouterReschedulingFailed', { router_id: routerId });
      log.warning(
        `Rescheduling router ${routerId} from agent ${agent.id} because the agent did not report to the server ` +
          `in the last ${parts.agentDownTime} seconds.`,
      );
      await parts.notifier.removedFromAgent(work, routerId, agent.host);
      if (chosen) await parts.notifier.addedToAgent(work, routerId, chosen.host);
    });
  }

  async function each(
    what: string,
    ids: readonly string[],
    move: (id: string) => Promise<void>,
  ): Promise<void> {
    for (const id of ids) {
      try {
        await move(id);
      } catch (error) {
        log.error(`${what} ${id} stays where it is: ${error instanceof Error ? error.message : error}`);
      }
    }
  }

  return {
    async networks() {
      for (const agent of await dead.dhcp(db.kysely).execute()) {
        if ((await usableAgents(db.kysely, DHCP_AGENT, parts.agentDownTime)).length === 0) return;
        const rows = await db.kysely
          .selectFrom('networkdhcpagentbindings')
          .select('network_id')
          .where('dhcp_agent_id', '=', agent.id)
          .execute();
        const ids = rows.map(({ network_id }) => network_id);
        await each('Network', ids, (id) => moveNetwork(agent, id));
      }
    },

    /** Highly available routers take care of themselves. */
    async routers() {
      for (const agent of await dead.l3(db.kysely).execute()) {
        if ((await usableAgents(db.kysely, L3_AGENT, parts.agentDownTime)).length === 0) return;
        const rows = await db.kysely
          .selectFrom('routerl3agentbindings')
          .leftJoin('router_extra_attributes as extra', 'extra.router_id', 'routerl3agentbindings.router_id')
          .select('routerl3agentbindings.router_id')
          .where('l3_agent_id', '=', agent.id)
          .where((e) => e.or([e('extra.ha', 'is', null), e('extra.ha', '=', 0)]))
          .execute();
        const ids = rows.map(({ router_id }) => router_id);
        await each('Router', ids, (id) => moveRouter(agent, id));
      }
    },
  };
}

/** Failover by the clock, of what the options want moved. */
export function failoverTasks(server: ServerContext, parts: Parts): PeriodicTask[] {
  const options = server.config.group(scheduling);
  const { networks, routers } = createFailover(server, parts);
  const seconds = Math.max(1, parts.agentDownTime / 2);
  return [
    ...(options.allow_automatic_dhcp_failover ? [{ name: 'DHCP failover', seconds, run: networks }] : []),
    ...(options.allow_automatic_l3agent_failover ? [{ name: 'L3 failover', seconds, run: routers }] : []),
  ];
}
