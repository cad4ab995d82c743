import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../../linux/addresses.ts';
import type { Link } from '../../../linux/links.ts';
import type { Route } from '../../../linux/routes.ts';
import { vlanDeviceName } from '../../../net/names.ts';
import type { Settings } from '../settings.ts';
import type { Host } from './host.ts';
import { type Network, Unwirable } from './network.ts';
import { planNetwork, planPorts, planRemoval } from './plan.ts';
import { isWanted, multicastGroup, vxlanLine } from './vxlan.ts';

const vxlan = {
  localIp: '192.168.81.66',
  l2population: true,
  arpResponder: false,
  group: '224.0.0.1',
  multicastRanges: [],
  port: null,
  sourcePorts: [0, 0] as const,
  ttl: null,
  tos: null,
};
const settings: Settings = {
  interfaces: new Map([['public', 'eno1']]),
  bridges: new Map([['office', 'br-office']]),
  vxlan,
  firewall: 'iptables',
  ipset: true,
  comments: true,
  qos: undefined,
};
const id = 'f3bd6c09-1c5b-4339-bbc1-bde9bdbba362';
const brq = 'brqf3bd6c09-1c';
const network = (type: Network['type'], over: Partial<Network> = {}): Network => ({
  id,
  type,
  physicalNetwork: null,
  segmentationId: null,
  mtu: 1450,
  ...over,
});
const flat = network('flat', { physicalNetwork: 'public', mtu: 1500 });
const vlan = network('vlan', { physicalNetwork: 'public', segmentationId: 100, mtu: 1500 });
const tunnel = network('vxlan', { segmentationId: 807 });

const link = (name: string, over: Partial<Link> = {}): Link => ({
  index: 1,
  name,
  mac: '16:26:e0:92:c2:62',
  mtu: 1500,
  up: true,
  carrier: true,
  ...over,
});
const bridge = (name: string): Link =>
  link(name, { kind: 'bridge', bridge: { forwardDelay: 0, stp: false } });
const vxlanLink = link('vxlan-807', {
  kind: 'vxlan',
  master: brq,
  mtu: 1450,
  vxlan: { vni: 807, local: '192.168.81.66', port: 8472, proxy: false, learning: true },
});

const addresses = (device: string): Address[] => [
  { device, cidr: '192.168.81.66/24', broadcast: '192.168.81.255', scope: 'global', dynamic: false },
  { device, cidr: 'fe80::1/64', scope: 'link', dynamic: false },
  {
    device,
    cidr: 'fd00::66/64',
    scope: 'global',
    dynamic: true,
    validLifetime: 100,
    preferredLifetime: 100,
  },
];
const routes = (device: string): Route[] => [
  {
    destination: 'default',
    family: 4,
    via: '192.168.81.254',
    device,
    protocol: 'static',
    metric: 100,
    onlink: false,
  },
  {
    destination: '192.168.81.0/24',
    family: 4,
    device,
    protocol: 'kernel',
    scope: 'link',
    source: '192.168.81.66',
    onlink: false,
  },
  { destination: '10.5.0.0/16', family: 4, device, scope: 'link', onlink: false },
  {
    destination: 'default',
    family: 6,
    via: 'fe80::9',
    device,
    protocol: 'static',
    metric: 1024,
    onlink: false,
  },
];
const host = (links: Link[], owner = 'eno1'): Host => ({
  links: new Map(links.map((one) => [one.name, one])),
  addresses: addresses(owner),
  routes: routes(owner),
});

test('vxlan: bridge and tunnel are made over the NIC that carries local_ip', () => {
  assert.deepEqual(planNetwork(host([link('eno1')]), tunnel, settings), {
    lines: [
      `link add ${brq} type bridge forward_delay 0 stp_state 0`,
      `link set ${brq} up`,
      'link add vxlan-807 type vxlan id 807 local 192.168.81.66 dev eno1 dstport 8472',
      `link set vxlan-807 master ${brq}`,
      'link set vxlan-807 up',
    ],
    sysctls: { [`net/ipv6/conf/${brq}/disable_ipv6`]: 1, 'net/ipv6/conf/vxlan-807/disable_ipv6': 1 },
  });
});

