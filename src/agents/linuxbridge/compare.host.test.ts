import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run, start } from '../../linux/process.ts';
import { writeSysctls } from '../../linux/sysctl.ts';
import { inProcess } from '../../messaging/inProcess.ts';
import { bridgeName } from '../../net/names.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import type { FirewallRule } from '../../rpc/securitygroups.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import type { VxlanSettings } from './settings.ts';
import { details, filteredPort, NET, plugGuest, ScriptedServer, startTestAgent } from './testing.ts';

const GROUP = 'bbbbbbbb-1111-4111-8111-111111111111';
const PEER = '192.168.81.65';
const FLOOD = '00:00:00:00:00:00';
const MAC = 'fa:16:3e:00:00:99';
const brq = bridgeName(NET);
const vxlan: VxlanSettings = {
  localIp: '192.168.81.66',
  l2population: true,
  arpResponder: true,
  group: '',
  multicastRanges: [],
  port: null,
  sourcePorts: [0, 0],
  ttl: null,
  tos: null,
};
const network = { network_type: 'vxlan', segmentation_id: 7 } as const;
const guest = details(1, network);
const dhcp = details(2, { ...network, device_owner: 'network:dhcp' });
const many = Array.from({ length: 48 }, (_, at) => details(10 + at, network));
const egress: FirewallRule = { direction: 'egress', ethertype: 'IPv4' };
const fromGroup: FirewallRule = { direction: 'ingress', ethertype: 'IPv4', remote_group_id: GROUP };

const server = new ScriptedServer();
const ask = client(inProcess(server.bus), diagnosis('Linux bridge agent'));
const compare = (heal: boolean) => ask.compare(server.context(), { heal }, { server: 'here' });
const codesOf = ({ drift }: Awaited<ReturnType<typeof compare>>) => drift.map(({ code }) => code);
/** Filters are compared only while no device is worked on. */
const rests = async () => (await compare(false)).compared.chain !== undefined;
let agent: RunningAgent;

before(async () => {
  writeSysctls({ 'net/bridge/bridge-nf-call-iptables': 1, 'net/bridge/bridge-nf-call-ip6tables': 1 });
  await ensureNamespace('lan');
  await ip([
    'link add eno1 type veth peer name lan0 netns lan',
    'addr add 192.168.81.66/24 brd + dev eno1',
    'link set eno1 up',
  ]);
  await server.listen();
  const uses = { security_groups: [GROUP], security_group_source_groups: [GROUP] };
  server.info = {
    devices: Object.fromEntries([guest, ...many].map((one) => [one.port_id, filteredPort(one, uses)])),
    security_groups: { [GROUP]: [egress, fromGroup] },
    sg_member_ips: { [GROUP]: { IPv4: [['10.0.0.1', null]], IPv6: [] } },
  };
  for (const port of [guest, dhcp]) {
    server.devices.set(port.device, port);
    await plugGuest(port, `guest${port.fixed_ips[0]!.ip_address.at(-1)}`, { bridge: port === guest });
  }
  agent = await startTestAgent(server, { firewall: 'iptables', vxlan });
  await until('both ports are up', () => server.up.length >= 2);
  const ports = { [PEER]: [[FLOOD, '0.0.0.0'] as const, [MAC, '10.0.0.9'] as const] };
  const fdb_entries = { [NET]: { segment_id: 7, network_type: 'vxlan' as const, ports } };
  await server.l2population.add_fdb_entries(server.context(), { fdb_entries } as never, { server: 'here' });
  await until('the peer is known', async () => (await run(['bridge', 'fdb', 'show'])).stdout.includes(MAC));
});
after(() => agent.stop());

test('a healthy host has no drift', async () => {
  const first = await compare(false);
  assert.deepEqual(codesOf(first), []);
  assert.equal(first.healed, true);
  const { chain, ...compared } = first.compared;
  assert.ok(chain! > 10);
  assert.deepEqual(compared, { bridge: 1, tap: 2, fdb: 2, neighbour: 1, ipset: 1 });
  const { comparison, lastDrift } = await ask.status(server.context(), {}, { server: 'here' });
  assert.deepEqual(comparison, first);
  assert.equal(lastDrift, null);
});

