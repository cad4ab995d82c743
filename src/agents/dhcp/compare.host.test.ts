import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn } from '../runtime/testing.ts';
import { dhcpAgentParts } from './agent.ts';
import { type FakePlugin, fakePlugin, networkOf, portOf, subnetOf } from './testing.ts';

const id = '11111111-1111-4111-8111-111111111111';
const subnetId = '33333333-3333-4333-8333-333333333333';
const netns = `qdhcp-${id}`;
const state = mkdtempSync(join(tmpdir(), 'dhcp-compare-'));
const file = (name: string) => join(state, 'dhcp', id, name);
const bus = new Bus();
const ask = client(inProcess(bus), diagnosis('DHCP agent'));
const compare = (heal: boolean) => ask.compare(adminContext(), { heal }, { server: 'here' });
const codesOf = ({ drift }: Awaited<ReturnType<typeof compare>>) => drift.map(({ code }) => code);
let plugin: FakePlugin;
let agent: RunningAgent;

before(async () => {
  chmodSync(state, 0o755);
  plugin = await fakePlugin(inProcess(bus));
  const subnet = subnetOf(id, { id: subnetId });
  const vm = portOf(id, {
    id: '44444444-4444-4444-8444-444444444444',
    mac_address: 'fa:16:3e:aa:00:05',
    fixed_ips: [{ subnet_id: subnetId, ip_address: '172.16.1.5' }],
  });
  plugin.networks.set(id, networkOf(id, [subnet], [vm]));
  agent = await startAgentOn(
    bus,
    `
[DEFAULT]
host = here
state_path = ${state}
interface_driver = linuxbridge
enable_isolated_metadata = True
[agent]
check_child_processes_interval = 0
`,
    dhcpAgentParts,
  );
  await until(
    'the network is applied',
    async () => (await ask.applied(adminContext(), { item: id }, { server: 'here' })).applied,
  );
});
after(async () => {
  await agent.stop();
  await plugin.close();
  rmSync(state, { recursive: true, force: true });
});

test('a healthy network has no drift', async () => {
  const first = await compare(false);
  assert.deepEqual(first.drift, []);
  assert.deepEqual(first.compared, { network: 1, dnsmasq: 1 });
});

test('a network that this agent was not given is not applied, and not begun', async () => {
  const other = '22222222-2222-4222-8222-222222222222';
  plugin.networks.set(other, networkOf(other, [subnetOf(other, { id: other })]));
  assert.deepEqual(await ask.applied(adminContext(), { item: other }, { server: 'here' }), {
    applied: false,
    absent: true,
    waitingFor: 'this agent has not been given the network',
  });
  plugin.networks.delete(other);
});

test('a port whose word is still on its way is in the files when its network counts as applied', async () => {
  const network = plugin.networks.get(id)!;
  network.ports.push(
    portOf(id, {
      id: '55555555-4444-4444-8444-444444444444',
      mac_address: 'fa:16:3e:aa:00:06',
      fixed_ips: [{ subnet_id: subnetId, ip_address: '172.16.1.6' }],
    }),
  );
  assert.deepEqual(await ask.applied(adminContext(), { item: id }, { server: 'here' }), { applied: true });
  assert.match((await run(['cat', file('host')])).stdout, /fa:16:3e:aa:00:06/);
});

const inside = (...command: string[]) => ['ip', 'netns', 'exec', netns, ...command];
const sh = (text: string) => ['sh', '-c', text];

/** Kills the process of a pid file, and waits for its end: on a busy machine that takes a moment. */
const killed = (pidFile: string) =>
  sh(
    `pid=$(cat ${pidFile}); kill -9 $pid; while grep -q . /proc/$pid/cmdline 2>/dev/null; do sleep 0.01; done`,
  );

const faults: readonly (readonly [string, string, readonly string[], string])[] = [
  ['drift_dnsmasq', 'dnsmasq was killed', killed(file('pid')), 'missing: process dnsmasq'],
  [
    'drift_dnsmasq',
    'a host is gone from its file',
    sh(`sed -i /aa:00:05/d ${file('host')}`),
    `missing: ${file('host')}: fa:16:3e:aa:00:05`,
  ],
  [
    'drift_dnsmasq',
    'an option is not ours',
    sh(`sed -i '1i tag:x,option:router,172.16.1.66' ${file('opts')}`),
    `not ours: ${file('opts')}: tag:x,option:router`,
  ],
  ['drift_dnsmasq', 'a file is gone', ['rm', file('addn_hosts')], `missing: file ${file('addn_hosts')}`],
  [
    'drift_dnsmasq',
    'dnsmasq cannot read a file',
    ['chmod', '600', file('host')],
    `not set: ${file('host')} readable by all`,
  ],
  [
    'drift_interfaces',
    "the server's address is gone",
    inside('ip', 'addr', 'flush', 'scope', 'global'),
    'missing: addr 172.16.1.2/24',
  ],
  [
    'drift_interfaces',
    'a kernel parameter is another',
    inside('sysctl', '-qw', 'net.ipv4.ip_nonlocal_bind=0'),
    'not set: net.ipv4.ip_nonlocal_bind = 1 (it is 0)',
  ],
  [
    'drift_process',
    'the metadata proxy was killed',
    killed(`${state}/external/pids/${id}.pid.haproxy`),
    'missing: process haproxy',
  ],
  ['drift_namespace', 'the namespace is gone', ['ip', 'netns', 'del', netns], `missing: namespace ${netns}`],
];

for (const [code, what, command, evidence] of faults) {
  test(`${what}: ${code}, only told when healing is not asked for, then healed`, async () => {
    await run(command);
    const seen = await compare(false);
    assert.deepEqual(codesOf(seen), [code]);
    assert.deepEqual([seen.healed, seen.drift[0]!.subject], [false, { resource: 'network', id }]);
    const lines = seen.drift[0]!.evidence;
    assert.ok(
      lines.some((line) => line.startsWith(evidence)),
      lines.join('\n'),
    );
    const healed = await compare(true);
    assert.deepEqual([codesOf(healed), healed.healed], [[code], true]);
    assert.deepEqual((await compare(false)).drift, []);
  });
}

test('after its namespace was removed dnsmasq runs in the new one', async () => {
  const inode = async (path: string) => (await run(['stat', '-Lc', '%i', path])).stdout;
  const pid = (await run(['cat', file('pid')])).stdout.trim();
  assert.equal(await inode(`/proc/${pid}/ns/net`), await inode(`/run/netns/${netns}`));
});
