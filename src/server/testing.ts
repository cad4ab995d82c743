import { randomUUID } from 'node:crypto';
import { silentLog } from '../log/silent.ts';
import type { Db } from './db/database.ts';
import type { Outbox, OutboxMessage } from './notify/outbox.ts';
import type { AgentRow } from './services/agents/agent.ts';
import { createReports } from './services/agents/reports.ts';
import type { Tx } from './services/service.ts';
import { createStandardAttributes } from './services/standard-attributes.ts';

/** An outbox that only remembers; of a transaction that is tried again it remembers each attempt. */
export function rememberingOutbox(): Outbox & { readonly messages: OutboxMessage[] } {
  const messages: OutboxMessage[] = [];
  return {
    messages,
    add: async (_tx, ...added) => {
      messages.push(...added);
    },
    kick() {},
    drain: async () => {},
    close: async () => {},
  };
}

export const agentSettings = {
  agent_down_time: 75,
  enable_new_agents: true,
  dhcp_load_type: 'networks',
} as const;

/** An agent that has just reported. */
export async function reportedAgent(
  db: Db,
  agent_type: 'DHCP agent' | 'L3 agent' | 'Linux bridge agent',
  host: string,
  configurations: Record<string, unknown> = {},
): Promise<AgentRow> {
  const topics = { 'DHCP agent': 'dhcp_agent', 'L3 agent': 'l3_agent', 'Linux bridge agent': 'N/A' };
  await createReports(db, silentLog, agentSettings).store(
    { agent_type, host, binary: 'neutron-test-agent', topic: topics[agent_type], configurations },
    new Date().toISOString().slice(0, -1),
  );
  return db.kysely
    .selectFrom('agents')
    .selectAll()
    .where('agent_type', '=', agent_type)
    .where('host', '=', host)
    .executeTakeFirstOrThrow();
}

/** The row of a network and, when told, of a subnet with DHCP; nothing but what foreign keys want. */
export async function bareNetwork(db: Db, { dhcp = true } = {}): Promise<string> {
  const id = randomUUID();
  await db.transaction(async (tx) => {
    const standard_attr_id = await createStandardAttributes(tx, 'networks', '');
    await tx.insertInto('networks').values({ id, standard_attr_id }).execute();
    if (dhcp) await bareSubnet(tx, id);
  });
  return id;
}

async function bareSubnet(tx: Tx, network_id: string): Promise<void> {
  const standard_attr_id = await createStandardAttributes(tx, 'subnets', '');
  const values = { id: randomUUID(), network_id, ip_version: 4, cidr: '10.0.0.0/24', enable_dhcp: 1 };
  await tx
    .insertInto('subnets')
    .values({ ...values, standard_attr_id })
    .execute();
}

/** The row of a router without anything. */
export async function bareRouter(db: Db): Promise<string> {
  const id = randomUUID();
  await db.transaction(async (tx) => {
    const standard_attr_id = await createStandardAttributes(tx, 'routers', '');
    await tx.insertInto('routers').values({ id, standard_attr_id, status: 'ACTIVE' }).execute();
  });
  return id;
}
