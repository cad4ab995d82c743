import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { listAddresses } from '../../linux/addresses.ts';
import { ip } from '../../linux/batch.ts';
import { listLinks } from '../../linux/links.ts';
import { run } from '../../linux/process.ts';
import { ensureRadvd, stopRadvd } from '../../linux/radvd.ts';
import { listRoutes } from '../../linux/routes.ts';
import { readSysctl } from '../../linux/sysctl.ts';
import { eui64Address } from '../../net/mac.ts';
import { gatewayDeviceName, routerDeviceName, routerNamespace, tapName } from '../../net/names.ts';
import type { RouterPort } from '../../rpc/l3plugin.ts';
import { until } from '../../testing/until.ts';
import { Router } from './router.ts';
import { GATEWAY, INSIDE, info, neighbour, pings, port, ROUTER, settings } from './testing.ts';

const netns = routerNamespace(ROUTER);
const GUEST_MAC = 'fa:16:3e:aa:00:05';
const CONFIG = `${settings.radvd.confs}/${ROUTER}.radvd.conf`;
const router = new Router(ROUTER, settings);

interface Subnet {
  readonly cidr: string;
  readonly address: string;
  readonly gateway: string | null;
  readonly mode?: string;
}

/** A router's port with an IPv6 address in each of these subnets. */
const port6 = (id: string, mac: string, ...subnets: readonly Subnet[]): RouterPort => ({
  ...port(id, mac, '', '', ''),
  fixed_ips: subnets.map(({ cidr, address }) => ({ subnet_id: cidr, ip_address: address, prefixlen: 64 })),
  subnets: subnets.map(({ cidr, gateway, mode = null }) => ({
    id: cidr,
    cidr,
    gateway_ip: gateway,
    dns_nameservers: [],
    ipv6_ra_mode: mode,
    subnetpool_id: null,
  })),
});

const inside = (mode: string) => ({ cidr: 'fd00:1::/64', address: 'fd00:1::1', gateway: 'fd00:1::1', mode });
const outside = { cidr: 'fd00:9::/64', address: 'fd00:9::198', gateway: 'fd00:9::254' };
const wanted = (mode: string, gateway: Subnet) =>
  info({
    gw_port: port6(GATEWAY, 'fa:16:3e:00:00:fe', gateway),
    _interfaces: [port6(INSIDE, 'fa:16:3e:00:00:01', inside(mode))],
  });

const guestAddresses = async () =>
  (await listAddresses({ netns: 'guest', device: 'eth0' }))
    .filter(({ scope, cidr }) => scope === 'global' && cidr.includes(':'))
    .map(({ cidr }) => cidr);
const defaultRoute = async (where: string) =>
  (await listRoutes({ netns: where, family: 6 })).find(({ destination }) => destination === 'default');

before(async () => {
  await neighbour('guest', 'brinside', '172.16.1.26/24');
  await neighbour('outside', 'broutside', 'fd00:9::254/64');
  await ip(['link set eth0 down', `link set eth0 address ${GUEST_MAC}`, 'link set eth0 up'], {
    netns: 'guest',
  });
  await ip(['route add fd00:1::/64 via fd00:9::198'], { netns: 'outside' });
});

/** What the Linux bridge agent does with the router's taps. */
const bridgeTaps = () =>
  ip([`link set ${tapName(INSIDE)} master brinside`, `link set ${tapName(GATEWAY)} master broutside`]);

test('a guest makes the very address that Neutron recorded, and reaches the outside through the router', async () => {
  await router.update(wanted('slaac', outside));
  await bridgeTaps();
  assert.match(readFileSync(CONFIG, 'utf8'), /AdvLinkMTU 1450;/);
  const recorded = eui64Address('fd00:1::/64', GUEST_MAC);
  await until('the guest has its address', async () => (await guestAddresses()).includes(`${recorded}/64`));
  const route = await defaultRoute('guest');
  assert.equal(
    route?.via,
    eui64Address('fe80::/64', 'fa:16:3e:00:00:01'),
    'the router by its link-local address',
  );
  assert.equal(readSysctl('net/ipv6/conf/eth0/mtu', 'guest'), '1450', 'the network’s MTU');
  await until('the guest reaches the outside', () => pings('guest', 'fd00:9::254'));
  assert.equal(readSysctl(`net/ipv6/conf/${gatewayDeviceName(GATEWAY)}/accept_ra`, netns), '0');
});

