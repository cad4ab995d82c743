import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { listLinks } from '../../linux/links.ts';
import { namespaceExists } from '../../linux/netns.ts';
import { run, start } from '../../linux/process.ts';
import { listRoutes } from '../../linux/routes.ts';
import { routerNamespace, tapName } from '../../net/names.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { Router } from './router.ts';
import { GATEWAY, INSIDE, info, neighbour, pings, ROUTER, settings } from './testing.ts';

const floating = (status: string) =>
  ({ id: 'f1', floating_ip_address: '192.168.81.183', fixed_ip_address: '172.16.1.26', status }) as never;

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

  await t.test('a floating IP leads in, and its status is returned until it is told', async () => {
    for (const _ of ['first', 'not told'])
      assert.deepEqual(await router.update(info({ _floatingips: [floating('DOWN')] })), { f1: 'ACTIVE' });
    router.told();
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
    router.told();
    assert.equal(await pings('outside', '192.168.81.183'), false);
  });

  await t.test(
    'without SNAT the outside sees the guest itself, and answers when it knows the way',
    async () => {
      assert.equal(await pings('guest', '192.168.81.254'), true);
      await router.update(info({ enable_snat: false }));
      assert.equal(await pings('guest', '192.168.81.254'), false);
      await ip(['route add 172.16.1.0/24 via 192.168.81.198'], { netns: 'outside' });
      assert.equal(await pings('guest', '192.168.81.254'), true);
      assert.equal(await pings('outside', '172.16.1.26'), true);
      await ip(['route del 172.16.1.0/24 via 192.168.81.198'], { netns: 'outside' });
      await router.update(info());
      assert.equal(await pings('guest', '192.168.81.254'), true);
    },
  );

  await t.test(
    'several gateway addresses: all answer, the first one is what guests appear with',
    async () => {
      const second = '192.168.81.199';
      const several = info();
      const gateway = several.gw_port!;
      const fixed_ips = [...gateway.fixed_ips, { ...gateway.fixed_ips[0]!, ip_address: second }];
      await router.update({ ...several, gw_port: { ...gateway, fixed_ips } });
      await until('the second address answers', () => pings('outside', second));
      assert.equal(await pings('outside', '192.168.81.198'), true);
      assert.equal(await pings('guest', '192.168.81.254'), true);
      await router.update(several);
      assert.equal(await pings('outside', second), false);
    },
  );

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

test('a route of a project that leads nowhere is told once, and the rest of the router works', async () => {
  const log = recordingLog();
  const router = new Router(ROUTER, { ...settings, log });
  const wanted = info({
    routes: [
      { destination: '10.8.0.0/16', nexthop: '172.16.77.9' },
      { destination: '10.9.0.0/16', nexthop: '172.16.1.9' },
    ],
  });
  const present = async () =>
    (await listRoutes({ netns: routerNamespace(ROUTER), family: 4 })).map(({ destination }) => destination);
  await router.update(wanted);
  assert.deepEqual((await present()).sort(), ['10.9.0.0/16', '172.16.1.0/24', '192.168.81.0/24', 'default']);
  await router.update(wanted);
  assert.deepEqual((await router.compare(await listLinks()))?.routes, []);
  const told = log.lines('warning').filter((line) => line.includes('10.8.0.0/16'));
  assert.equal(told.length, 1, told.join('\n'));

  const more = { ...info()._interfaces![0]!.fixed_ips[0]!, ip_address: '172.16.77.1' };
  const [inside] = wanted._interfaces!;
  await router.update({
    ...wanted,
    _interfaces: [{ ...inside!, fixed_ips: [...inside!.fixed_ips, more] }],
  });
  assert.ok((await present()).includes('10.8.0.0/16'), 'it is there as soon as something leads to it');
  await router.remove();
});
