import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { tapName } from '../../net/names.ts';
import { adminContext } from '../../rpc/context.ts';
import { client } from '../../rpc/interface.ts';
import { l2plugin } from '../../rpc/l2plugin.ts';
import { reports } from '../../rpc/reports.ts';
import { securityGroups } from '../../rpc/securitygroups.ts';
import { createHttpServer } from '../http/server.ts';
import { reportedAgent, serverOn, type TestServer } from '../testing.ts';
import { databases, statementsDuring, type TestDatabase } from './testing.ts';

const open = databases();
let db: TestDatabase;
let server: TestServer;
let app: FastifyInstance;

before(async () => {
  db = await open.mariadb();
  server = await serverOn(db);
  app = createHttpServer(server.api);
  await reportedAgent(db, 'DHCP agent', 'controller');
  await reportedAgent(db, 'L3 agent', 'controller');
  const tunnels = { tunnel_types: ['vxlan'], l2_population: true, tunneling_ip: '10.0.0.65' };
  await reportedAgent(db, 'Linux bridge agent', 'compute', tunnels);
  // A project's first request also makes its default security group.
  await network();
});
after(async () => {
  await app.close();
  await server.end();
  await db.close();
});

type Made = Readonly<Record<string, { readonly id: string; readonly network_id: string }>>;

async function ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Made> {
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const headers = { 'x-project-id': 'project', 'x-roles': 'admin' };
  const response = await app.inject({ method, url: `/v2.0/${path}`, headers, ...payload });
  assert.ok(response.statusCode < 300, response.body);
  return response.json();
}
const network = async () => (await ask('POST', 'networks', { network: { name: 'n' } })).network!.id;
const subnet = (network_id: string, cidr: string, enable_dhcp = true) =>
  ask('POST', 'subnets', { subnet: { network_id, cidr, ip_version: 4, enable_dhcp } });
const port = (network_id: string, more = {}) => ask('POST', 'ports', { port: { network_id, ...more } });

/** The device of a machine's port on a network without DHCP. */
async function plugged(): Promise<string> {
  const id = await network();
  await subnet(id, '10.5.0.0/24', false);
  const made = await port(id, { 'binding:host_id': 'compute', device_owner: 'compute:nova' });
  return tapName(made.port!.id);
}
const WHO = { agent_id: 'lb', host: 'compute' };

/** A request → what is there before it, and how many round trips to the database it may take at most. */
const REQUESTS: Readonly<Record<string, { prepare: () => Promise<() => Promise<unknown>>; most: number }>> = {
  'create a network': { prepare: async () => network, most: 4 },
  'create a subnet, with DHCP': {
    async prepare() {
      const id = await network();
      return () => subnet(id, '10.1.0.0/24');
    },
    most: 13,
  },
  'create a port': {
    async prepare() {
      const id = await network();
      await subnet(id, '10.2.0.0/24');
      await port(id);
      return () => port(id);
    },
    most: 10,
  },
  'create a router': {
    prepare: async () => () => ask('POST', 'routers', { router: { name: 'r' } }),
    most: 6,
  },
  'give a router an interface': {
    async prepare() {
      const made = await subnet(await network(), '10.3.0.0/24', false);
      const { router } = await ask('POST', 'routers', { router: { name: 'r' } });
      const subnet_id = made.subnet!.id;
      return () => ask('PUT', `routers/${router!.id}/add_router_interface`, { subnet_id });
    },
    most: 20,
  },
  'GET one network': {
    async prepare() {
      const id = await network();
      await subnet(id, '10.4.0.0/24');
      return () => ask('GET', `networks/${id}`);
    },
    most: 1,
  },
  'a new device, as its agent asks how to wire it': {
    async prepare() {
      const devices = [await plugged()];
      return () =>
        client(server.transport, l2plugin).get_devices_details_list(adminContext(), { devices, ...WHO });
    },
    most: 5,
  },
  'its filters': {
    async prepare() {
      const devices = [await plugged()];
      return () =>
        client(server.transport, securityGroups).security_group_info_for_devices(adminContext(), {
          devices,
          call_version: '1.3',
        });
    },
    most: 5,
  },
  'it is wired': {
    async prepare() {
      const devices_up = [await plugged()];
      return () =>
        client(server.transport, l2plugin).update_device_list(adminContext(), {
          devices_up,
          devices_down: [],
          ...WHO,
        });
    },
    most: 7,
  },
  "an agent's report of its state": {
    prepare: async () => () =>
      client(server.transport, reports).report_state(adminContext(), {
        agent_state: {
          agent_state: {
            agent_type: 'L3 agent',
            host: 'controller',
            binary: 'neutron-l3-agent',
            topic: 'l3_agent',
            configurations: { routers: 2 },
          },
        },
        time: new Date().toISOString().slice(0, -1),
      }),
    most: 1,
  },
};

for (const [what, { prepare, most }] of Object.entries(REQUESTS)) {
  test(`${what}: at most ${most} round trips`, async () => {
    const act = await prepare();
    await server.settle();
    const statements = await statementsDuring(db, act);
    // What is sent together is logged together.
    assert.notEqual(statements.length, 0);
    assert.ok(statements.length <= most, `${statements.length} round trips:\n${statements.join('\n')}`);
  });
}