test('the same again changes nothing: radvd goes on', async () => {
  const pid = readFileSync(`/run/neutron/${ROUTER}.pid.radvd`, 'utf8');
  await new Router(ROUTER, settings).update(wanted('slaac', outside));
  assert.equal(readFileSync(`/run/neutron/${ROUTER}.pid.radvd`, 'utf8'), pid);
});

test('a changed MTU reaches the device and the guests', async () => {
  const [changed] = [wanted('slaac', outside)].map((router) => ({
    ...router,
    _interfaces: router._interfaces!.map((one) => ({ ...one, mtu: 1400 })),
  }));
  await router.update(changed!);
  assert.equal((await listLinks(netns)).get(routerDeviceName(INSIDE))?.mtu, 1400);
  await until('the guest hears', () => readSysctl('net/ipv6/conf/eth0/mtu', 'guest') === '1400');
});

test('another mode is read by the radvd that runs: hosts are sent to DHCPv6', async () => {
  const pid = readFileSync(`/run/neutron/${ROUTER}.pid.radvd`, 'utf8');
  await router.update(wanted('dhcpv6-stateful', outside));
  assert.equal(readFileSync(`/run/neutron/${ROUTER}.pid.radvd`, 'utf8'), pid);
  assert.match(readFileSync(CONFIG, 'utf8'), /AdvManagedFlag on;[\s\S]*AdvAutonomous off;/);
  await ip(['link set eth0 down', 'link set eth0 up'], { netns: 'guest' });
  await until('the guest knows the router again', async () => (await defaultRoute('guest')) !== undefined);
  assert.deepEqual(await guestAddresses(), [], 'and makes no address');
});

test('without an IPv6 gateway outside the router learns one from advertisements there', async () => {
  await router.update(wanted('slaac', { ...outside, gateway: null }));
  assert.equal(await defaultRoute(netns), undefined);
  assert.equal(readSysctl(`net/ipv6/conf/${gatewayDeviceName(GATEWAY)}/accept_ra`, netns), '2');
  const provider = { ...settings.radvd, confs: '/run/provider', externalPids: '/run/provider' };
  const subnets = [{ cidr: 'fd00:9::/64', mode: null, dnsServers: [] }];
  await run(['sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1'], { netns: 'outside' });
  await ensureRadvd('provider', 'outside', [{ name: 'eth0', mtu: 1500, subnets }], provider);
  await until('the router has a default route', async () => (await defaultRoute(netns))?.protocol === 'ra');
  await router.update(wanted('slaac', { ...outside, gateway: null }));
  assert.equal((await defaultRoute(netns))?.protocol, 'ra', 'which an update leaves alone');
  await stopRadvd('provider', provider);
  await router.update(wanted('slaac', outside));
  assert.equal((await defaultRoute(netns))?.via, 'fd00:9::254');
});

test('the option ipv6_gateway stands in for a gateway that no subnet names', async () => {
  const configured = new Router(ROUTER, { ...settings, ipv6Gateway: 'fe80::1' });
  await configured.update(wanted('slaac', { ...outside, gateway: null }));
  assert.equal((await defaultRoute(netns))?.via, 'fe80::1');
});

test('without an IPv6 subnet nobody advertises, and a router that leaves takes its files along', async () => {
  await router.update(info());
  assert.equal(existsSync(CONFIG), false);
  assert.equal(existsSync(`/run/neutron/${ROUTER}.pid.radvd`), false);
  await router.update(wanted('slaac', outside));
  assert.equal(existsSync(CONFIG), true);
  await router.remove();
  assert.equal(existsSync(CONFIG), false);
  assert.equal((await run(['pgrep', '-f', `${ROUTER}.radvd.conf`], { allowed: [0, 1] })).stdout, '');
});
