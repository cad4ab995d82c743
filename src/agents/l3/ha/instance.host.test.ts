import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { test } from 'node:test';
import { vrrpFiles } from '../../../linux/keepalived.ts';
import { listLinks } from '../../../linux/links.ts';
import { run } from '../../../linux/process.ts';
import { routerNamespace } from '../../../net/names.ts';
import type { HaState } from '../../../rpc/l3plugin.ts';
import { until } from '../../../testing/until.ts';
import { Router } from '../router.ts';
import { info, port, ROUTER, settings } from '../testing.ts';

const wanted = info({
  ha: true,
  ha_vr_id: 7,
  _ha_state: 'standby',
  _ha_interface: {
    ...port(
      'c3244c68-1111-4444-8888-000000000003',
      'fa:16:3e:00:cc:01',
      '169.254.193.1',
      '169.254.192.0/18',
      '',
    ),
    status: 'ACTIVE',
  },
});
const { state } = vrrpFiles(settings.vrrp.root, ROUTER);

test('an instance alone is primary, whatever happens to its files and its namespace', async (t) => {
  const told: HaState[] = [];
  let failures = 0;
  const router = new Router(ROUTER, {
    ...settings,
    roleChanged: (_, role) => void told.push(role),
    tryAgain: () => {
      failures += 1;
    },
  });

  await t.test(
    'a role that cannot be written down is tried again, and written with the next try',
    async () => {
      mkdirSync(state, { recursive: true });
      await router.update(wanted);
      await until('it is primary', () => told.at(-1) === 'active');
      await until('the failure is told', () => failures > 0);
      rmdirSync(state);
      await router.update(wanted);
      assert.equal(readFileSync(state, 'utf8'), 'primary');
    },
  );

  await t.test('in a namespace that was made anew its role is watched again', async () => {
    const netns = routerNamespace(ROUTER);
    await run(['ip', 'netns', 'del', netns]);
    assert.equal((await router.compare(await listLinks()))?.namespace.length, 1);
    await until('it is known to carry nothing', () => told.at(-1) === 'standby');
    await router.update(wanted);
    await until('it is primary', () => told.at(-1) === 'active');
    const { stdout } = await run(['ip', '-o', 'addr', 'show'], { netns });
    assert.match(stdout, /172\.16\.1\.1\/24/);
  });

  await router.remove();
});

test('while it is not wired, its role is watched all along, not anew with each update', async () => {
  const unwired = { ...wanted, _ha_interface: { ...wanted._ha_interface!, status: 'DOWN' } };
  const router = new Router(ROUTER, settings);
  const inside = async () => (await run(['ip', 'netns', 'pids', routerNamespace(ROUTER)])).stdout;
  await router.update(unwired);
  const before = await inside();
  assert.match(before, /^\d+\n$/, 'one program watches');
  await router.update(unwired);
  assert.equal(await inside(), before);
  await router.remove();
});
