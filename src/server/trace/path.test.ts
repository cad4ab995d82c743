import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import type { RouterPort } from '../../rpc/l3plugin.ts';
import type { End, Facts, Question, TraceNetwork, TracePort, TraceRouter } from './facts.ts';
import type { Hop } from './look.ts';
import { pathOf } from './path.ts';

/** A cloud on two hosts: networks a and b in tunnels behind router r on `net`, whose gateway is on the LAN `public`. */
const network = (id: string, type: 'vxlan' | 'flat', cidr: string, gateway_ip: string): TraceNetwork => ({
  id,
  name: id,
  mtu: 1450,
  external: type === 'flat',
  segment: {
    id: `s${id}`,
    network_id: id,
    network_type: type,
    physical_network: type === 'flat' ? 'lan' : null,
    segmentation_id: type === 'flat' ? null : 7,
    standard_attr_id: 1,
  },
  subnets: [{ id: `sub-${id}`, name: `sub-${id}`, network_id: id, cidr, gateway_ip } as SubnetDict],
});

const port = (id: string, on: string, address: string, host: string, owner = 'compute:nova'): TracePort =>
  ({
    id,
    name: id,
    network_id: on,
    mac_address: `fa:16:3e:00:00:${address.split('.')[3]!.padStart(2, '0')}`,
    admin_state_up: true,
    status: 'ACTIVE',
    device_id: owner.startsWith('network:router') ? 'r' : '',
    device_owner: owner,
    fixed_ips: address === '' ? [] : [{ subnet_id: `sub-${on}`, ip_address: address }],
    security_groups: [],
    port_security_enabled: false,
    'binding:host_id': host,
    'binding:vif_type': 'bridge',
    groups: [],
  }) as unknown as TracePort;

const routerPort = (id: string, on: TraceNetwork, address: string): RouterPort => {
  const own = port(id, on.id, address, 'net', 'network:router_interface') as PortDict;
  const fixed_ips = own.fixed_ips.map((one) => ({ ...one, prefixlen: 24 }));
  return {
    ...own,
    fixed_ips,
    subnets: on.subnets as unknown as RouterPort['subnets'],
    extra_subnets: [],
    address_scopes: { '4': null, '6': null },
    mtu: 1450,
  };
};

const a = network('a', 'vxlan', '10.0.1.0/24', '10.0.1.1');
const b = network('b', 'vxlan', '10.0.2.0/24', '10.0.2.1');
const alone = network('c', 'vxlan', '10.0.3.0/24', '10.0.3.1');
const lan = network('public', 'flat', '192.0.2.0/24', '192.0.2.254');

const router = {
  host: 'net',
  info: {
    id: 'r',
    name: 'r',
    admin_state_up: true,
    routes: [],
    enable_snat: true,
    _interfaces: [routerPort('ra', a, '10.0.1.1'), routerPort('rb', b, '10.0.2.1')],
    gw_port: routerPort('rg', lan, '192.0.2.1'),
    _floatingips: [{ floating_ip_address: '192.0.2.50', fixed_ip_address: '10.0.1.5' }],
  },
} as unknown as TraceRouter;

const agent = (host: string, tunneling_ip: string) => ({
  type: 'Linux bridge agent',
  host,
  binary: 'neutron-linuxbridge-agent',
  alive: true,
  heard: 'now',
  configurations: { tunneling_ip, l2_population: true, interface_mappings: { lan: 'eno1' } },
});

const vm1 = port('vm1', 'a', '10.0.1.5', 'one');
const vm2 = port('vm2', 'a', '10.0.1.6', 'two');
const near = port('near', 'a', '10.0.1.7', 'one');
const vm3 = port('vm3', 'b', '10.0.2.5', 'two');
const cut = port('cut', 'c', '10.0.3.5', 'one');
const onLan = port('pub', 'public', '192.0.2.77', 'one');
const dhcp = port('dhcp', 'a', '10.0.1.2', 'net', 'network:dhcp');

