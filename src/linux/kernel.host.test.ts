import './throwAwayHost.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listAddresses } from './addresses.ts';
import { BatchFailed, bridge, ip } from './batch.ts';
import { deleteFlows } from './conntrack.ts';
import { listFdb, listNeighbours } from './fdb.ts';
import { announceAddress } from './gratuitousArp.ts';
import { monitorLinks } from './linkMonitor.ts';
import { listLinks } from './links.ts';
import { deleteNamespace, ensureNamespace, listNamespaces, namespaceExists } from './netns.ts';
import { run, start } from './process.ts';
import { listRoutes } from './routes.ts';
import { readSysctl, writeSysctls } from './sysctl.ts';
import { plug, setAddresses, unplug } from './vethPort.ts';

test('a namespace is made once, with lo up and its sysctls, and goes', async () => {
  const sysctls = { 'net/ipv4/ip_forward': 1, 'net/ipv4/conf/all/arp_ignore': 1 };
  assert.deepEqual(await ensureNamespace('one', sysctls), { created: true });
  assert.deepEqual(await ensureNamespace('one', sysctls), { created: false });
  assert.equal(readSysctl('net/ipv4/conf/all/arp_ignore', 'one'), '1');
  assert.deepEqual(writeSysctls(sysctls, 'one'), []);
  assert.equal((await listLinks('one')).get('lo')?.up, true);
  deleteNamespace('one');
  deleteNamespace('one');
  assert.equal(namespaceExists('one'), false);
  assert.equal(listNamespaces().includes('one'), false);
  await assert.rejects(run(['true'], { netns: 'one' }), /no network namespace "one"/);
});

test('a file left over from a lost namespace is replaced by a working one', async () => {
  await run(['touch', '/run/netns/broken']);
  assert.equal(namespaceExists('broken'), false);
  assert.deepEqual(await ensureNamespace('broken'), { created: true });
  assert.equal(namespaceExists('broken'), true);
});

test('a batch stops at the refused line and names it, or goes on and lists what was refused', async () => {
  await assert.rejects(
    ip(['link add bb type bridge', 'link set nosuch up', 'link add cc type bridge']),
    (error) => {
      assert.ok(error instanceof BatchFailed);
      assert.equal(error.failure.line, 'link set nosuch up');
      assert.match(error.failure.error, /nosuch/);
      return true;
    },
  );
  assert.equal((await listLinks()).has('cc'), false);
  const failures = await ip(['link del nosuch', 'link set bb up'], { force: true });
  assert.deepEqual(
    failures.map((failure) => failure.line),
    ['link del nosuch'],
  );
  assert.equal((await listLinks()).get('bb')?.up, true);
});

test('a veth port is plugged once, corrected, given addresses, announced and unplugged', async () => {
  const netns = 'qdhcp-x';
  await ensureNamespace(netns);
  const port = { device: 'ns-1', tap: 'tap1', mac: 'fa:16:3e:00:00:01', mtu: 1450, netns };
  assert.equal(await plug(port), true);
  assert.equal(await plug(port), false);
  const cidrs = ['10.1.0.2/24', '169.254.169.254/32', 'fe80::a9fe:a9fe/64'];
  assert.deepEqual(await setAddresses('ns-1', cidrs, netns), cidrs);
  assert.deepEqual(await setAddresses('ns-1', cidrs, netns), []);
  const addresses = await listAddresses({ netns, device: 'ns-1' });
  assert.equal(addresses.find((a) => a.cidr === '10.1.0.2/24')?.broadcast, '10.1.0.255');
  assert.equal(addresses.find((a) => a.cidr === '169.254.169.254/32')?.broadcast, '169.254.169.254');
  await ip(['route replace default via 10.1.0.1 dev ns-1 proto static'], { netns });
  const [route] = (await listRoutes({ netns, family: 4 })).filter((r) => r.destination === 'default');
  assert.deepEqual(route, {
    destination: 'default',
    family: 4,
    onlink: false,
    via: '10.1.0.1',
    device: 'ns-1',
    protocol: 'static',
  });
  await ip(['link set ns-1 address fa:16:3e:00:00:99'], { netns });
  await plug({ ...port, mtu: 1400 });
  const inner = (await listLinks(netns)).get('ns-1');
  assert.deepEqual([inner?.mac, inner?.mtu, (await listLinks()).get('tap1')?.mtu], [port.mac, 1400, 1400]);
  announceAddress('ns-1', port.mac, '10.1.0.2', netns);
  assert.throws(
    () => announceAddress('nosuch', port.mac, '10.1.0.2', netns),
    /on nosuch: there is no such device/,
  );
  await setAddresses('ns-1', ['10.1.0.3/24'], netns);
  await unplug('ns-1', netns);
  await unplug('ns-1', netns);
  assert.equal((await listLinks()).has('tap1'), false);
});

