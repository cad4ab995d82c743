import { sql } from 'kysely';
import { convert } from '../../../resources/converters/index.ts';
import { dhcpAgent } from '../../../rpc/dhcpAgent.ts';
import { message } from '../../../rpc/interface.ts';
import { l3Agent } from '../../../rpc/l3Agent.ts';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import { listRows, type Shape } from '../listing.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { transact, type Work } from '../work.ts';
import { type AgentRow, aliveSince, DHCP_AGENT, isAlive, L3_AGENT, presentAgent } from './agent.ts';

const notFound = (id: string) => fault('AgentNotFound', { id });

const columns = [
  'id',
  'agent_type',
  'binary',
  'topic',
  'host',
  'admin_state_up',
  'created_at',
  'started_at',
  'heartbeat_timestamp',
  'description',
  'availability_zone',
  'resources_synced',
] as const;

/** The agents resource: list, show, update of admin_state_up and description, delete. */
export function createAgentService(server: ServerContext, agentDownTime: number): ResourceService {
  const { db } = server;
  const present = (agent: AgentRow) => presentAgent(agent, agentDownTime);
  const shape: Shape = {
    columns: Object.fromEntries(columns.map((name) => [name, `agents.${name}`])),
    id: 'agents.id',
    conditions: {
      alive: (values) => {
        const since = aliveSince(agentDownTime);
        const wanted = values.map((value) =>
          convert('boolean', value)
            ? sql`heartbeat_timestamp >= ${since}`
            : sql`heartbeat_timestamp < ${since}`,
        );
        return sql`(${sql.join(wanted, sql` or `)})`;
      },
    },
    missing: notFound,
  };

  async function find(work: Work, id: string): Promise<AgentRow> {
    const agent = await work.tx.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
    if (agent === undefined) throw notFound(id);
    return agent;
  }

  /** Tells the agent itself, if it is one of the kinds that listen. */
  async function announce(work: Work, agent: AgentRow, adminStateUp: boolean): Promise<void> {
    const to = { server: agent.host };
    const payload = { admin_state_up: adminStateUp };
    const news =
      agent.agent_type === DHCP_AGENT
        ? message(dhcpAgent, 'agent_updated', { payload }, to)
        : agent.agent_type === L3_AGENT
          ? message(l3Agent, 'agent_updated', { payload }, to)
          : undefined;
    if (news) await server.outbox.add(work.tx, { ...news, context: work.context.rpc });
  }

  return {
    async list(_context, query) {
      const rows = await listRows(db.kysely.selectFrom('agents').selectAll(), shape, query);
      return rows.map(present);
    },

    async get(_context, id) {
      const agent = await db.kysely.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
      if (agent === undefined) throw notFound(id);
      return present(agent);
    },

    update: (context: RequestContext, id: string, changes: Item) =>
      transact(server, context, async (work) => {
        const before = await find(work, id);
        const values = {
          ...('description' in changes ? { description: changes.description as string | null } : {}),
          ...('admin_state_up' in changes ? { admin_state_up: changes.admin_state_up ? 1 : 0 } : {}),
        };
        if (Object.keys(values).length > 0) {
          await work.tx.updateTable('agents').set(values).where('id', '=', id).execute();
        }
        const agent = { ...before, ...values };
        if (agent.admin_state_up !== before.admin_state_up) {
          await announce(work, agent, agent.admin_state_up === 1);
        }
        return present(agent);
      }),

    delete: (context, id) =>
      transact(server, context, async (work) => {
        const agent = await find(work, id);
        if (isAlive(agent, agentDownTime)) {
          server.log.info(
            `Deleting ${agent.agent_type} on host ${agent.host}, which is alive: its next report adds it again.`,
          );
        }
        await work.tx.deleteFrom('agents').where('id', '=', id).execute();
      }),
  };
}