const faults: readonly (readonly [string, string, readonly string[], string])[] = [
  [
    'drift_fdb',
    'a forwarding entry is gone',
    ['bridge', 'fdb', 'del', MAC, 'dev', 'vxlan-7', 'dst', PEER],
    `missing: fdb ${MAC} dev vxlan-7 dst ${PEER}`,
  ],
  [
    'drift_neighbours',
    'a neighbour is gone',
    ['ip', 'neigh', 'del', '10.0.0.9', 'dev', 'vxlan-7'],
    `missing: neigh 10.0.0.9 lladdr ${MAC} dev vxlan-7 nud permanent`,
  ],
  [
    'drift_tap',
    "an agent's tap has left the bridge",
    ['ip', 'link', 'set', dhcp.device, 'nomaster'],
    `not set: link ${dhcp.device} master ${brq}`,
  ],
  [
    'drift_tap',
    "a guest's MTU was changed",
    ['ip', 'link', 'set', guest.device, 'mtu', '1500'],
    `not set: link ${guest.device} mtu 1450`,
  ],
  ['drift_bridge', 'the bridge is down', ['ip', 'link', 'set', brq, 'down'], `not set: link ${brq} up`],
  [
    'drift_bridge',
    'the vxlan device is gone',
    ['ip', 'link', 'del', 'vxlan-7'],
    'missing: link vxlan-7 type vxlan',
  ],
  [
    'drift_firewall',
    'a rule is gone',
    ['iptables', '-D', 'neutron-linuxbri-sg-fallback', '1'],
    'missing: filter neutron-linuxbri-sg-fallback',
  ],
  [
    'drift_firewall',
    'the jump of FORWARD is gone',
    ['iptables', '-F', 'FORWARD'],
    'missing: filter FORWARD -j neutron-linuxbri-FORWARD',
  ],
  [
    'drift_firewall',
    'a rule is in our chain that is not ours',
    ['iptables', '-I', 'neutron-linuxbri-sg-chain', '-j', 'ACCEPT'],
    'not ours: filter neutron-linuxbri-sg-chain -j ACCEPT',
  ],
  [
    'drift_ipset',
    'a member is gone',
    ['ipset', 'del', `NIPv4${GROUP}`.slice(0, 29), '10.0.0.1'],
    `missing: ${`NIPv4${GROUP}`.slice(0, 29)} 10.0.0.1`,
  ],
  [
    'drift_ipset',
    'a member is not ours',
    ['ipset', 'add', `NIPv4${GROUP}`.slice(0, 29), '10.0.0.77'],
    `not ours: ${`NIPv4${GROUP}`.slice(0, 29)} 10.0.0.77`,
  ],
  [
    'drift_spoofing',
    'the spoofing rules are gone',
    ['ebtables', '-t', 'nat', '-F', `neutronARP-${guest.device}`],
    `not set: ebtables chain neutronARP-${guest.device}`,
  ],
  [
    'drift_bridge_filtering',
    'bridged packets bypass the filters',
    ['sysctl', '-qw', 'net.bridge.bridge-nf-call-iptables=0'],
    'not set: net.bridge.bridge-nf-call-iptables = 1',
  ],
];

for (const [code, what, command, evidence] of faults) {
  test(`${what}: ${code}, only told when healing is not asked for, then healed`, async () => {
    await run(command);
    const seen = await compare(false);
    assert.deepEqual(codesOf(seen), [code]);
    assert.equal(seen.healed, false);
    const lines = seen.drift[0]!.evidence;
    assert.ok(
      lines.some((line) => line.startsWith(evidence)),
      lines.join('\n'),
    );
    const healed = await compare(true);
    assert.deepEqual([codesOf(healed), healed.healed], [[code], true]);
    assert.deepEqual(codesOf(await compare(false)), []);
  });
}

test('what is not ours is neither told nor touched', async () => {
  await run(['iptables', '-I', 'FORWARD', '-s', '203.0.113.7', '-j', 'DROP']);
  await run(['ipset', 'create', 'mine', 'hash:net']);
  await ip([
    'link add mine type bridge',
    'link add tapmine type veth peer name mine1',
    'link set tapmine master mine',
  ]);
  assert.deepEqual(codesOf(await compare(true)), []);
  assert.match((await run(['iptables-save'])).stdout, /-A FORWARD -s 203\.0\.113\.7\/32 -j DROP/);
  assert.match((await run(['ipset', 'list', '-n'])).stdout, /^mine$/m);
});