test('a neighbour learns an announced address at once', async () => {
  await ensureNamespace('left');
  await ensureNamespace('right');
  await ip(['link add l0 netns left type veth peer name r0 netns right']);
  await ip(['addr add 10.2.0.1/24 dev l0', 'link set l0 up'], { netns: 'left' });
  await ip(
    [
      'addr add 10.2.0.2/24 dev r0',
      'link set r0 up',
      'neigh replace 10.2.0.1 lladdr 02:00:00:00:00:01 dev r0 nud stale',
    ],
    { netns: 'right' },
  );
  const mac = (await listLinks('left')).get('l0')!.mac;
  // The kernel lets a device that has just been set up send a moment later.
  await sleep(50);
  announceAddress('l0', mac, '10.2.0.1', 'left');
  await sleep(20);
  const [seen] = (await listNeighbours({ netns: 'right' })).filter((n) => n.address === '10.2.0.1');
  assert.equal(seen?.mac, mac);
});

test('vxlan devices and their forwarding entries are read back as data', async () => {
  await ip([
    'link add under type veth peer name under-peer',
    'addr add 10.9.0.1/24 dev under',
    'link set under up',
    'link add vxlan-7 type vxlan id 7 local 10.9.0.1 dev under dstport 8472 proxy',
    'link set vxlan-7 up',
  ]);
  await bridge([
    'fdb append 00:00:00:00:00:00 dev vxlan-7 dst 10.9.0.2',
    'fdb append fa:16:3e:00:00:02 dev vxlan-7 dst 10.9.0.2',
  ]);
  assert.deepEqual((await listLinks()).get('vxlan-7')?.vxlan, {
    vni: 7,
    port: 8472,
    proxy: true,
    learning: true,
    local: '10.9.0.1',
    device: 'under',
  });
  assert.deepEqual(
    (await listFdb({ device: 'vxlan-7' })).map((e) => [e.mac, e.device, e.destination, e.permanent]).sort(),
    [
      ['00:00:00:00:00:00', 'vxlan-7', '10.9.0.2', true],
      ['fa:16:3e:00:00:02', 'vxlan-7', '10.9.0.2', true],
    ],
  );
});

test('the monitor tells of a device that appears and that goes', async () => {
  const seen: string[] = [];
  let ready: () => void;
  const started = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const monitor = monitorLinks({ changed: (name) => void seen.push(name), gap: () => ready() });
  await started;
  await ip(['link add tapmon type veth peer name tapmon-p']);
  await ip(['link del tapmon']);
  for (let tries = 0; tries < 100 && seen.filter((name) => name === 'tapmon').length < 2; tries++)
    await sleep(10);
  monitor.close();
  assert.ok(seen.filter((name) => name === 'tapmon').length >= 2);
});

test('flows of one zone are forgotten, those of another stay', async () => {
  const flow = (zone: number) =>
    run([
      'conntrack',
      '-I',
      '-s',
      '10.3.0.1',
      '-d',
      '10.3.0.2',
      '-p',
      'tcp',
      '--sport',
      '1',
      '--dport',
      '2',
      '--state',
      'ESTABLISHED',
      '-t',
      '60',
      '-w',
      String(zone),
    ]);
  await flow(11);
  await flow(12);
  assert.equal(await deleteFlows({ family: 4, zone: 11, source: '10.3.0.1' }), 1);
  assert.equal(await deleteFlows({ family: 4, zone: 11, source: '10.3.0.1' }), 0);
  assert.match((await run(['conntrack', '-L'])).stdout, /zone=12/);
});

test('a started program runs in its namespace until it is ended', async () => {
  await ensureNamespace('life');
  const child = start(['sleep', '60'], { netns: 'life' });
  await once(child, 'spawn');
  const { stdout } = await run(['ip', 'netns', 'identify', String(child.pid)]);
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.equal(stdout.trim(), 'life');
});

test('a program that is not there is named', async () => {
  await assert.rejects(run(['no-such-program']), /The program no-such-program is not installed on this host/);
});