test('vxlan: the NIC below a bridge carries the tunnel, so that it outlives the bridge', () => {
  const { lines } = planNetwork(
    host([link('eno1', { master: 'brqother' }), bridge('brqother')], 'brqother'),
    tunnel,
    settings,
  );
  assert.ok(lines.some((line) => line.includes(' dev eno1 ')));
});

test('vxlan: nothing is written when all is there; a device with another local_ip is made anew', () => {
  const right = host([link('eno1'), bridge(brq), vxlanLink]);
  assert.deepEqual(planNetwork(right, tunnel, settings), { lines: [], sysctls: {} });
  const moved = { ...vxlanLink, vxlan: { ...vxlanLink.vxlan!, local: '192.168.81.60' } };
  assert.equal(
    planNetwork(host([link('eno1'), bridge(brq), moved]), tunnel, settings).lines[0],
    'link del vxlan-807',
  );
});

test('flat: new addresses come first, then the NIC joins, then routes, old addresses go last', () => {
  assert.deepEqual(planNetwork(host([link('eno1')]), flat, settings), {
    lines: [
      `link add ${brq} type bridge forward_delay 0 stp_state 0`,
      `link set ${brq} address 16:26:e0:92:c2:62`,
      `link set ${brq} up`,
      `addr add 192.168.81.66/24 brd 192.168.81.255 dev ${brq}`,
      `link set eno1 master ${brq}`,
      `route replace 10.5.0.0/16 dev ${brq} scope link`,
      `route replace default via 192.168.81.254 dev ${brq} proto static metric 100`,
      `route replace ::/0 via fe80::9 dev ${brq} proto static metric 1024`,
      'addr del 192.168.81.66/24 dev eno1',
    ],
    sysctls: {},
  });
});

test('flat: a move that was cut off half way is completed', () => {
  const half = host([link('eno1', { master: brq }), bridge(brq)]);
  const lines = planNetwork(
    { ...half, addresses: [...addresses('eno1'), ...addresses(brq)] },
    flat,
    settings,
  ).lines;
  assert.deepEqual(
    [lines[0], lines.at(-1)],
    [`route replace 10.5.0.0/16 dev ${brq} scope link`, 'addr del 192.168.81.66/24 dev eno1'],
  );
  assert.deepEqual(
    planNetwork(host([link('eno1', { master: brq }), bridge(brq)], brq), flat, settings).lines,
    [],
  );
});

test('flat and VLAN on a bridge that the operator made leave that bridge alone', () => {
  const office = network('flat', { physicalNetwork: 'office' });
  assert.deepEqual(planNetwork(host([bridge('br-office')]), office, settings).lines, []);
  assert.deepEqual(planRemoval(host([bridge('br-office')]), 'br-office', settings), []);
});

test('vlan: as data only, because this kernel may lack 8021q', () => {
  assert.deepEqual(planNetwork(host([link('eno1')]), vlan, settings).lines, [
    `link add ${brq} type bridge forward_delay 0 stp_state 0`,
    `link set ${brq} up`,
    'link add link eno1 name eno1.100 type vlan id 100',
    `link set eno1.100 master ${brq}`,
    'link set eno1.100 up',
  ]);
  assert.equal(vlanDeviceName('enp0s31f6', 100), 'enp0s31f6.100');
  assert.match(vlanDeviceName('enp0s31f6np0', 4000), /^enp0[0-9a-f]{6}\.4000$/);
});

