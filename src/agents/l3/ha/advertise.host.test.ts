import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, test } from 'node:test';
import { listAddresses } from '../../../linux/addresses.ts';
import { ip } from '../../../linux/batch.ts';
import { eui64Address } from '../../../net/mac.ts';
import { routerNamespace, tapName } from '../../../net/names.ts';
import type { HaState, RouterInfo, RouterPort } from '../../../rpc/l3plugin.ts';
import { until } from '../../../testing/until.ts';
import { Router } from '../router.ts';
import { info, neighbour, pings, port, settings } from '../testing.ts';

/** Two instances of one router, on one host as if on two: ids differ, MACs, addresses and the VRID do not. */
const INSTANCES = ['aaaaaaaa-0d33-404a-94e0-5d0b5e8a0ef4', 'bbbbbbbb-0d33-404a-94e0-5d0b5e8a0ef4'] as const;
const GUEST_MAC = 'fa:16:3e:aa:00:05';
const CIDR = 'fd00:1::/64';

const idOf = (instance: string, kind: string) => `${instance.slice(0, 4)}${kind}-1111-4444-8888-000000000001`;

const inside = (instance: string): RouterPort => ({
  ...port(idOf(instance, '00aa'), 'fa:16:3e:00:00:01', '', '', ''),
  fixed_ips: [{ subnet_id: CIDR, ip_address: 'fd00:1::1', prefixlen: 64 }],
  subnets: [
    {
      id: CIDR,
      cidr: CIDR,
      gateway_ip: 'fd00:1::1',
      dns_nameservers: [],
      ipv6_ra_mode: 'slaac',
      subnetpool_id: null,
    },
  ],
});

const wanted = (instance: string): RouterInfo => {
  const last = instance === INSTANCES[0] ? '1' : '2';
  const mac = `fa:16:3e:00:cc:0${last}`;
  const ha = port(idOf(instance, '00cc'), mac, `169.254.193.${last}`, '169.254.192.0/18', '');
  return info({
    id: instance,
    ha: true,
    ha_vr_id: 217,
    gw_port: null,
    _interfaces: [inside(instance)],
    _ha_interface: { ...ha, status: 'ACTIVE' },
    _ha_state: 'standby',
  });
};

const states = new Map<string, HaState>();
const routers = INSTANCES.map(
  (id) => new Router(id, { ...settings, roleChanged: (router, state) => void states.set(router, state) }),
);
const advertises = (id: string) => existsSync(`${settings.radvd.confs}/${id}.radvd.conf`);
const primaryOf = () => INSTANCES.find((id) => states.get(id) === 'active');

before(async () => {
  await neighbour('guest', 'brinside', '172.16.1.26/24');
  await ip(['link set eth0 down', `link set eth0 address ${GUEST_MAC}`, 'link set eth0 up'], {
    netns: 'guest',
  });
  await ip(['link add brha type bridge', 'link set brha up']);
});

test('only the primary tells IPv6 hosts of the router, and its successor goes on', async () => {
  for (const [at, id] of INSTANCES.entries()) {
    await routers[at]!.update(wanted(id));
    await ip([
      `link set ${tapName(idOf(id, '00aa'))} master brinside`,
      `link set ${tapName(idOf(id, '00cc'))} master brha`,
    ]);
  }
  await until('one is primary and advertises', () => primaryOf() !== undefined && advertises(primaryOf()!));
  const first = primaryOf()!;
  const second = INSTANCES.find((id) => id !== first)!;
  assert.equal(advertises(second), false);
  const own = `${eui64Address(CIDR, GUEST_MAC)}/64`;
  await until('the guest has its address', async () =>
    (await listAddresses({ netns: 'guest', device: 'eth0' })).some(({ cidr }) => cidr === own),
  );
  await until('the router answers', () => pings('guest', 'fd00:1::1'));

  const device = `ha-${idOf(first, '00cc').slice(0, 11)}`;
  await ip([`link set ${device} down`], { netns: routerNamespace(first) });
  await until('the other advertises', () => states.get(second) === 'active' && advertises(second));
  await until('the first does no more', () => !advertises(first));
  await until('the router answers again', () => pings('guest', 'fd00:1::1'));
  for (const router of routers) await router.remove();
  assert.deepEqual(INSTANCES.map(advertises), [false, false]);
});
