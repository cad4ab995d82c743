import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredDevice, DesiredRouter } from './desired.ts';
import { routerTables } from './firewall.ts';
import { changedStatuses } from './router.ts';
import { planRoutes } from './routes.ts';

const settings = {
  metadataPort: 9697,
  metadataMark: '0x1',
  ingressMark: '0x2',
  metadata: true,
  randomFully: true,
};

const device = (name: string, cidr: string, extra: Partial<DesiredDevice> = {}): DesiredDevice => ({
  portId: name,
  name,
  tap: `tap${name.slice(3)}`,
  mac: 'fa:16:3e:00:00:01',
  mtu: 1450,
  addresses: [cidr],
  onLink: [],
  scopes: { 4: null, 6: null },
  families: [cidr.includes(':') ? 6 : 4],
  ...extra,
});

const router = (changes: Partial<DesiredRouter> = {}): DesiredRouter => ({
  id: 'r',
  netns: 'qrouter-r',
  interfaces: [device('qr-ef38767b-a3', '172.16.1.1/24')],
  gateway: device('qg-e08e808d-1b', '192.168.81.198/24'),
  gatewayAddresses: ['192.168.81.198'],
  snat: true,
  floatingIps: [],
  advertised: [],
  learnsGateway: true,
  forwardings: [],
  routes: [{ destination: '0.0.0.0/0', via: '192.168.81.254', device: 'qg-e08e808d-1b' }],
  ...changes,
});

const chain = (tables: ReturnType<typeof routerTables>, table: 'nat' | 'mangle' | 'filter', name: string) =>
  tables[table]?.own[`neutron-l3-agent-${name}`];

test('IPv4 chains of a router with a gateway and a floating IP are those Python Neutron was seen to write', () => {
  const floatingIps = [
    { id: 'f', address: '192.168.81.183', fixedAddress: '172.16.1.26', scope: null, status: 'ACTIVE' },
  ];
  const tables = routerTables(router({ floatingIps }), 4, settings);
  assert.deepEqual(chain(tables, 'nat', 'PREROUTING'), [
    '-d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697',
    '-d 192.168.81.183/32 -j DNAT --to-destination 172.16.1.26',
  ]);
  assert.deepEqual(chain(tables, 'nat', 'snat'), [
    '-j neutron-l3-agent-float-snat',
    '-o qg-e08e808d-1b -j SNAT --to-source 192.168.81.198 --random-fully',
    '-m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source 192.168.81.198 --random-fully',
  ]);
  assert.deepEqual(chain(tables, 'nat', 'float-snat'), [
    '-s 172.16.1.26/32 -j SNAT --to-source 192.168.81.183 --random-fully',
  ]);
  assert.deepEqual(chain(tables, 'nat', 'POSTROUTING'), [
    '! -o qg-e08e808d-1b -m conntrack ! --ctstate DNAT -j ACCEPT',
  ]);
  assert.deepEqual(chain(tables, 'mangle', 'PREROUTING'), [
    '-j neutron-l3-agent-mark',
    '-j neutron-l3-agent-scope',
    '-m connmark ! --mark 0x0/0xffff0000 -j CONNMARK --restore-mark --nfmask 0xffff0000 --ctmask 0xffff0000',
    '-j neutron-l3-agent-floatingip',
    '-d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xffff',
  ]);
  assert.deepEqual(chain(tables, 'filter', 'scope'), [
    '-o qr-ef38767b-a3 -m mark ! --mark 0x4000000/0xffff0000 -j DROP',
  ]);
});

test('without SNAT only traffic through floating IPs and hairpins is translated', () => {
  const tables = routerTables(router({ snat: false }), 4, settings);
  assert.equal(
    chain(tables, 'nat', 'snat')?.some((rule) => rule.startsWith('-o qg-')),
    false,
  );
  assert.equal(chain(tables, 'nat', 'POSTROUTING')?.length, 1);
});

test('without a gateway nothing is translated', () => {
  const { gateway: _, ...internal } = router({ gatewayAddresses: [] });
  const tables = routerTables(internal, 4, settings);
  assert.deepEqual(chain(tables, 'nat', 'snat'), ['-j neutron-l3-agent-float-snat']);
  assert.deepEqual(chain(tables, 'nat', 'POSTROUTING'), []);
});

test('routes: what is missing is written, what is stale goes, what the kernel made stays', () => {
  const kernel = {
    destination: '172.16.1.0/24',
    family: 4,
    device: 'qr-ef38767b-a3',
    protocol: 'kernel',
    onlink: false,
  } as const;
  const extra = [...router().routes, { destination: '10.9.0.0/16', via: '172.16.1.9' }];
  const all = planRoutes(router({ routes: extra }), 4, [kernel]);
  assert.deepEqual(all, [
    'route replace default via 192.168.81.254 dev qg-e08e808d-1b proto static',
    'route replace 10.9.0.0/16 via 172.16.1.9 proto static',
  ]);
  const present = [
    kernel,
    {
      destination: 'default',
      family: 4,
      via: '192.168.81.254',
      device: 'qg-e08e808d-1b',
      protocol: 'static',
      onlink: false,
    },
    {
      destination: '10.9.0.0/16',
      family: 4,
      via: '172.16.1.9',
      device: 'qr-ef38767b-a3',
      protocol: 'boot',
      onlink: false,
    },
  ] as const;
  assert.deepEqual(planRoutes(router({ routes: extra }), 4, present), []);
  assert.deepEqual(planRoutes(router(), 4, present), ['route del 10.9.0.0/16 dev qr-ef38767b-a3']);
});

test('routes: of two next hops of one destination the last one stands, and stays', () => {
  const routes = ['172.16.1.8', '172.16.1.9'].map((via) => ({ destination: '10.9.0.0/16', via }));
  assert.deepEqual(planRoutes(router({ routes }), 4, []), [
    'route replace 10.9.0.0/16 via 172.16.1.9 proto static',
  ]);
  const present = {
    destination: '10.9.0.0/16',
    family: 4,
    via: '172.16.1.9',
    device: 'qr-ef38767b-a3',
    protocol: 'static',
    onlink: false,
  } as const;
  assert.deepEqual(planRoutes(router({ routes }), 4, [present]), []);
});

test('floating IP statuses: newly active ones and those that left', () => {
  const one = { id: '1', address: 'a', fixedAddress: 'b', scope: null, status: 'ACTIVE' };
  const two = { id: '2', address: 'c', fixedAddress: 'd', scope: null, status: 'DOWN' };
  assert.deepEqual(changedStatuses([one], [two]), { 1: 'DOWN', 2: 'ACTIVE' });
  assert.deepEqual(changedStatuses([one], [one]), {});
});
