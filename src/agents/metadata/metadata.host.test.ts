import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { observeProcess } from '../../linux/externalProcess.ts';
import { ensureMetadataProxy, type MetadataProxy, stopMetadataProxy } from '../../linux/haproxy.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client, endpoint } from '../../rpc/interface.ts';
import { metadata, type PortFilters } from '../../rpc/metadata.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { portOf } from '../dhcp/testing.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn, takeReports } from '../runtime/testing.ts';
import { metadataAgentParts } from './agent.ts';
import { signatureOf } from './instance.ts';

const networkId = '11111111-1111-4111-8111-111111111111';
const state = mkdtempSync(join(tmpdir(), 'metadata-agent-'));
const bus = new Bus();
const log = recordingLog();
const asked: PortFilters[] = [];
const heard: { url: string; headers: IncomingHttpHeaders }[] = [];
const settings = {
  statePath: state,
  externalPids: join(state, 'external/pids'),
  socket: join(state, 'metadata_proxy'),
  user: '',
  group: '',
  debug: false,
};
const proxy: MetadataProxy = { kind: 'Network', id: networkId, netns: 'proxy', bind: '169.254.169.254:80' };
const big = 'x'.repeat(3_000_000);
let novaStatus = 200;
let running: RunningAgent;

const nova = createServer((request, response) => {
  heard.push({ url: request.url ?? '', headers: request.headers });
  response.writeHead(novaStatus, { 'Content-Type': 'text/x-test' });
  response.end(request.url === '/big' ? big : 'i-am-nova');
});

before(async () => {
  chmodSync(state, 0o755);
  await new Promise<void>((resolve) => nova.listen(0, '127.0.0.1', resolve));
  const server = inProcess(bus);
  const port = portOf(networkId, {
    id: 'p',
    device_id: 'instance-1',
    tenant_id: 'project-1',
    mac_address: 'fa:16:3e:aa:00:05',
    fixed_ips: [{ subnet_id: 's', ip_address: '172.16.1.5' }],
  });
  await server.listen('q-plugin', 'server', [
    endpoint(metadata, {
      async get_ports(_context, { filters }) {
        asked.push(filters);
        return filters.fixed_ips?.ip_address.includes('172.16.1.5') ? [port] : [];
      },
    }),
  ]);
  await takeReports(server);
  running = await startAgentOn(
    bus,
    `
[DEFAULT]
host = controller
state_path = ${state}
nova_metadata_host = 127.0.0.1
nova_metadata_port = ${(nova.address() as AddressInfo).port}
metadata_proxy_shared_secret = Test
`,
    metadataAgentParts,
    log,
  );
  await ensureNamespace('proxy');
  await ensureNamespace('guest');
  await ip(['link add inside netns proxy type veth peer name eth0 netns guest']);
  await ip(
    ['addr add 172.16.1.2/24 dev inside', 'addr add 169.254.169.254/32 dev inside', 'link set inside up'],
    {
      netns: 'proxy',
    },
  );
  await ip(
    [
      'addr add 172.16.1.5/24 dev eth0',
      'addr add 172.16.1.9/24 dev eth0',
      'link set eth0 up',
      'route add 169.254.169.254/32 via 172.16.1.2',
    ],
    { netns: 'guest' },
  );
});

after(async () => {
  await stopMetadataProxy(networkId, settings);
  await running.stop();
  nova.closeAllConnections();
  nova.close();
  rmSync(state, { recursive: true, force: true });
});

const guestProgram = `
  const [path, localAddress, headers] = JSON.parse(process.argv[1]);
  const get = { host: '169.254.169.254', path, localAddress, headers };
  require('node:http').get(get, async (answer) => {
    const body = (await answer.setEncoding('utf8').toArray()).join('');
    console.log(JSON.stringify({ status: answer.statusCode, body }));
  });`;

/** What a guest sees: status and body. */
async function ask(path: string, from = '172.16.1.5', headers: Record<string, string> = {}) {
  const command = [process.execPath, '-e', guestProgram, JSON.stringify([path, from, headers])];
  const { stdout } = await run(command, { netns: 'guest' });
  return JSON.parse(stdout) as { status: number; body: string };
}

