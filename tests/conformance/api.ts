import { createHash } from 'node:crypto';
import { configOf } from '../../src/config/load.ts';
import type { Config } from '../../src/config/option.ts';
import type { Log } from '../../src/log/log.ts';
import { silentLog } from '../../src/log/silent.ts';
import { inProcess } from '../../src/messaging/inProcess.ts';
import type { Endpoint, Json, Transport } from '../../src/messaging/transport.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { compose } from '../../src/server/compose.ts';
import { tables } from '../../src/server/db/schema/index.ts';
import { sqliteForTest, type TestDatabase } from '../../src/server/db/testing.ts';
import { createHttpServer } from '../../src/server/http/server.ts';
import { type Caller, type Identity, Unauthorized } from '../../src/server/identity/identity.ts';
import { openOutbox } from '../../src/server/notify/outbox.ts';
import { noHooks } from '../../src/server/services/hooks.ts';

/**
 * The guide's configuration of the server, as far as the API shows it. Its VNIs, which are given out at random, are without
 * those that recorded requests ask for by number.
 */
export const guide = `
[DEFAULT]
core_plugin = ml2
service_plugins = router
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vxlan]
vni_ranges = 6:499,502:600,607:699,702:1000
`;

export type User = 'admin' | 'demo' | 'other';

const caller = (user: User, projectId: string, roles: readonly string[]): Caller => ({
  userId: `${user}-user`,
  userName: user,
  userDomainId: 'default',
  userDomainName: 'Default',
  projectId,
  projectName: user,
  projectDomainId: 'default',
  projectDomainName: 'Default',
  roles,
});

/** Who asks: an administrator, or a member of one of two other projects. The name is the token. */
export const callers: Readonly<Record<string, Caller>> = {
  admin: caller('admin', 'bba0714c43444fba93f0d459cf3b0d13', ['admin', 'member', 'reader']),
  demo: caller('demo', '009b1798af20423980fee020b50d3f7c', ['member', 'reader']),
  other: caller('other', '4d5468f3ef62467e9bce28bb4e4a81d3', ['member', 'reader']),
};

const identityOf = (known: Readonly<Record<string, Caller>>): Identity => ({
  challenge: 'Keystone uri="http://controller:5000"',
  async authenticate(headers) {
    const caller = known[String(headers['x-auth-token'])];
    if (!caller) throw new Unauthorized('no such token');
    return caller;
  },
});

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The parsed body, null when there is none. */
  readonly body: unknown;
  /** The body as it was sent. */
  readonly text: string;
}

/** The whole server but its sockets: the API over a database of its own. */
export interface TestApi {
  readonly db: TestDatabase;
  /** Sends a request; a body that is text is sent as it stands. */
  request(
    user: string | null,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  /** Calls a method that the server offers on an RPC topic. */
  rpc(topic: string, method: string, args: { readonly [key: string]: unknown }): Promise<unknown>;
  /** Remembers what is sent to a host on an RPC topic, also by fanout: method and arguments. */
  hear(
    topic: string,
    methods: readonly string[],
    host?: string,
  ): Promise<readonly (readonly [string, unknown])[]>;
  /** Has somebody answer on an RPC topic. */
  join(topic: string, host: string, endpoints: readonly Endpoint[]): Promise<unknown>;
  /** Has an agent report itself over RPC. */
  report(agentState: { readonly [key: string]: unknown }): Promise<void>;
  /** A digest of every table's rows, to see what changed. */
  dump(): Promise<Readonly<Record<string, string>>>;
  /** Opens a socket on loopback; gives its port. */
  listen(): Promise<number>;
  close(): Promise<void>;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? null : text;
  }
};

export async function startApi(
  openDatabase: () => Promise<TestDatabase> = sqliteForTest,
  config: Config = configOf(guide),
  {
    log = silentLog,
    known = callers,
    transport = inProcess(),
  }: { log?: Log; known?: Readonly<Record<string, Caller>>; transport?: Transport } = {},
): Promise<TestApi> {
  const db = await openDatabase();
  const outbox = openOutbox({ db, log, transport });
  const server = { config, log, db, transport, outbox, hooks: noHooks() };
  const parts = await compose(server).catch(async (error: unknown) => {
    await outbox.close();
    await db.close();
    throw error;
  });
  for (const [topic, endpoints] of Object.entries(parts.endpoints))
    await transport.listen(topic, 'server', endpoints);
  const http = createHttpServer({ ...parts.api, identity: identityOf(known) });
  const rpc: TestApi['rpc'] = (topic, method, args) => {
    const endpoint = parts.endpoints[topic]!.find(({ methods }) => method in methods)!;
    return endpoint.methods[method]!(adminContext(), args as { [key: string]: Json });
  };
  return {
    db,
    async request(user, method, path, body, headers = {}) {
      const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const response = await http.inject({
        method: method as 'GET',
        url: path,
        headers: {
          accept: 'application/json',
          host: '192.168.81.66:9696',
          ...(user ? { 'x-auth-token': user } : {}),
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      });
      const { statusCode: status, body: text } = response;
      return { status, headers: response.headers, body: parsed(text), text };
    },
    rpc,
    async hear(topic, methods, host = 'listener') {
      const heard: [string, unknown][] = [];
      const remember = (method: string) => async (_context: unknown, args: unknown) => {
        heard.push([method, args]);
        return null;
      };
      const version = '1.9';
      const handlers = Object.fromEntries(methods.map((method) => [method, remember(method)]));
      await transport.listen(topic, host, [{ version, methods: handlers }]);
      return heard;
    },
    join: (topic, host, endpoints) => transport.listen(topic, host, endpoints),
    async report(state) {
      const time = new Date().toISOString().replace('Z', '000');
      await rpc('q-reports-plugin', 'report_state', { agent_state: { agent_state: state }, time });
    },
    async dump() {
      await outbox.drain();
      const digests = Object.keys(tables).map(async (name) => {
        const rows = await db.kysely
          .selectFrom(name as keyof typeof tables)
          .selectAll()
          .execute();
        const text = rows.map((row) => JSON.stringify(row)).sort();
        return [name, createHash('sha256').update(text.join('\n')).digest('hex')];
      });
      return Object.fromEntries(await Promise.all(digests)) as Record<string, string>;
    },
    async listen() {
      const address = new URL(await http.listen({ host: '127.0.0.1', port: 0 }));
      return Number(address.port);
    },
    async close() {
      await http.close();
      await parts.close();
      await outbox.close();
      await transport.close();
      await db.close();
    },
  };
}
