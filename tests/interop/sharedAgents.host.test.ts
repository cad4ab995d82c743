import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { silentLog } from '../../src/log/silent.ts';
import { openTransport } from '../../src/messaging/open.ts';
import { rabbitIsInstalled } from '../../src/messaging/rabbit/testing.ts';
import type { Json, Transport } from '../../src/messaging/transport.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { dhcpPlugin } from '../../src/rpc/dhcp.ts';
import type { RpcInterface } from '../../src/rpc/interface.ts';
import { l2plugin } from '../../src/rpc/l2plugin.ts';
import { reports } from '../../src/rpc/reports.ts';
import { type Cluster, programs, startCluster } from '../concurrency/cluster.ts';
import { ask, ours, python, type Server } from './twoServers/player.ts';

/** What agents say reaches either of two servers, as the broker deals it out: each goes on where the other has begun. */

const missing = [
  ...(existsSync(programs.python) ? [] : ['neutron-server']),
  ...(rabbitIsInstalled ? [] : ['rabbitmq-server']),
];

/** The cluster's servers, by the host that only one of them is called by. */
const SERVERS = [
  { name: 'ours', queue: 'server0' },
  { name: 'Python’s', queue: 'server1' },
] as const;

describe('agents of our server and of Python’s on one database', {
  skip: missing.length === 0 ? false : `Debian’s ${missing.join(' and ')} is not installed`,
}, () => {
  let cluster: Cluster;
  let transport: Transport;
  let apis: readonly [Server, Server];

  const call = (
    to: 0 | 1,
    { topic, version }: RpcInterface<object>,
    method: string,
    args: { [key: string]: Json },
  ) => transport.call({ topic, version, server: SERVERS[to].queue }, method, args, adminContext());

  const made = async (api: Server, path: string, kind: string, body: object) => {
    const { status, text } = await ask(api, 'POST', path, { [kind]: { tenant_id: 'p1', ...body } });
    assert.equal(status, 201, text);
    return JSON.parse(text)[kind] as { id: string };
  };

  /** What both servers tell of the same thing. */
  const told = async (path: string, kind: string, attribute: string) =>
    Promise.all(apis.map(async (api) => JSON.parse((await ask(api, 'GET', path)).text)[kind][attribute]));

  before(async () => {
    cluster = await startCluster(['ours', 'python']);
    const config = configOf(`[DEFAULT]\ntransport_url = ${cluster.broker}\n`);
    transport = await openTransport(config, silentLog, { clientName: 'test' });
    apis = [ours(cluster.urls[0]!), python(cluster.urls[1]!)];
  });
  after(async () => {
    await transport?.close();
    await cluster?.close();
  });

  const SIDES = [0, 1] as const;
  for (const maker of SIDES)
    for (const wirer of SIDES)
      for (const host of SIDES) {
        const [making, wiring, serving] = [maker, wirer, host].map((side) => SERVERS[side!]!.name);
        test(`a port made by ${making} server waits for its wiring, told to ${wiring}, and its DHCP, told to ${serving}`, async () => {
          const network = await made(apis[maker], 'networks', 'network', {});
          const subnet = { network_id: network.id, ip_version: 4, cidr: '10.5.0.0/24' };
          await made(apis[maker], 'subnets', 'subnet', subnet);
          const binding = { 'binding:host_id': 'compute', device_owner: 'compute:nova', device_id: 'vm' };
          const port = await made(apis[maker], 'ports', 'port', { network_id: network.id, ...binding });
          const status = () => told(`ports/${port.id}`, 'port', 'status');
          assert.deepEqual(await status(), ['DOWN', 'DOWN']);
          const device = { device: port.id, agent_id: 'lb-compute', host: 'compute' };
          await call(wirer, l2plugin, 'update_device_up', device);
          assert.deepEqual(await status(), ['DOWN', 'DOWN'], 'wired, and DHCP does not serve it yet');
          await call(host, dhcpPlugin, 'dhcp_ready_on_ports', { port_ids: [port.id] });
          assert.deepEqual(await status(), ['ACTIVE', 'ACTIVE']);
          const other = apis[maker === 0 ? 1 : 0];
          assert.equal((await ask(other, 'DELETE', `ports/${port.id}`)).status, 204);
          const blocks = await cluster.db.kysely.selectFrom('provisioningblocks').selectAll().execute();
          assert.deepEqual(blocks, []);
        });
      }

  for (const first of SIDES) {
    const second = first === 0 ? 1 : 0;
    test(`an agent that told ${SERVERS[first].name} server first is known to the other, dies and revives for both`, async () => {
      const host = `host${first}`;
      const state = {
        binary: 'neutron-dhcp-agent',
        host,
        topic: 'dhcp_agent',
        agent_type: 'DHCP agent',
        availability_zone: 'nova',
        configurations: { networks: first },
      };
      const report = (to: 0 | 1, more: object = {}) =>
        call(to, reports, 'report_state', {
          agent_state: { agent_state: { ...state, ...more } },
          time: new Date().toISOString().replace('Z', '000'),
        });
      assert.equal(await report(first, { start_flag: true }), 'new');
      assert.equal(await report(second, { configurations: { networks: 7 } }), 'alive');
      const { text } = await ask(apis[second], 'GET', `agents?host=${host}`);
      const { id } = JSON.parse(text).agents[0] as { id: string };
      assert.deepEqual(await told(`agents/${id}`, 'agent', 'alive'), [true, true]);
      assert.deepEqual(await told(`agents/${id}`, 'agent', 'configurations'), [
        { networks: 7 },
        { networks: 7 },
      ]);
      const [started] = await told(`agents/${id}`, 'agent', 'started_at');
      const heartbeat_timestamp = '2020-01-01 00:00:00';
      await cluster.db.kysely
        .updateTable('agents')
        .set({ heartbeat_timestamp })
        .where('id', '=', id)
        .execute();
      assert.deepEqual(await told(`agents/${id}`, 'agent', 'alive'), [false, false]);
      assert.equal(await report(second), 'revived');
      assert.equal(await report(first), 'alive');
      assert.deepEqual(await told(`agents/${id}`, 'agent', 'alive'), [true, true]);
      assert.deepEqual(await told(`agents/${id}`, 'agent', 'started_at'), [started, started]);
    });
  }
});
