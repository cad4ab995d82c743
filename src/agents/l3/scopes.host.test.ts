import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { tapName } from '../../net/names.ts';
import type { RouterInfo, RouterPort } from '../../rpc/l3plugin.ts';
import { until } from '../../testing/until.ts';
import { Router } from './router.ts';
import { GATEWAY, info, neighbour, pings, port, ROUTER, settings } from './testing.ts';

const ports = {
  red: 'a1244c68-1111-4444-8888-000000000001',
  pink: 'a2244c68-1111-4444-8888-000000000002',
  blue: 'a3244c68-1111-4444-8888-000000000003',
} as const;

const inScope = (scope: string | null, described: RouterPort): RouterPort => ({
  ...described,
  address_scopes: { '4': scope, '6': null },
});

const inside = (name: keyof typeof ports, number: number, scope: string): RouterPort => {
  const gateway = `10.${number}.0.1`;
  return inScope(
    scope,
    port(ports[name], `fa:16:3e:00:00:0${number}`, gateway, `10.${number}.0.0/24`, gateway),
  );
};

/** Two networks in the scope of the outside, one in another. */
const router = (changes: Partial<RouterInfo> = {}): RouterInfo =>
  info({
    gw_port: inScope(
      'red',
      port(GATEWAY, 'fa:16:3e:00:00:fe', '192.168.81.198', '192.168.81.0/24', '192.168.81.254'),
    ),
    _interfaces: [inside('red', 1, 'red'), inside('pink', 2, 'red'), inside('blue', 3, 'blue')],
    ...changes,
  });

const OUTSIDE = '192.168.81.254';

before(async () => {
  await neighbour('red', 'brred', '10.1.0.9/24', '10.1.0.1');
  await neighbour('pink', 'brpink', '10.2.0.9/24', '10.2.0.1');
  await neighbour('blue', 'brblue', '10.3.0.9/24', '10.3.0.1');
  await neighbour('outside', 'broutside', '192.168.81.254/24');
});

test('address scopes: within one nothing is translated, into another one only what is translated passes', async (t) => {
  const agent = new Router(ROUTER, settings);
  await agent.update(router());
  await ip([
    ...Object.entries(ports).map(([name, id]) => `link set ${tapName(id)} master br${name}`),
    `link set ${tapName(GATEWAY)} master broutside`,
  ]);

  await t.test('two networks of one scope reach each other', async () => {
    await until('red reaches pink', () => pings('red', '10.2.0.9'));
  });

  await t.test('networks of different scopes do not, in either direction', async () => {
    assert.equal(await pings('red', '10.3.0.9'), false);
    assert.equal(await pings('blue', '10.1.0.9'), false);
  });

  await t.test('another scope than that of the outside is translated: no route back is needed', async () => {
    await until('blue reaches outside', () => pings('blue', OUTSIDE));
  });

  await t.test(
    'the scope of the outside is not: it needs the route back, and is reached from there',
    async () => {
      assert.equal(await pings('red', OUTSIDE), false);
      await ip(['route add 10.1.0.0/24 via 192.168.81.198'], { netns: 'outside' });
      await until('red reaches outside', () => pings('red', OUTSIDE));
      assert.equal(await pings('outside', '10.1.0.9'), true);
    },
  );

  await t.test('a floating IP leads into another scope', async () => {
    const floating = {
      id: 'f1',
      floating_ip_address: '192.168.81.183',
      fixed_ip_address: '10.3.0.9',
      fixed_ip_address_scope: 'blue',
      status: 'DOWN',
    };
    await agent.update(router({ _floatingips: [floating as never] }));
    await until('the floating IP answers', () => pings('outside', '192.168.81.183'));
    assert.equal(await pings('blue', OUTSIDE), true);
    assert.equal(await pings('red', '10.3.0.9'), false);
  });

  await agent.remove();
});