test('a tap that the server knows no port for is asked about once, and hides no drift', async () => {
  const port = details(3, network);
  await ip([`link add ${port.device} type veth peer name stray`]);
  await until('it is asked about', () => server.calls.includes(`details ${port.device}`));
  await until('the work is over', rests);
  server.calls.length = 0;
  await run(['iptables', '-I', 'neutron-linuxbri-sg-chain', '-j', 'ACCEPT']);
  assert.deepEqual(codesOf(await compare(false)), ['drift_firewall']);
  assert.deepEqual(codesOf(await compare(true)), ['drift_firewall']);
  assert.deepEqual(codesOf(await compare(false)), []);
  assert.deepEqual(server.calls, []);
  server.devices.set(port.device, port);
  const args = { port: { id: port.port_id } as never, segmentation_id: null, physical_network: null };
  await server.portUpdate.port_update(server.context(), { ...args, network_type: 'vxlan' }, { fanout: true });
  await until('it is a port of this host now', () => server.up.includes(port.device));
  await ip([`link del ${port.device}`]);
  await until('it has gone', () => server.down.includes(port.device));
  await until('the work is over', async () => (await compare(false)).compared.tap === 2);
});

test('a set that is still in use holds up nothing, and goes with a later work', async () => {
  const rule = ['FORWARD', '-m', 'set', '--match-set', 'NIPv4gone', 'src', '-j', 'DROP'];
  await run(['ipset', 'create', 'NIPv4gone', 'hash:net']);
  await run(['iptables', '-I', ...rule]);
  const work = async () => {
    const args = { security_groups: [GROUP] };
    server.calls.length = 0;
    await server.groups.security_groups_rule_updated(server.context(), args, { fanout: true });
    await until('the filters are asked for', () => server.calls.length > 0);
    await until('the work is over', rests);
    assert.deepEqual(codesOf(await compare(false)), []);
    return (await run(['ipset', 'list', '-n'])).stdout;
  };
  assert.match(await work(), /^NIPv4gone$/m);
  await run(['iptables', '-D', ...rule]);
  assert.doesNotMatch(await work(), /^NIPv4gone$/m);
});

test("a machine's tap that left its bridge, which Nova put there, is a finding; an address that went is another", async () => {
  const codes = async () =>
    (await ask.status(server.context(), {}, { server: 'here' })).findings.map(({ code }) => code);
  assert.deepEqual(await codes(), []);
  await ip([`link set ${guest.device} nomaster`]);
  assert.deepEqual(await codes(), ['tap_not_in_bridge']);
  await ip([`link set ${guest.device} master ${brq}`, 'addr del 192.168.81.66/24 dev eno1']);
  assert.deepEqual(await codes(), ['local_ip_missing']);
  await ip(['addr add 192.168.81.66/24 brd + dev eno1']);
  assert.deepEqual(await codes(), []);
});

test('comparing loses no ping, and writes nothing to links, addresses and tables of a healthy host', async () => {
  const monitor = start(['ip', 'monitor', 'link', 'address', 'route']);
  const table = start(['bridge', 'monitor', 'fdb']);
  let text = '';
  for (const { stdout } of [monitor, table])
    stdout.on('data', (data) => {
      text += data;
    });
  const ping = run(['ping', '-i', '0.01', '-c', '150', '-q', '10.0.0.2'], { netns: 'guest1' });
  for (let times = 0; times < 8; times++) assert.deepEqual(codesOf(await compare(true)), []);
  assert.match((await ping).stdout, /150 received/);
  for (const program of [monitor, table]) program.kill();
  // The bridge itself learns where the guests are.
  const written = text.split('\n').filter((line) => line !== '' && !/^fa:16:3e:00:00:0\d dev tap/.test(line));
  assert.deepEqual(written, []);
});

test('fifty ports are compared in a fraction of a second', async (t) => {
  for (const port of many) server.devices.set(port.device, port);
  await ip(
    many.flatMap(({ device }, at) => [
      `link add ${device} type veth peer name peer${at}`,
      `link set ${device} up master ${brq}`,
    ]),
  );
  await until('all are up', () => many.every(({ device }) => server.up.includes(device)));
  await until('the work is over', async () => (await compare(false)).compared.tap === 50);
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let times = 0; times < 10; times++) assert.deepEqual(codesOf(await compare(false)), []);
  const { user, system } = process.cpuUsage(cpu);
  const each = (performance.now() - start) / 10;
  t.diagnostic(
    `${Math.round(each)} ms each, ${Math.round((user + system) / 10_000)} ms of this process's CPU`,
  );
  assert.ok(each < 1000, `${each} ms`);
});
