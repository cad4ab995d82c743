import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { configOf } from '../../../config/load.ts';
import { nova } from '../../../config/options/index.ts';
import { recordingLog } from '../../../testing/recordingLog.ts';
import { adminRequest } from '../../services/admin.ts';
import { createBatch } from './batch.ts';
import { createNovaClient } from './client.ts';
import { type NovaEvent, novaHooks, statusEvent } from './events.ts';

const SERVER = '78d5c3c9-7d4b-4a49-a7b4-e93e28898756';
const PORT = '8ef1281d-3684-452c-9404-4f73ca52cf4d';
const port = { id: PORT, device_id: SERVER, device_owner: 'compute:nova', status: 'ACTIVE', fixed_ips: [] };

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Keystone and Nova in one: a token whose catalogue leads back here, and a recorder of events. */
let stub: Server;
let base: string;
const received: Received[] = [];
const answers: number[] = [];

before(async () => {
  stub = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const body: unknown = JSON.parse(text);
    if (request.url === '/v3/auth/tokens') {
      const endpoints = [
        { interface: 'public', region: 'Elsewhere', url: 'http://127.0.0.1:1/' },
        { interface: 'public', region: 'RegionOne', url: `${base}/v2.1` },
      ];
      const token = {
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        catalog: [{ type: 'compute', endpoints }],
      };
      response.writeHead(201, { 'X-Subject-Token': 'secret' }).end(JSON.stringify({ token }));
      return;
    }
    received.push({ path: request.url, headers: request.headers, body });
    const { events } = body as { events: object[] };
    response
      .writeHead(answers.shift() ?? 200)
      .end(JSON.stringify({ events: events.map((event) => ({ ...event, code: 200 })) }));
  }).listen(0, '127.0.0.1');
  await once(stub, 'listening');
  base = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`;
});

after(() => {
  stub.closeAllConnections();
  stub.close();
});

const settingsFor = (url: string) =>
  configOf(
    `[nova]\nauth_url = ${url}\nauth_plugin = password\nproject_domain_id = default\nuser_domain_id = default\n` +
      'region_name = RegionOne\nproject_name = service\nusername = nova\npassword = nova\n',
  ).group(nova);

const changed: NovaEvent = { name: 'network-changed', server_uuid: SERVER, tag: PORT };

test('events reach the endpoint of the catalogue as python-novaclient sends them', async () => {
  const log = recordingLog();
  received.length = 0;
  await createNovaClient(settingsFor(base), log)([changed]);
  assert.equal(received.length, 1);
  const [{ path, headers, body }] = received as [Received];
  assert.equal(path, '/v2.1/os-server-external-events');
  assert.equal(headers['x-auth-token'], 'secret');
  assert.equal(headers['x-openstack-nova-api-version'], '2.1');
  assert.deepEqual(body, { events: [changed] });
});

test('a refused token is replaced once', async () => {
  const log = recordingLog();
  received.length = 0;
  answers.push(401);
  await createNovaClient(settingsFor(base), log)([changed]);
  assert.equal(received.length, 2);
  assert.deepEqual(log.lines('error'), []);
});

test('when Nova is away the cause is logged and nothing is thrown', async () => {
  const log = recordingLog();
  await createNovaClient(settingsFor('http://127.0.0.1:1'), log)([changed]);
  assert.match(
    log.lines('error').at(-1) ?? '',
    /^Failed to notify nova on events: network-changed .*cannot be reached/,
  );
});

test('the first event goes at once, later ones together', async () => {
  const batches: (readonly NovaEvent[])[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const batch = createBatch(60, async (events) => {
    batches.push(events);
    await held;
  });
  batch.queue([changed]);
  batch.queue([{ ...changed, tag: 'b' }]);
  batch.queue([{ ...changed, tag: 'c' }]);
  release();
  await batch.close();
  assert.deepEqual(
    batches.map((events) => events.map(({ tag }) => tag)),
    [[PORT], ['b', 'c']],
  );
});

const plugged = { name: 'network-vif-plugged', status: 'completed' };
const cases = [
  { before: 'DOWN', after: 'ACTIVE', event: plugged },
  { before: 'BUILD', after: 'ACTIVE', event: plugged },
  { before: 'BUILD', after: 'ERROR', event: { name: 'network-vif-plugged', status: 'failed' } },
  { before: 'ACTIVE', after: 'DOWN', event: { name: 'network-vif-unplugged', status: 'completed' } },
  { before: 'ACTIVE', after: 'BUILD', event: undefined },
  { before: 'DOWN', after: 'BUILD', event: undefined },
];
for (const { before: from, after: to, event } of cases) {
  test(`status ${from} → ${to} means ${event?.name ?? 'nothing'} to Nova`, () => {
    assert.deepEqual(statusEvent(port, from, to), event && { server_uuid: SERVER, ...event, tag: PORT });
    for (const device_owner of ['network:dhcp', 'compute:probe'])
      assert.equal(statusEvent({ ...port, device_owner }, from, to), undefined);
  });
}

test('changes of data, floating IPs and deletion become events, changes by agents do not', async () => {
  const queued: NovaEvent[] = [];
  const hooks = novaHooks({
    statusChanges: true,
    dataChanges: true,
    queue: (events) => queued.push(...events),
    portOf: async () => port,
  });
  const context = adminRequest({});
  await hooks.port.updated!(context, port, { ...port, revision_number: 7, 'binding:vif_type': 'bridge' });
  assert.deepEqual(queued, []);
  await hooks.port.updated!(context, port, { ...port, fixed_ips: [{ ip_address: '10.0.0.9' }] });
  await hooks.floatingip.updated!(context, { port_id: PORT }, { port_id: null });
  await hooks.port.deleted!(context, port);
  assert.deepEqual(queued, [
    changed,
    changed,
    { server_uuid: SERVER, name: 'network-vif-deleted', tag: PORT },
  ]);
});
