import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DIAGNOSIS_TOPICS } from '../../rpc/diagnosis.ts';
import { endpoint } from '../../rpc/interface.ts';
import { type Probe, type ProbePort, probes } from '../../rpc/probes.ts';
import { until } from '../../testing/until.ts';
import { sqliteForTest, type TestDatabase } from '../db/testing.ts';
import type { ApiContext } from '../http/context.ts';
import { adminRequest } from '../services/admin.ts';
import type { Item } from '../services/service.ts';
import { reportedAgent, serverOn, type TestServer } from '../testing.ts';
import { createProber } from './prober.ts';

const admin = { ...adminRequest(), projectId: 'p1' };
const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };

let database: TestDatabase;
let server: TestServer;
let network: Item;
const plugged: ProbePort[] = [];
const ran: Probe[] = [];
const unplugged: string[] = [];

const make = async (name: 'network' | 'subnet' | 'port', item: Item): Promise<Item> =>
  (await server.api.services[name]!.create!(admin, [{ ...owned, ...item }]))[0]!;
const makePort = (host: string, device_owner = 'compute:probe') =>
  make('port', { network_id: network.id, device_id: 'x', device_owner, 'binding:host_id': host });
const send = (port: Item, body: Item) =>
  server.api.additions!.send_probe!({ context: admin as unknown as ApiContext, id: String(port.id), body });

before(async () => {
  database = await sqliteForTest();
  server = await serverOn(database);
  const configurations = { tunnel_types: ['vxlan'], tunneling_ip: '192.0.2.1' };
  for (const host of ['ours', 'pythons'])
    await reportedAgent(database, 'Linux bridge agent', host, configurations);
  const agent = endpoint(probes, {
    async plug(_, { port }) {
      plugged.push(port);
      return null;
    },
    async run(_, { probe }) {
      ran.push(probe);
      return { result: 'pass' as const, evidence: ['seen'], measured: { milliseconds: 1 } };
    },
    async unplug(_, { port_id }) {
      unplugged.push(port_id);
    },
  });
  await server.transport.listen(DIAGNOSIS_TOPICS['Linux bridge agent'], 'ours', [agent]);
  network = await make('network', {});
  await make('subnet', { network_id: network.id, cidr: '10.1.0.0/20', ip_version: 4, enable_dhcp: true });
});
after(async () => {
  await server.end();
  await database.close();
});

test('a probe goes to the agent of the port’s host, which is told how to plug it', async () => {
  const port = await makePort('ours');
  const answer = await send(port, { kind: 'echo', target: '10.1.0.1', minutes: 7 });
  assert.deepEqual(answer, { result: 'pass', evidence: ['seen'], measured: { milliseconds: 1 } });
  assert.deepEqual(ran, [{ kind: 'echo', target: '10.1.0.1' }]);
  const [{ ip_address }] = port.fixed_ips as [{ ip_address: string }];
  assert.deepEqual(plugged, [
    {
      id: port.id,
      mac_address: port.mac_address,
      mtu: network.mtu,
      addresses: [`${ip_address}/20`],
      gateway: '10.1.0.1',
      minutes: 7,
    },
  ]);
  await server.api.services.port!.delete!(admin, String(port.id));
  await until('its agent is told that it is gone', () => unplugged.includes(String(port.id)));
});

test('where no agent of ours can send, that is said at once', async () => {
  const cases: [Item, RegExp][] = [
    [await makePort('pythons'), /agent of host pythons does not answer: it is not ours, or it does not run/],
    [await makePort('nowhere'), /not bound to nowhere: binding_failed/],
    [await makePort(''), /on no host: its binding:host_id is empty/],
  ];
  for (const [port, words] of cases) {
    const start = performance.now();
    const { result, evidence } = (await send(port, { kind: 'dhcp' })) as {
      result: string;
      evidence: string[];
    };
    assert.equal(result, 'not checked');
    assert.match(evidence.join(), words);
    assert.ok(performance.now() - start < 2000, 'it took too long');
  }
});

test("no probe is sent from a machine's port", async () => {
  const port = await makePort('ours', 'compute:nova');
  await assert.rejects(async () => send(port, { kind: 'dhcp' }), /device_owner is not compute:probe/);
  await assert.rejects(async () => send(port, { kind: 'smoke' }), /kind must be one of/);
});

test('a port for one errand is made on the host, and deleted however the errand ends', async () => {
  const { network: networks, subnet: subnets, port: ports } = server.api.services;
  type Parts = Parameters<typeof createProber>[1];
  const prober = createProber(server.context, { networks, subnets, ports } as unknown as Parts);
  const there = async () =>
    (await server.api.services.port!.list(admin, { filters: { name: ['nts-probe'] }, sorts: [] })).length;
  const place = { networkId: String(network.id), host: 'ours', projectId: 'p1' };
  const { result } = await prober.withPort(place, async (run, port) => {
    assert.equal(await there(), 1);
    assert.equal(port['binding:host_id'], 'ours');
    return run({ kind: 'arp', target: '10.1.0.1' });
  });
  assert.deepEqual([result, await there()], ['pass', 0]);
  const fails = prober.withPort(place, async () => Promise.reject(new Error('lost')));
  await assert.rejects(fails, /lost/);
  assert.equal(await there(), 0);
});
