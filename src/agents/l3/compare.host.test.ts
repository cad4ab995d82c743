import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { gatewayDeviceName, routerDeviceName, routerNamespace, tapName } from '../../net/names.ts';
import { adminContext } from '../../rpc/context.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client, endpoint } from '../../rpc/interface.ts';
import { l3plugin } from '../../rpc/l3plugin.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn, takeReports } from '../runtime/testing.ts';
import { buildL3Agent } from './agent.ts';
import { GATEWAY, INSIDE, info, pings, ROUTER } from './testing.ts';

const netns = routerNamespace(ROUTER);
const qr = routerDeviceName(INSIDE);
const qg = gatewayDeviceName(GATEWAY);
const floating = {
  id: 'f1',
  floating_ip_address: '192.168.81.183',
  fixed_ip_address: '172.16.1.26',
  status: 'ACTIVE',
};
const router = info({
  _floatingips: [floating as never],
  routes: [{ destination: '10.9.0.0/16', nexthop: '172.16.1.9' }],
});

const state = mkdtempSync(join(tmpdir(), 'l3-agent-'));
const bus = new Bus();
const ask = client(inProcess(bus), diagnosis('L3 agent'));
const compare = (heal: boolean) => ask.compare(adminContext(), { heal }, { server: 'here' });
const codesOf = ({ drift }: Awaited<ReturnType<typeof compare>>) => drift.map(({ code }) => code);
const log = recordingLog();
let agent: RunningAgent;

before(async () => {
  const server = inProcess(bus);
  await server.listen('q-l3-plugin', 'server', [
    endpoint(l3plugin, {
      get_router_ids: async () => [ROUTER],
      sync_routers: async () => [router],
      get_host_ha_router_count: async () => 0,
      update_floatingip_statuses: async () => null as never,
    }),
  ]);
  await takeReports(server);
  agent = await startAgentOn(
    bus,
    `
[DEFAULT]
host = here
state_path = ${state}
interface_driver = linuxbridge
[agent]
check_child_processes_interval = 0
`,
    buildL3Agent,
    log,
  );
  await until(
    'the router is applied',
    async () => (await ask.applied(adminContext(), { item: ROUTER }, { server: 'here' })).applied,
  );
});
after(async () => {
  await run(['sh', '-c', `kill $(cat ${state}/external/pids/${ROUTER}.pid.haproxy)`], { allowed: [0, 1] });
  await agent.stop();
  rmSync(state, { recursive: true, force: true });
});

test('a healthy router has no drift', async () => {
  const first = await compare(false);
  assert.deepEqual(first.drift, []);
  assert.deepEqual(first.compared, { router: 1, interface: 2, 'floating ip': 1 });
});

const inside = (...command: string[]) => ['ip', 'netns', 'exec', netns, ...command];

const faults: readonly (readonly [string, string, readonly string[], string])[] = [
  [
    'drift_interfaces',
    "the router's own address is gone",
    inside('ip', 'addr', 'del', '172.16.1.1/24', 'dev', qr),
    'missing: addr 172.16.1.1/24',
  ],
  [
    'drift_interfaces',
    "a floating IP's address is gone",
    inside('ip', 'addr', 'del', '192.168.81.183/32', 'dev', qg),
    'missing: addr 192.168.81.183/32',
  ],
  [
    'drift_interfaces',
    'an address is not ours',
    inside('ip', 'addr', 'add', '172.16.1.77/24', 'dev', qr),
    'not ours: addr 172.16.1.77/24',
  ],
  ['drift_interfaces', 'a device is down', inside('ip', 'link', 'set', qr, 'down'), `not set: link ${qr} up`],
  ['drift_interfaces', 'a device is gone', ['ip', 'link', 'del', tapName(INSIDE)], `missing: link ${qr}`],
  [
    'drift_routes',
    "a project's route is gone",
    inside('ip', 'route', 'del', '10.9.0.0/16'),
    'missing: route 10.9.0.0/16',
  ],
  [
    'drift_routes',
    'the default route leads elsewhere',
    inside('ip', 'route', 'replace', 'default', 'via', '172.16.1.9'),
    'missing: route default via 192.168.81.254',
  ],
  [
    'drift_nat',
    'the translation of a floating IP is gone',
    inside('iptables', '-t', 'nat', '-F', 'neutron-l3-agent-float-snat'),
    'missing: nat neutron-l3-agent-float-snat -s 172.16.1.26/32',
  ],
  [
    'drift_forwarding',
    'the router does not forward',
    inside('sysctl', '-qw', 'net.ipv4.ip_forward=0'),
    'not set: net.ipv4.ip_forward = 1 (it is 0)',
  ],
  [
    'drift_process',
    'the metadata proxy was killed',
    [
      'sh',
      '-c',
      // A killed process takes a moment to end.
      `pid=$(cat ${state}/external/pids/${ROUTER}.pid.haproxy); kill -9 $pid; while grep -q . /proc/$pid/cmdline 2>/dev/null; do sleep 0.01; done`,
    ],
    'missing: process haproxy',
  ],
  ['drift_namespace', 'the namespace is gone', ['ip', 'netns', 'del', netns], `missing: namespace ${netns}`],
];

for (const [code, what, command, evidence] of faults) {
  test(`${what}: ${code}, only told when healing is not asked for, then healed`, async () => {
    await run(command);
    const seen = await compare(false);
    // With a device or an address go routes that led through it.
    assert.equal(codesOf(seen)[0], code);
    assert.equal(seen.healed, false);
    assert.deepEqual(seen.drift[0]!.subject, { resource: 'router', id: ROUTER });
    const lines = seen.drift[0]!.evidence;
    assert.ok(
      lines.some((line) => line.startsWith(evidence)),
      lines.join('\n'),
    );
    const healed = await compare(true);
    assert.deepEqual([codesOf(healed)[0], healed.healed], [code, true]);
    assert.deepEqual((await compare(false)).drift, []);
  });
}

test('after its namespace was removed a router works as before, its metadata proxy too', async () => {
  const inode = async (...command: string[]) => (await run(['stat', '-Lc', '%i', ...command])).stdout;
  const { stdout: pid } = await run(['cat', `${state}/external/pids/${ROUTER}.pid.haproxy`]);
  assert.equal(await inode(`/proc/${pid.trim()}/ns/net`), await inode(`/run/netns/${netns}`));
  assert.equal(await pings(netns, '172.16.1.1'), true);
});