const facts = (change: Partial<Facts> = {}): Facts => ({
  ports: [dhcp],
  networks: new Map([a, b, alone, lan].map((one) => [one.id, one])),
  routers: [router],
  agents: [agent('one', '198.51.100.1'), agent('two', '198.51.100.2'), agent('net', '198.51.100.3')],
  ...change,
});

const end = (of: TracePort | string, floating?: string): End =>
  typeof of === 'string'
    ? { address: of, port: undefined, floating: undefined }
    : { address: of.fixed_ips[0]?.ip_address ?? '', port: of, floating };

const PING: Question = { protocol: 'icmp', port: undefined };
const DHCP: Question = { protocol: 'udp', port: 67 };
const WEB: Question = { protocol: 'tcp', port: 80 };

/** A hop in short: its host and what it is. */
const short = ({ host, name, intended }: Hop): string => {
  const dead = intended.result === 'fail' ? ` ${intended.findings[0]!.code}` : '';
  const what = name
    .replace(/^(tap\S+) of .*/, '$1')
    .replace(/^bridge .* of network/, 'bridge')
    .replace(/ on the LAN of network public/, '');
  return `${host ?? '-'}: ${what}${dead}`;
};

const inRouter = (...taps: string[]) => taps.map((one) => `net: ${one}`);
const cases: readonly [string, End, End, Question, readonly string[]][] = [
  ['one host', end(vm1), end(near), PING, ['one: tapvm1', 'one: bridge a', 'one: tapnear']],
  [
    'two hosts',
    end(vm1),
    end(vm2),
    PING,
    [
      'one: tapvm1',
      'one: bridge a',
      'one: tunnel vxlan-7 to two',
      'two: bridge a',
      'two: tunnel vxlan-7 back to one',
      'two: tapvm2',
    ],
  ],
  [
    'across the router',
    end(vm1),
    end(vm3),
    PING,
    [
      'one: tapvm1',
      'one: bridge a',
      'one: tunnel vxlan-7 to net',
      'net: bridge a',
      'net: tunnel vxlan-7 back to one',
      ...inRouter('tapra', 'router r, qr-ra', 'router r, route to 10.0.2.5', 'router r, qr-rb', 'taprb'),
      'net: bridge b',
      'net: tunnel vxlan-7 to two',
      'two: bridge b',
      'two: tunnel vxlan-7 back to net',
      'two: tapvm3',
    ],
  ],
  [
    'outside by SNAT',
    end(near),
    end('203.0.113.9'),
    PING,
    [
      'one: tapnear',
      'one: bridge a',
      'one: tunnel vxlan-7 to net',
      'net: bridge a',
      'net: tunnel vxlan-7 back to one',
      ...inRouter('tapra', 'router r, qr-ra', 'router r, translation', 'router r, route to 203.0.113.9'),
      ...inRouter('router r, qg-rg', 'taprg', 'bridge public'),
      '-: gateway 192.0.2.254, to 203.0.113.9',
    ],
  ],
  [
    'from outside to a floating IP',
    end('203.0.113.9'),
    end(vm1, '192.0.2.50'),
    PING,
    [
      '-: gateway 192.0.2.254, to 203.0.113.9',
      ...inRouter('bridge public', 'taprg', 'router r, qg-rg', 'router r, translation'),
      ...inRouter('router r, route to 10.0.1.5', 'router r, qr-ra', 'tapra', 'bridge a'),
      'net: tunnel vxlan-7 to one',
      'one: bridge a',
      'one: tunnel vxlan-7 back to net',
      'one: tapvm1',
    ],
  ],
  [
    'to DHCP',
    end(vm1),
    end({ ...dhcp, 'binding:host_id': 'one' }),
    DHCP,
    ['one: tapvm1', 'one: bridge a', 'one: tapdhcp', 'one: DHCP of network a'],
  ],
  [
    'to metadata without a router',
    end(cut),
    end('169.254.169.254'),
    WEB,
    ['one: tapcut', '-: DHCP of network c network_without_dhcp_agent'],
  ],
  ['without a router', end(cut), end(vm3), PING, ['one: tapcut', '-: router no_router_between']],
  [
    'from outside without a floating IP',
    end('203.0.113.9'),
    end(vm3),
    PING,
    ['two: the way in to port vm3 no_floating_ip'],
  ],
  [
    'on the LAN itself',
    end(onLan),
    end('192.0.2.99'),
    PING,
    ['one: tappub', 'one: bridge public', '-: 192.0.2.99'],
  ],
  [
    "through the LAN's own gateway",
    end(onLan),
    end('203.0.113.9'),
    PING,
    ['one: tappub', 'one: bridge public', '-: gateway 192.0.2.254, to 203.0.113.9'],
  ],
  [
    'without an address',
    end({ ...vm1, fixed_ips: [] }),
    end(vm2),
    PING,
    ['one: port vm1 port_without_address'],
  ],
];

