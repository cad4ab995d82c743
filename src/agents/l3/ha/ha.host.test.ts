import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { listAddresses } from '../../../linux/addresses.ts';
import { ip } from '../../../linux/batch.ts';
import { signal } from '../../../linux/externalProcess.ts';
import { vrrpFiles } from '../../../linux/keepalived.ts';
import { listLinks } from '../../../linux/links.ts';
import { namespaceExists } from '../../../linux/netns.ts';
import { run, start } from '../../../linux/process.ts';
import { readSysctl } from '../../../linux/sysctl.ts';
import { routerNamespace, tapName } from '../../../net/names.ts';
import type { HaState, RouterInfo } from '../../../rpc/l3plugin.ts';
import { until } from '../../../testing/until.ts';
import { Router } from '../router.ts';
import { info, neighbour, pings, port, settings } from '../testing.ts';

/**
 * Two instances of one router on one host: namespaces, devices and taps are named after ids, which differ here, while
 * MACs, addresses and the VRID are the same, as on two hosts.
 */
const FIRST = 'aaaaaaaa-0d33-404a-94e0-5d0b5e8a0ef4';
const SECOND = 'bbbbbbbb-0d33-404a-94e0-5d0b5e8a0ef4';
const VRID = 217;

const idOf = (instance: string, kind: string) => `${instance.slice(0, 4)}${kind}-1111-4444-8888-000000000001`;

const instanceInfo = (instance: string, changes: Partial<RouterInfo> = {}, wired = true): RouterInfo => {
  const last = instance === FIRST ? '1' : '2';
  const ha = port(
    idOf(instance, '00cc'),
    `fa:16:3e:00:cc:0${last}`,
    `169.254.193.${last}`,
    '169.254.192.0/18',
    '',
  );
  return info({
    id: instance,
    ha: true,
    ha_vr_id: VRID,
    gw_port: port(
      idOf(instance, '00bb'),
      'fa:16:3e:00:00:fe',
      '192.168.81.198',
      '192.168.81.0/24',
      '192.168.81.254',
    ),
    _interfaces: [
      port(idOf(instance, '00aa'), 'fa:16:3e:00:00:01', '172.16.1.1', '172.16.1.0/24', '172.16.1.1'),
    ],
    _ha_interface: { ...ha, status: wired ? 'ACTIVE' : 'DOWN' },
    _ha_state: 'standby',
    ...changes,
  });
};

const told = new Map<string, HaState[]>();
const newRouter = (id: string) =>
  new Router(id, {
    ...settings,
    roleChanged: (router, state) => void told.set(router, [...(told.get(router) ?? []), state]),
    tryAgain: (router) => assert.fail(`the change of role of ${router} failed`),
  });
const routers: Record<string, Router> = { [FIRST]: newRouter(FIRST), [SECOND]: newRouter(SECOND) };
const lastTold = (id: string) => told.get(id)?.at(-1);
const filesOf = (id: string) => vrrpFiles(settings.vrrp.root, id);
const pidOf = (file: string) => Number.parseInt(readFileSync(file, 'utf8'), 10);
const haDevice = (id: string) => `ha-${idOf(id, '00cc').slice(0, 11)}`;

/** What the Linux bridge agent does with an instance's taps. */
const bridgeTaps = (id: string) =>
  ip([
    `link set ${tapName(idOf(id, '00aa'))} master brinside`,
    `link set ${tapName(idOf(id, '00bb'))} master broutside`,
    `link set ${tapName(idOf(id, '00cc'))} master brha`,
  ]);

const addressesOf = async (id: string) =>
  (await listAddresses({ netns: routerNamespace(id) }))
    .filter(({ device }) => /^q[rg]-/.test(device))
    .map(({ cidr }) => cidr);

/** Which instance is primary now, and which is not. */
async function roles(): Promise<[string, string]> {
  const found = [FIRST, SECOND].filter((id) => lastTold(id) === 'active');
  assert.equal(found.length, 1, 'one instance is primary');
  return found[0] === FIRST ? [FIRST, SECOND] : [SECOND, FIRST];
}

