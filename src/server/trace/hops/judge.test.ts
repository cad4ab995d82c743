import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { Walked } from '../../../net/packet.ts';
import type { LinkRead, WayRead } from '../../../rpc/readback.ts';
import { judgeBridge, judgeUplink } from './bridge.ts';
import { judgeSenders, judgeWalk } from './filter.ts';
import { judgeInterface, judgeNat, judgeRoute } from './router.ts';
import { judgeTap } from './tap.ts';
import { judgeForwarding, judgeNeighbours, judgeWay } from './tunnel.ts';

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const outcome = (one: Outcome) => (one.result === 'fail' ? codes(one.findings) : one.result);

const link = (change: Partial<LinkRead> = {}): LinkRead => ({
  up: true,
  carrier: true,
  mtu: 1450,
  mac: 'fa:16:3e:00:00:01',
  master: 'brq1',
  kind: null,
  vxlan: null,
  ...change,
});

const tap = { device: 'tap1', port: 'vm1', bridge: 'brq1', mtu: 1450 };
const taps: readonly [string, LinkRead | null, string[]][] = [
  ['right', link(), []],
  ['missing', null, ['tap_missing']],
  ['down', link({ up: false, carrier: false }), ['tap_down']],
  ['without a machine', link({ carrier: false }), ['tap_unplugged']],
  ['in no bridge', link({ master: null }), ['tap_not_in_bridge']],
  ['in another bridge', link({ master: 'brq2' }), ['tap_not_in_bridge']],
  ['too wide', link({ mtu: 1500 }), ['device_mtu_differs']],
];
for (const [name, read, expected] of taps)
  test(`a tap that is ${name}`, () => assert.deepEqual(codes(judgeTap(read, tap)), expected));

test('a bridge and its way out', () => {
  const uplink = { device: 'vxlan-7', bridge: 'brq1', network: 'a' };
  assert.deepEqual(codes(judgeBridge(null, 'brq1', 'a')), ['bridge_missing']);
  assert.deepEqual(codes(judgeBridge(link({ up: false }), 'brq1', 'a')), ['bridge_down']);
  assert.deepEqual(codes(judgeUplink(null, uplink)), ['uplink_missing']);
  assert.deepEqual(codes(judgeUplink(link({ up: false, master: null }), uplink)), [
    'uplink_down',
    'uplink_not_in_bridge',
  ]);
  assert.deepEqual(codes(judgeUplink(link(), uplink)), []);
});

const far = {
  device: 'vxlan-7',
  port: 'vm2',
  mac: 'fa:16:3e:00:00:02',
  addresses: ['10.0.0.2'],
  tunnel: '192.0.2.2',
};
const entry = (mac: string, destination: string) => ({ mac, destination });
const FLOOD = '00:00:00:00:00:00';

test('where a tunnel sends a MAC', () => {
  const both = [entry(far.mac, '192.0.2.2'), entry(FLOOD, '192.0.2.2')];
  assert.deepEqual(codes(judgeForwarding(both, far)), []);
  assert.deepEqual(codes(judgeForwarding(both.slice(1), far)), ['fdb_entry_missing']);
  assert.deepEqual(codes(judgeForwarding(both.slice(0, 1), far)), ['flood_entry_missing']);
  const [wrong] = judgeForwarding([entry(far.mac, '192.0.2.9'), both[1]!], far);
  assert.match(wrong!.text, /sends what is for .* to 192\.0\.2\.9, and it is behind 192\.0\.2\.2/);
});

test('what a tunnel answers ARP with, where it does', () => {
  const proxy = link({ vxlan: { vni: 7, local: '192.0.2.1', proxy: true } });
  const known = (mac: string) => [{ address: '10.0.0.2', mac, permanent: true }];
  assert.deepEqual(codes(judgeNeighbours(link(), [], far)), []);
  assert.deepEqual(codes(judgeNeighbours(proxy, known(far.mac), far)), []);
  assert.deepEqual(codes(judgeNeighbours(proxy, [], far)), ['neighbour_missing']);
  assert.deepEqual(codes(judgeNeighbours(proxy, known('fa:16:3e:00:00:09'), far)), ['neighbour_missing']);
});

const ways: readonly [WayRead, unknown][] = [
  [{ state: 'full', milliseconds: 1 }, 'pass'],
  [{ state: 'silent' }, 'not checked'],
  [{ state: 'unreachable', why: 'nobody answers ARP for it' }, ['peer_unreachable']],
  [{ state: 'narrow', largest: 1400 }, ['underlay_mtu_small']],
];
for (const [way, expected] of ways)
  test(`the way to another host: ${way.state}`, () =>
    assert.deepEqual(
      outcome(judgeWay(way, 'one', { peer: 'two', address: '192.0.2.2', bytes: 1500 })),
      expected,
    ));