test('what this host cannot carry says why and what to do', () => {
  const cases: [Network, Settings, RegExp][] = [
    [
      network('flat', { physicalNetwork: 'dmz' }),
      settings,
      /physical network dmz.*physical_interface_mappings/,
    ],
    [tunnel, { ...settings, vxlan: undefined }, /enable_vxlan = True/],
    [network('gre'), settings, /type gre/],
    [flat, { ...settings, interfaces: new Map([['public', 'gone0']]) }, /gone0.*is gone/],
    [
      tunnel,
      { ...settings, vxlan: { ...vxlan, localIp: '10.0.0.1' } },
      /10\.0\.0\.1 is no longer on this host/,
    ],
  ];
  for (const [one, over, text] of cases)
    assert.throws(
      () => planNetwork(host([link('eno1')]), one, over),
      (error: Error) => error instanceof Unwirable && text.test(error.message),
    );
});

test('ports: MTU, bridge and admin state are set where they differ; an instance is not put into the bridge', () => {
  const devices = [
    bridge(brq),
    vxlanLink,
    link('tapa'),
    link('tapb', { up: false, master: brq, mtu: 1450 }),
    link('tapc', { master: brq, mtu: 1450 }),
  ];
  const port = (device: string, over = {}) => ({
    device,
    networkId: id,
    adminStateUp: true,
    membership: 'join' as const,
    ...over,
  });
  assert.deepEqual(
    planPorts(
      host(devices).links,
      tunnel,
      [port('tapa'), port('tapb'), port('tapc', { adminStateUp: false }), port('tapgone')],
      settings,
    ).map((one) => one.line),
    ['link set tapa mtu 1450', `link set tapa master ${brq}`, 'link set tapb up', 'link set tapc down'],
  );
  assert.deepEqual(
    planPorts(
      host([link('tapa', { mtu: 1450 })]).links,
      tunnel,
      [port('tapa', { membership: 'foreign' })],
      settings,
    ).map((one) => one.line),
    ['link set vxlan-807 mtu 1450'],
  );
  assert.deepEqual(
    planPorts(host(devices).links, tunnel, [port('tapc', { membership: 'leave' })], settings).map(
      (one) => one.line,
    ),
    ['link set tapc nomaster'],
  );
});

test('removal: tunnels and VLANs go, the NIC gets its addresses back, a port keeps the bridge', () => {
  assert.deepEqual(planRemoval(host([bridge(brq), vxlanLink, link('eno1')]), brq, settings), [
    'link del vxlan-807',
    `link set ${brq} down`,
    `link del ${brq}`,
  ]);
  assert.deepEqual(planRemoval(host([bridge(brq), link('eno1', { master: brq })], brq), brq, settings), [
    'addr add 192.168.81.66/24 brd 192.168.81.255 dev eno1',
    'link set eno1 nomaster',
    'route replace 10.5.0.0/16 dev eno1 scope link',
    'route replace default via 192.168.81.254 dev eno1 proto static metric 100',
    'route replace ::/0 via fe80::9 dev eno1 proto static metric 1024',
    `addr del 192.168.81.66/24 dev ${brq}`,
    `link set ${brq} down`,
    `link del ${brq}`,
  ]);
  assert.deepEqual(planRemoval(host([bridge(brq), link('tapa', { master: brq })]), brq, settings), []);
});

test('vxlan options and multicast groups', () => {
  const multicast = { ...vxlan, l2population: false };
  assert.equal(
    vxlanLine('vxlan-5', 5, 'eth0', {
      ...multicast,
      ttl: 32,
      tos: 'inherit',
      sourcePorts: [1000, 2000],
      port: 4789,
    }),
    'link add vxlan-5 type vxlan id 5 local 192.168.81.66 dev eth0 group 224.0.0.1 ttl 32 tos inherit srcport 1000 2000 dstport 4789',
  );
  assert.match(vxlanLine('vxlan-5', 5, 'eth0', { ...vxlan, arpResponder: true }), / proxy$/);
  assert.equal(multicastGroup(258, { ...multicast, group: '239.1.1.0/24' }), '239.1.1.2');
  assert.equal(multicastGroup(5, { ...multicast, multicastRanges: ['239.9.9.9:1:10'] }), '239.9.9.9');
  assert.equal(multicastGroup(5, { ...multicast, group: '' }), undefined);
  assert.equal(isWanted(vxlanLink, 807, multicast), false);
});