for (const [name, from, to, question, hops] of cases)
  test(`the path ${name}`, () => {
    assert.deepEqual(pathOf(facts(), from, to, question).map(short), hops);
  });

const withRouter = (change: object, host: string | null = 'net'): Facts =>
  facts({ routers: [{ host, info: { ...router.info, ...change } }] });

const stopped: readonly [string, Facts, End, End, string][] = [
  [
    'a router that is switched off',
    withRouter({ admin_state_up: false }),
    end(vm1),
    end(vm3),
    'router_disabled',
  ],
  ['a router on no host', withRouter({}, null), end(vm1), end(vm3), 'router_not_hosted'],
  [
    'a router without gateway',
    withRouter({ gw_port: null }),
    end(vm1),
    end('203.0.113.9'),
    'router_without_gateway',
  ],
  [
    "a gateway that is no router's",
    withRouter({ _interfaces: [routerPort('ra', a, '10.0.1.99')] }),
    end(vm1),
    end(vm3),
    'gateway_of_nobody',
  ],
  ['a port on no host', facts(), end({ ...vm1, 'binding:host_id': '' }), end(vm2), 'port_without_host'],
  ['a port that is switched off', facts(), end({ ...vm1, admin_state_up: false }), end(vm2), 'port_disabled'],
  [
    'a port that could not be bound',
    facts(),
    end({ ...vm1, 'binding:vif_type': 'binding_failed' }),
    end(vm2),
    'port_not_bound',
  ],
];
for (const [name, known, from, to, code] of stopped)
  test(`the path ends at ${name}`, () => {
    const found = pathOf(known, from, to, PING).flatMap(({ intended }) =>
      intended.result === 'fail'
        ? intended.findings.map((finding) => `${finding.code} ${finding.severity}`)
        : [],
    );
    assert.deepEqual(found, [`${code} error`]);
  });

test('what a router translates is seen behind it', () => {
  const text = (hops: readonly Hop[]) =>
    hops.flatMap(({ name, intended }) =>
      name.endsWith('translation') && intended.result === 'pass' ? intended.evidence : [],
    );
  assert.deepEqual(text(pathOf(facts(), end(near), end('203.0.113.9'), PING)), [
    'source 10.0.1.7 → 192.0.2.1',
  ]);
  assert.deepEqual(text(pathOf(facts(), end(vm1), end('203.0.113.9'), PING)), [
    'source 10.0.1.5 → 192.0.2.50',
  ]);
  assert.deepEqual(text(pathOf(facts(), end('203.0.113.9'), end(vm1), PING)), [
    'destination 192.0.2.50 → 10.0.1.5',
  ]);
  assert.deepEqual(text(pathOf(facts(), end(vm3), end(vm1, '192.0.2.50'), PING)), [
    'destination 192.0.2.50 → 10.0.1.5, source 10.0.2.5 → 192.0.2.1',
  ]);
});