/** Seconds for which a guest's pings through the router stayed unanswered around `event`. */
async function gapDuring(event: () => Promise<unknown> | unknown): Promise<number> {
  const ping = start(['ping', '-D', '-i', '0.02', '-W', '1', '-c', '250', '192.168.81.254'], {
    netns: 'guest',
  });
  let text = '';
  ping.stdout.on('data', (data) => {
    text += data;
  });
  const ended = new Promise((resolve) => ping.on('close', resolve));
  await until('pings are answered', async () => /bytes from/.test(text));
  await event();
  await ended;
  const times = [...text.matchAll(/^\[(\d+\.\d+)\] \d+ bytes from/gm)].map((match) => Number(match[1]));
  const gaps = times.slice(1).map((time, at) => time - times[at]!);
  return Math.max(...gaps);
}

before(async () => {
  await neighbour('guest', 'brinside', '172.16.1.26/24', '172.16.1.1');
  await neighbour('outside', 'broutside', '192.168.81.254/24');
  await ip(['link add brha type bridge', 'link set brha up']);
});

test('two instances: one is at work, the other takes over within a second', async (t) => {
  await t.test('before its HA device is wired no instance starts VRRP', async () => {
    for (const id of [FIRST, SECOND]) {
      await routers[id]!.update(instanceInfo(id, {}, false));
      await bridgeTaps(id);
      assert.equal(existsSync(filesOf(id).pid), false);
      assert.deepEqual(await addressesOf(id), [], 'addresses are the primary’s alone');
    }
  });

  await t.test('then one becomes primary, with all addresses and routes', async () => {
    for (const id of [FIRST, SECOND]) await routers[id]!.update(instanceInfo(id));
    await until('one is active', async () => [FIRST, SECOND].some((id) => lastTold(id) === 'active'));
    const [primary, backup] = await roles();
    await until('the guest reaches outside', () => pings('guest', '192.168.81.254'));
    const link = 'fe80::f816:3eff:fe00';
    assert.deepEqual((await addressesOf(primary)).sort(), [
      '172.16.1.1/24',
      '192.168.81.198/24',
      `${link}:1/64`,
      `${link}:fe/64`,
    ]);
    assert.deepEqual(await addressesOf(backup), []);
    const { stdout } = await run(['ip', 'route'], { netns: routerNamespace(primary) });
    assert.match(stdout, /^default via 192\.168\.81\.254 dev qg-/m);
    assert.equal(readFileSync(filesOf(primary).state, 'utf8'), 'primary');
    assert.equal(readFileSync(filesOf(backup).state, 'utf8'), 'backup');
    const forwarding = (id: string) => readSysctl('net/ipv6/conf/all/forwarding', routerNamespace(id));
    await until('IPv6 is forwarded', async () => forwarding(primary) === '1');
    assert.equal(forwarding(backup), '0');
  });

  await t.test('neither differs from what was applied, whoever is primary', async () => {
    const nothing = { namespace: [], interfaces: [], routes: [], rules: [], sysctls: [], processes: [] };
    for (const id of [FIRST, SECOND])
      assert.deepEqual(await routers[id]!.compare(await listLinks()), nothing);
  });

  await t.test('a floating IP is added without a change of roles', async () => {
    const [primary] = await roles();
    const floating = {
      id: 'f1',
      floating_ip_address: '192.168.81.183',
      fixed_ip_address: '172.16.1.26',
      status: 'DOWN',
    };
    for (const id of [FIRST, SECOND]) {
      const changes = { _floatingips: [floating as never] };
      assert.deepEqual(await routers[id]!.update(instanceInfo(id, changes)), { f1: 'ACTIVE' });
    }
    await until('the floating IP answers', () => pings('outside', '192.168.81.183'));
    assert.equal((await roles())[0], primary);
  });

  await t.test('another process adopts both and learns their roles', async () => {
    const before = await roles();
    const pids = [FIRST, SECOND].map((id) => pidOf(filesOf(id).pid));
    const floating = {
      id: 'f1',
      floating_ip_address: '192.168.81.183',
      fixed_ip_address: '172.16.1.26',
      status: 'ACTIVE',
    };
    const gap = await gapDuring(async () => {
      for (const id of [FIRST, SECOND]) {
        routers[id]!.close();
        told.delete(id);
        routers[id] = newRouter(id);
        await routers[id]!.update(instanceInfo(id, { _floatingips: [floating as never] }));
      }
    });
    t.diagnostic(`longest gap between answers while the agent restarts: ${gap.toFixed(3)} s`);
    assert.ok(gap < 1.5);
    await until('roles are known', async () => [FIRST, SECOND].every((id) => lastTold(id)));
    assert.deepEqual(await roles(), before);
    assert.deepEqual(
      [FIRST, SECOND].map((id) => pidOf(filesOf(id).pid)),
      pids,
    );
  });

  const failures: [
    string,
    (primary: string) => Promise<unknown> | unknown,
    (was: string) => Promise<unknown>,
  ][] = [
    [
      'its keepalived is killed',
      (primary) => {
        signal(pidOf(filesOf(primary).pid), 'SIGKILL');
        signal(pidOf(filesOf(primary).vrrpPid), 'SIGKILL');
      },
      (was) => routers[was]!.update(instanceInfo(was)),
    ],
    [
      'its HA device goes down',
      (primary) => ip([`link set ${haDevice(primary)} down`], { netns: routerNamespace(primary) }),
      (was) => routers[was]!.update(instanceInfo(was)),
    ],
    [
      'its host vanishes from the network',
      (primary) =>
        ip(['00aa', '00bb', '00cc'].map((kind) => `link set ${tapName(idOf(primary, kind))} down`)),
      (was) => routers[was]!.update(instanceInfo(was)),
    ],
    [
      'its agent is told to remove it',
      (primary) => routers[primary]!.remove(),
      async (was) => {
        await routers[was]!.update(instanceInfo(was));
        await bridgeTaps(was);
      },
    ],
  ];
  for (const [what, fail, repair] of failures) {
    await t.test(`the backup takes over when ${what}`, async () => {
      const [primary, backup] = await roles();
      const gap = await gapDuring(() => fail(primary));
      t.diagnostic(`${what}: ${gap.toFixed(3)} s without an answer, advert_int 0.2`);
      // Alone on a machine it is less than a second; this one is shared.
      assert.ok(gap < 5, `${gap} s without an answer`);
      await until('the backup says so', async () => lastTold(backup) === 'active');
      await repair(primary);
      await until('the other steps back', async () => (await addressesOf(primary)).length === 0);
      await until('the other says so', async () => lastTold(primary) === 'standby');
      assert.deepEqual(await roles(), [backup, primary], 'it does not take the role back');
      await until('the guest reaches outside', () => pings('guest', '192.168.81.254'));
    });
  }

  await t.test('a router that becomes legacy has its addresses by itself, and no keepalived', async () => {
    const [primary, backup] = await roles();
    await routers[backup]!.remove();
    await routers[primary]!.update(instanceInfo(primary, { ha: false, _ha_interface: undefined as never }));
    await ip([
      `link set ${tapName(idOf(primary, '00aa'))} master brinside`,
      `link set ${tapName(idOf(primary, '00bb'))} master broutside`,
    ]);
    assert.equal(existsSync(filesOf(primary).directory), false);
    await until('the guest reaches outside', () => pings('guest', '192.168.81.254'));
    await routers[primary]!.update(instanceInfo(primary));
    await bridgeTaps(primary);
    await until('it is active', async () => lastTold(primary) === 'active');
    await until('the guest reaches outside', () => pings('guest', '192.168.81.254'));
  });

  await t.test('nothing is left behind', async () => {
    for (const id of [FIRST, SECOND]) {
      await routers[id]!.remove();
      assert.equal(namespaceExists(routerNamespace(id)), false);
      const files = filesOf(id);
      for (const path of [files.directory, files.pid, files.vrrpPid])
        assert.equal(existsSync(path), false, path);
    }
    const { stdout } = await run(['ps', '-eo', 'args']);
    assert.doesNotMatch(stdout, /keepalived -P|ip -o monitor/);
    assert.doesNotMatch((await run(['ip', '-o', 'link'])).stdout, /tap/);
  });
});