test('a guest reads its metadata through the proxy, and Nova can verify who asks', async () => {
  await ensureMetadataProxy(proxy, settings);
  assert.equal(statSync(settings.socket).mode & 0o777, 0o644);
  assert.deepEqual(await ask('/latest/meta-data?x=1'), { status: 200, body: 'i-am-nova' });
  const { url, headers } = heard.at(-1)!;
  assert.equal(url, '/latest/meta-data?x=1');
  assert.equal(headers['x-instance-id'], 'instance-1');
  assert.equal(headers['x-tenant-id'], 'project-1');
  assert.equal(headers['x-instance-id-signature'], signatureOf('instance-1', 'Test'));
  assert.equal(headers['x-forwarded-for'], '172.16.1.5');
  assert.deepEqual(asked.at(-1), { fixed_ips: { ip_address: ['172.16.1.5'] }, network_id: [networkId] });
});

test('a guest that forges headers is still known by its own address', async () => {
  const forged = { 'X-Forwarded-For': '172.16.1.77', 'X-Neutron-Router-ID': 'r', 'X-Instance-ID': 'other' };
  assert.equal((await ask('/', '172.16.1.5', forged)).status, 200);
  assert.equal(heard.at(-1)?.headers['x-instance-id'], 'instance-1');
});

test('a large answer is streamed whole', async () => {
  assert.equal((await ask('/big')).body.length, big.length);
});

test('an address without a port is a 404, a refusal by Nova a 403, what is odd a 500', async () => {
  assert.equal((await ask('/', '172.16.1.9')).status, 404);
  for (const [status, seen] of [
    [403, 403],
    [404, 404],
    [409, 409],
    [503, 503],
    [418, 500],
  ] as const) {
    novaStatus = status;
    assert.equal((await ask('/')).status, seen);
  }
  novaStatus = 200;
  assert.match(log.lines('warning').join('\n'), /metadata_proxy_shared_secret here and in Nova differ/);
});

test('a socket that was removed is told, and served anew', async () => {
  const diagnose = client(inProcess(bus), diagnosis('Metadata agent'));
  const compare = (heal: boolean) => diagnose.compare(adminContext(), { heal }, { server: 'controller' });
  assert.deepEqual((await compare(false)).drift, []);
  rmSync(settings.socket);
  assert.equal((await ask('/')).status, 503);
  const { drift, healed } = await compare(true);
  assert.deepEqual([drift.map(({ code }) => code), healed], [['drift_metadata_socket'], true]);
  assert.deepEqual((await compare(false)).drift, []);
  assert.equal((await ask('/')).status, 200);
});

test('a Nova that cannot be reached is a finding', async () => {
  const diagnose = client(inProcess(bus), diagnosis('Metadata agent'));
  const codes = async () =>
    (await diagnose.status(adminContext(), {}, { server: 'controller' })).findings.map(({ code }) => code);
  assert.deepEqual(await codes(), []);
  const { port } = nova.address() as AddressInfo;
  nova.closeAllConnections();
  await new Promise((resolve) => nova.close(resolve));
  assert.deepEqual(await codes(), ['nova_metadata_unreachable']);
  await new Promise<void>((resolve) => nova.listen(port, '127.0.0.1', resolve));
  assert.deepEqual(await codes(), []);
});

test('the proxy is adopted while its configuration is the same, and started anew when it differs', async () => {
  const first = observeProcess(await ensureMetadataProxy(proxy, settings));
  assert.deepEqual(observeProcess(await ensureMetadataProxy(proxy, settings)), first);
  const changed = observeProcess(await ensureMetadataProxy(proxy, { ...settings, debug: true }));
  assert.equal(changed.state, 'running');
  assert.notDeepEqual(changed, first);
  assert.match(readFileSync(join(state, 'ns-metadata-proxy', `${networkId}.conf`), 'utf8'), /local0 debug/);
  assert.equal((await ask('/')).status, 200);
});
