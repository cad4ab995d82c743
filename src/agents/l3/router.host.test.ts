import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { ensureNamespace, namespaceExists } from '../../linux/netns.ts';
import { run, start } from '../../linux/process.ts';
import { createProcessMonitor } from '../../linux/processMonitor.ts';
import { tapName } from '../../net/names.ts';
import type { RouterInfo, RouterPort } from '../../rpc/l3plugin.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { Router, type RouterSettings } from './router.ts';

const ROUTER = '4ea9e44e-0d33-404a-94e0-5d0b5e8a0ef4';
const INSIDE = 'a1244c68-1111-4444-8888-000000000001';
const GATEWAY = 'b2244c68-1111-4444-8888-000000000002';

const settings: RouterSettings = {
  firewall: {
    metadataPort: 9697,
    metadataMark: '0x1',
    ingressMark: '0x2',
    metadata: false,
    randomFully: true,
  },
  proxy: {
    statePath: '/run/neutron',
    externalPids: '/run/neutron',
    socket: '/run/md',
    user: '',
    group: '',
    debug: false,
  },
  monitor: createProcessMonitor({ log: recordingLog(), intervalSeconds: 0, onDied: () => {} }),
};

const port = (id: string, mac: string, address: string, cidr: string, gateway_ip: string): RouterPort =>
  ({
    id,
    mac_address: mac,
    mtu: 1450,
    admin_state_up: true,
    fixed_ips: [{ subnet_id: id, ip_address: address, prefixlen: 24 }],
    subnets: [{ id, cidr, gateway_ip, dns_nameservers: [], ipv6_ra_mode: null, subnetpool_id: null }],
    extra_subnets: [],
    address_scopes: { '4': null, '6': null },
  }) as unknown as RouterPort;

const info = (changes: Partial<RouterInfo> = {}): RouterInfo =>
  ({
    id: ROUTER,
    ha: false,
    distributed: false,
    enable_snat: true,
    routes: [],
    gw_port: port(GATEWAY, 'fa:16:3e:00:00:fe', '192.168.81.198', '192.168.81.0/24', '192.168.81.254'),
    _interfaces: [port(INSIDE, 'fa:16:3e:00:00:01', '172.16.1.1', '172.16.1.0/24', '172.16.1.1')],
    _floatingips: [],
    ...changes,
  }) as unknown as RouterInfo;

const floating = (status: string) =>
  ({ id: 'f1', floating_ip_address: '192.168.81.183', fixed_ip_address: '172.16.1.26', status }) as never;

/** A neighbour in a namespace of its own, on a bridge that stands for a network. */
async function neighbour(name: string, bridge: string, cidr: string, gateway?: string): Promise<void> {
  await ensureNamespace(name);
  await ip([
    `link add ${bridge} type bridge`,
    `link set ${bridge} up`,
    `link add v-${name} type veth peer name eth0 netns ${name}`,
    `link set v-${name} master ${bridge}`,
    `link set v-${name} up`,
  ]);
  await ip(
    [
      `addr add ${cidr} dev eth0`,
      'link set eth0 up',
      ...(gateway ? [`route add default via ${gateway}`] : []),
    ],
    { netns: name },
  );
}

const pings = async (netns: string, address: string): Promise<boolean> =>
  (await run(['ping', '-c', '1', '-W', '1', address], { netns, allowed: [0, 1] })).code === 0;

before(async () => {
  await neighbour('guest', 'brinside', '172.16.1.26/24', '172.16.1.1');
  await neighbour('outside', 'broutside', '192.168.81.254/24');
});

/** What the Linux bridge agent does with the router's taps. */
const bridgeTaps = () =>
  ip([`link set ${tapName(INSIDE)} master brinside`, `link set ${tapName(GATEWAY)} master broutside`]);

test('a router translates, forwards floating IPs, survives a restart without a lost ping, and goes away', async (t) => {
  const router = new Router(ROUTER, settings);

  await t.test('the guest reaches the outside, which has no route back to it: SNAT', async () => {
    assert.deepEqual(await router.update(info()), {});
    await bridgeTaps();
    await until('the guest reaches outside', () => pings('guest', '192.168.81.254'));
  });

  await t.test('a floating IP leads in, and its status is told once', async () => {
    assert.deepEqual(await router.update(info({ _floatingips: [floating('DOWN')] })), { f1: 'ACTIVE' });
    await until('the floating IP answers', () => pings('outside', '192.168.81.183'));
    assert.deepEqual(await router.update(info({ _floatingips: [floating('ACTIVE')] })), {});
  });

  await t.test('another process adopts the router: a ping that runs meanwhile loses nothing', async () => {
    const ping = start(['ping', '-i', '0.02', '-c', '60', '192.168.81.183'], { netns: 'outside' });
    let text = '';
    ping.stdout.on('data', (data) => {
      text += data;
    });
    const ended = new Promise((resolve) => ping.on('close', resolve));
    for (let restart = 0; restart < 3; restart++)
      await new Router(ROUTER, settings).update(info({ _floatingips: [floating('ACTIVE')] }));
    await ended;
    assert.match(text, /60 received/);
  });

  await t.test('a floating IP that leaves is silent and reported DOWN', async () => {
    assert.deepEqual(await router.update(info()), { f1: 'DOWN' });
    assert.equal(await pings('outside', '192.168.81.183'), false);
  });

  await t.test('an interface that leaves takes its device along', async () => {
    await router.update(info({ _interfaces: [] }));
    assert.equal(await pings('guest', '172.16.1.1'), false);
  });

  await t.test('the router leaves nothing behind', async () => {
    await router.remove();
    assert.equal(namespaceExists(`qrouter-${ROUTER}`), false);
    assert.doesNotMatch((await run(['ip', '-o', 'link'])).stdout, /tap/);
  });
});
