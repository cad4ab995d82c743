import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { configOf } from '../../config/load.ts';
import { silentLog } from '../../log/silent.ts';
import { openTransport } from '../../messaging/open.ts';
import type { Transport } from '../../messaging/transport.ts';
import { until } from '../../testing/until.ts';
import { type FakePlugin, fakePlugin, networkOf, portOf, subnetOf } from './testing.ts';

const networkId = '11111111-1111-4111-8111-111111111111';
const subnetId = '33333333-3333-4333-8333-333333333333';
const state = mkdtempSync(join(tmpdir(), 'dhcp-restart-'));
const conf = join(state, 'neutron.conf');
const logFile = join(state, 'agent.log');
const transportUrl = 'zmq://127.0.0.1:19501';
let transport: Transport;
let plugin: FakePlugin;
let agent: ChildProcess;

const pid = () => Number(readFileSync(join(state, 'dhcp', networkId, 'pid'), 'utf8'));
const argvOf = (process: number) => readFileSync(`/proc/${process}/cmdline`, 'utf8');
const logged = () => readFileSync(logFile, 'utf8');

const startProcess = () => {
  const main = join(import.meta.dirname, 'main.ts');
  agent = spawn(process.execPath, [main, '--config-file', conf, '--log-file', logFile], { stdio: 'ignore' });
};

const addPort = (last: number) => {
  const port = portOf(networkId, {
    id: `44444444-4444-4444-8444-4444444444${last}`,
    mac_address: `fa:16:3e:aa:00:${last}`,
    fixed_ips: [{ subnet_id: subnetId, ip_address: `172.16.1.${last}` }],
  });
  plugin.networks.get(networkId)?.ports.push(port);
  return port.id;
};

async function end(signal: NodeJS.Signals): Promise<void> {
  agent.kill(signal);
  await once(agent, 'exit');
}

before(async () => {
  chmodSync(state, 0o755);
  writeFileSync(
    conf,
    `[DEFAULT]\nhost = controller\nstate_path = ${state}\ninterface_driver = linuxbridge\ntransport_url = ${transportUrl}\n[agent]\nreport_interval = 1\n`,
  );
  const config = configOf(`[DEFAULT]\ntransport_url = ${transportUrl}`);
  transport = await openTransport(config, silentLog, { clientName: 'server', server: true });
  plugin = await fakePlugin(transport);
  plugin.networks.set(networkId, networkOf(networkId, [subnetOf(networkId, { id: subnetId })]));
  startProcess();
});

after(async () => {
  if (agent.exitCode === null && agent.signalCode === null) await end('SIGKILL');
  await plugin.close();
  await transport.close();
  rmSync(state, { recursive: true, force: true });
});

test('kill -9 leaves dnsmasq serving; the next agent adopts it and brings in what it missed', async () => {
  const first = addPort(11);
  await until('served', () => plugin.ready.includes(first));
  const served = pid();
  const argv = argvOf(served);
  await end('SIGKILL');
  assert.equal(argvOf(served), argv);
  const missed = addPort(12);
  startProcess();
  await until('the missed port is ready', () => plugin.ready.includes(missed));
  assert.equal(pid(), served);
  assert.equal(argvOf(served), argv);
  assert.match(readFileSync(join(state, 'dhcp', networkId, 'host'), 'utf8'), /172\.16\.1\.12\n/);
});

test('SIGTERM ends the agent at once and leaves the data plane', async () => {
  const served = pid();
  await end('SIGTERM');
  assert.equal(agent.exitCode, 0);
  assert.match(argvOf(served), /dnsmasq/);
  assert.match(logged(), /SIGTERM: neutron-dhcp-agent ends; what it built stays/);
});

test('an agent without a server keeps what runs, says so once, and goes on when the server is back', async () => {
  const served = pid();
  await plugin.close();
  startProcess();
  await until('it says what is wrong', () => logged().includes('Cannot report state to the server'));
  assert.match(argvOf(served), /dnsmasq/);
  const late = addPort(13);
  plugin = await fakePlugin(transport, plugin.networks.values());
  await until('it reports again', () => logged().includes('can report state to the server again'));
  await until('it has synchronised', () => plugin.ready.includes(late));
  assert.equal(pid(), served);
  assert.equal(logged().match(/ERROR .*Cannot report state/g)?.length, 1);
});