const walked = (verdict: string, chains: readonly string[], change: Partial<Walked> = {}): Walked => ({
  verdict,
  chain: chains.at(-1) ?? 'FORWARD',
  rule: '-j X',
  packets: 3,
  to: null,
  chains,
  ...change,
});
const own = 'neutron-linuxbri-i1';
const allowed = { allowed: true, by: 'rule 1', rule: undefined } as const;
const closed = { allowed: false } as const;
const wanted = {
  port: 'vm1',
  what: 'icmp',
  direction: 'ingress',
  device: 'tap1',
  chain: own,
  mac: 'fa:16:3e:00:00:01',
  source: '10.0.0.1',
} as const;
const walks: readonly [string, Walked, typeof allowed | typeof closed, unknown][] = [
  ['lets through what is allowed', walked('ACCEPT', ['FORWARD', own]), allowed, 'pass'],
  ['drops what is not', walked('DROP', ['FORWARD', own]), closed, 'pass'],
  ['drops what is allowed', walked('DROP', ['FORWARD', own]), allowed, ['filter_drops_allowed']],
  ['lets through what is not', walked('ACCEPT', ['FORWARD', own]), closed, ['filter_passes_forbidden']],
  ['knows nothing of the port', walked('ACCEPT', ['FORWARD']), allowed, ['port_unfiltered']],
  ['has a rule that nobody understands', walked('unknown', ['FORWARD', own]), allowed, 'not checked'],
];
for (const [name, read, verdict, expected] of walks)
  test(`iptables ${name}`, () =>
    assert.deepEqual(outcome(judgeWalk(read, { ...wanted, verdict })), expected));

test('what ebtables lets a port send as', () => {
  const judge = (macs: string[] | null, addresses: string[] | null) =>
    codes(judgeSenders({ macs, addresses }, { ...wanted, verdict: allowed }));
  assert.deepEqual(judge(null, null), []);
  assert.deepEqual(judge(['fa:16:3e:00:00:01'], ['10.0.0.0/24']), []);
  assert.deepEqual(judge(['fa:16:3e:00:00:09'], null), ['spoofing_filter_drops']);
  assert.deepEqual(judge(null, ['10.0.0.9']), ['spoofing_filter_drops']);
});

test('a device of a router', () => {
  const namespace = 'qrouter-r';
  const device = { namespace, device: 'qg-1', addresses: ['192.0.2.1/24'], floating: '192.0.2.50' };
  const judge = (read: LinkRead, present: string[]) => codes(judgeInterface(read, present, device));
  assert.deepEqual(judge(link(), ['192.0.2.1/24', '192.0.2.50/32']), []);
  assert.deepEqual(judge(link(), ['192.0.2.1/24']), ['floating_ip_address_missing']);
  assert.deepEqual(judge(link(), ['192.0.2.50/32']), ['router_address_missing']);
  assert.deepEqual(judge(link({ up: false }), []), ['router_interface_down']);
});

test('a route of a router', () => {
  const route = {
    namespace: 'qrouter-r',
    to: '203.0.113.9',
    destination: 'default',
    device: 'qg-1',
    via: '192.0.2.254',
  };
  assert.deepEqual(codes(judgeRoute({ device: 'qg-1', via: '192.0.2.254' }, route)), []);
  assert.deepEqual(codes(judgeRoute(null, route)), ['router_route_missing']);
  assert.deepEqual(codes(judgeRoute({ device: 'qr-1', via: null }, route)), ['router_route_missing']);
});

const nats: readonly [string, Walked, string, unknown][] = [
  ['as it should', walked('SNAT', ['snat'], { to: '192.0.2.1' }), '192.0.2.1', 'pass'],
  ['to a port as well', walked('SNAT', ['snat'], { to: '192.0.2.1:1024-2048' }), '192.0.2.1', 'pass'],
  ['not at all', walked('ACCEPT', ['POSTROUTING']), '192.0.2.1', ['router_nat_missing']],
  ['to another address', walked('SNAT', ['snat'], { to: '192.0.2.9' }), '192.0.2.1', ['router_nat_missing']],
  ['though it should not', walked('SNAT', ['snat'], { to: '192.0.2.9' }), '10.0.0.1', ['router_nat_missing']],
  ['not, as is right', walked('ACCEPT', ['POSTROUTING']), '10.0.0.1', 'pass'],
];
for (const [name, read, to, expected] of nats)
  test(`a router translates ${name}`, () =>
    assert.deepEqual(outcome(judgeNat(read, { namespace: 'qrouter-r', address: '10.0.0.1', to })), expected));
