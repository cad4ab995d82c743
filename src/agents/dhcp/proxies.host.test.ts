import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { observeProcess } from '../../linux/externalProcess.ts';
import { listNamespaces } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { findProgram } from '../../linux/programs.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { dhcpAgent } from '../../rpc/dhcpAgent.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn } from '../runtime/testing.ts';
import { dhcpAgentParts } from './agent.ts';
import { type FakePlugin, fakePlugin, networkOf, portOf, subnetOf } from './testing.ts';

const networkId = '11111111-1111-4111-8111-111111111111';
const subnetId = '33333333-3333-4333-8333-333333333333';
const state = mkdtempSync(join(tmpdir(), 'dhcp-proxies-'));
const pidFile = join(state, 'external/pids', `${networkId}.pid.haproxy`);
const mark = join(state, 'ns-metadata-proxy', `${networkId}.conf`);
const proxy = () => observeProcess({ command: [], pidFile, mark }).state;
/** haproxy goes on to start when this file is there. */
const gate = join(state, 'gate');
/** haproxy does not start while this file is there. */
const refusal = join(state, 'refusal');
const started = join(state, 'started');

const netns = `qdhcp-${networkId}`;
const log = recordingLog();
const bus = new Bus();
const notify = client(inProcess(bus), dhcpAgent);
const path = process.env.PATH;
let plugin: FakePlugin;
let running: RunningAgent;

const portAt = (last: number) =>
  portOf(networkId, {
    id: `44444444-4444-4444-8444-4444444444${last}`,
    mac_address: `fa:16:3e:aa:00:${last}`,
    fixed_ips: [{ subnet_id: subnetId, ip_address: `172.16.1.${last}` }],
  });

before(async () => {
  chmodSync(state, 0o755);
  const programs = join(state, 'bin');
  mkdirSync(programs);
  const slow = `#!/bin/sh\n[ ! -e ${refusal} ] || exit 1\ntouch ${started}\nwhile [ ! -e ${gate} ]; do sleep 0.05; done\nexec ${findProgram('haproxy')} "$@"\n`;
  writeFileSync(join(programs, 'haproxy'), slow, { mode: 0o755 });
  process.env.PATH = `${programs}:${path}`;
  plugin = await fakePlugin(inProcess(bus));
  plugin.networks.set(networkId, networkOf(networkId, [subnetOf(networkId, { id: subnetId })], [portAt(10)]));
  const settings = `
[DEFAULT]
host = controller
state_path = ${state}
interface_driver = linuxbridge
enable_isolated_metadata = True
resync_interval = 1
[agent]
check_child_processes_interval = 1
`;
  running = await startAgentOn(bus, settings, dhcpAgentParts, log);
});

after(async () => {
  writeFileSync(gate, '');
  await running.stop();
  await plugin.close();
  process.env.PATH = path;
  rmSync(state, { recursive: true, force: true });
});

const tell = { server: 'controller' };

test('a port has its lease while the proxy of its network is still starting', async () => {
  await until('haproxy is being started', () => existsSync(started));
  const port = portAt(11);
  plugin.networks.get(networkId)?.ports.push(port);
  await notify.port_create_end(adminContext(), { payload: { port } }, tell);
  await until('the port is reported ready', () => plugin.ready.includes(port.id));
  assert.match(readFileSync(join(state, 'dhcp', networkId, 'host'), 'utf8'), /172\.16\.1\.11/);
  assert.equal(proxy(), 'absent');
  writeFileSync(gate, '');
  await until('the proxy runs', () => proxy() !== 'absent');
  await until('who started it has ended', async () => (await run(['pgrep', '-fc', mark])).stdout === '1\n');
});

test('a namespace that is lost while its proxy cannot start is noticed, and made anew', async () => {
  const ask = client(inProcess(bus), diagnosis('DHCP agent'));
  writeFileSync(refusal, '');
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  await until('the start has failed', () =>
    log.lines('error').some((line) => /haproxy.*exit code 1/.test(line)),
  );
  await run(['ip', 'netns', 'del', netns]);
  const { drift } = await ask.compare(adminContext(), { heal: true }, tell);
  assert.deepEqual(
    drift.map(({ code }) => code),
    ['drift_namespace'],
  );
  assert.deepEqual(listNamespaces(), [netns]);
  rmSync(refusal);
  await until('the proxy runs', () => proxy() !== 'absent');
  await until('who started it has ended', async () => (await run(['pgrep', '-fc', mark])).stdout === '1\n');
});

test('a network that goes while its proxy is starting leaves no proxy', async () => {
  rmSync(gate);
  rmSync(started);
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  await until('it is started anew', () => existsSync(started));
  plugin.networks.delete(networkId);
  await notify.network_delete_end(adminContext(), { payload: { network_id: networkId } }, tell);
  writeFileSync(gate, '');
  await until('the network is released', () => plugin.released.includes(networkId));
  assert.deepEqual([proxy(), existsSync(pidFile), existsSync(mark)], ['absent', false, false]);
  assert.deepEqual(listNamespaces(), []);
});
