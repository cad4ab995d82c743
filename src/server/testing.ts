import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { configOf } from '../config/load.ts';
import { silentLog } from '../log/silent.ts';
import { inProcess } from '../messaging/inProcess.ts';
import type { Endpoint, Transport } from '../messaging/transport.ts';
import { adminContext } from '../rpc/context.ts';
import { dhcpAgent } from '../rpc/dhcpAgent.ts';
import { l3Agent } from '../rpc/l3Agent.ts';
import { compose, type ServerParts } from './compose.ts';
import type { ServerContext } from './context.ts';
import type { Db } from './db/database.ts';
import { type Outbox, type OutboxMessage, openOutbox } from './notify/outbox.ts';
import type { AgentRow } from './services/agents/agent.ts';
import { createReports } from './services/agents/reports.ts';
import { noHooks } from './services/hooks.ts';
import type { Tx } from './services/service.ts';
import { createStandardAttributes } from './services/standardAttributes.ts';

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
  availability_zone = 'nova',
): Promise<AgentRow> {
  const topics = { 'DHCP agent': 'dhcp_agent', 'L3 agent': 'l3_agent', 'Linux bridge agent': 'N/A' };
  await createReports(db, silentLog, agentSettings).store(
    {
      agent_type,
      host,
      binary: 'neutron-test-agent',
      topic: topics[agent_type],
      configurations,
      availability_zone,
    },
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
export async function bareNetwork(
  db: Db,
  { dhcp = true, availability_zone_hints = '' } = {},
): Promise<string> {
  const id = randomUUID();
  await db.transaction(async (tx) => {
    const standard_attr_id = await createStandardAttributes(tx, 'networks', '');
    await tx.insertInto('networks').values({ id, standard_attr_id, availability_zone_hints }).execute();
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
export async function bareRouter(db: Db, availability_zone_hints?: string): Promise<string> {
  const id = randomUUID();
  await db.transaction(async (tx) => {
    const standard_attr_id = await createStandardAttributes(tx, 'routers', '');
    await tx.insertInto('routers').values({ id, standard_attr_id, status: 'ACTIVE' }).execute();
    if (availability_zone_hints === undefined) return;
    await tx
      .insertInto('router_extra_attributes')
      .values({ router_id: id, availability_zone_hints })
      .execute();
  });
  return id;
}

/** A whole server without HTTP, over an in-process transport. */
export interface TestServer extends ServerParts {
  readonly context: ServerContext;
  readonly transport: Transport;
  /** Messages that reached `topic.host` or its fanout since `hear` was called, as method and arguments. */
  hear(topic: string, host: string): Promise<[string, unknown][]>;
  /** Waits until everything caused so far has been delivered. */
  settle(): Promise<void>;
  end(): Promise<void>;
}

/** Every method by which the server tells DHCP and L3 agents something. */
const NOTIFICATIONS = [...Object.keys(dhcpAgent.methods), ...Object.keys(l3Agent.methods)];

const TEST_CONFIGURATION = `
[DEFAULT]
auth_strategy = noauth
core_plugin = ml2
service_plugins = router
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vxlan]
vni_ranges = 1:1000
[quotas]
quota_router = -1
quota_floatingip = -1
`;

/** @param more lines of configuration beside the guide's */
export async function serverOn(db: Db, more = ''): Promise<TestServer> {
  const transport = inProcess();
  const log = silentLog;
  const outbox = openOutbox({ db, log, transport });
  const context: ServerContext = {
    config: configOf(TEST_CONFIGURATION + more),
    log,
    db,
    transport,
    outbox,
    hooks: noHooks(),
  };
  const parts = await compose(context);
  for (const [topic, endpoints] of Object.entries(parts.endpoints)) {
    await transport.listen(topic, 'server', endpoints);
  }
  return {
    ...parts,
    context,
    transport,
    async hear(topic, host) {
      const heard: [string, unknown][] = [];
      const record = Object.fromEntries(
        NOTIFICATIONS.map((method) => [
          method,
          async (_context: unknown, args: unknown) => {
            heard.push([method, args]);
          },
        ]),
      ) as unknown as Endpoint['methods'];
      await transport.listen(topic, host, [{ version: '1.99', methods: record }]);
      return heard;
    },
    async settle() {
      // A batch that failed, on a busy machine say, stays in the outbox and is published with the next.
      const waiting = () => db.kysely.selectFrom('nts_outbox').select('id').limit(1).executeTakeFirst();
      for (await outbox.drain(); (await waiting()) !== undefined; await outbox.drain()) await setTimeout(10);
      // Messages are delivered in order: when this call is answered, those before it have been heard.
      const target = { topic: 'q-reports-plugin', version: '1.2' };
      await transport.call(target, 'has_alive_neutron_server', {}, adminContext());
    },
    async end() {
      await outbox.close();
      await transport.close();
      await parts.close();
    },
  };
}
