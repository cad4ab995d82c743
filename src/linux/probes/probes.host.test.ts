import '../throwAwayHost.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../testing/until.ts';
import { ip } from '../batch.ts';
import { listLinks } from '../links.ts';
import { ensureNamespace } from '../netns.ts';
import { run, start } from '../process.ts';
import {
  aheadOf,
  arp,
  arpScan,
  clockAt,
  discover,
  dns,
  echo,
  http,
  pathMtu,
  release,
  takeLease,
  tcp,
  udp,
} from './index.ts';

/** client - br0 - server (10.5.0.1, dnsmasq, HTTP) and twin (10.5.0.1 as well); server routes to far by a narrow link. */
const client = { netns: 'client', device: 'c0' };
const started: ReturnType<typeof start>[] = [];

/** Nobody waits so long: an answer comes when the machine gets to it. */
const PATIENCE = 5000;

const macOf = async (netns: string, device: string) => (await listLinks(netns)).get(device)!.mac;

before(async () => {
  for (const name of ['client', 'server', 'twin', 'far']) await ensureNamespace(name);
  await ip([
    'link add br0 type bridge',
    'link set br0 up',
    ...['client c0', 'server s0', 'twin t0'].flatMap((words) => {
      const [netns, device] = words.split(' ');
      return [
        `link add ${device} netns ${netns} type veth peer name p-${device}`,
        `link set p-${device} master br0`,
        `link set p-${device} up`,
      ];
    }),
    'link add f0 netns far type veth peer name s1 netns server',
  ]);
  await ip(['link set c0 up'], { netns: 'client' });
  await ip(
    [
      'addr add 10.5.0.1/24 dev s0',
      'addr add 10.6.0.1/24 dev s1',
      'link set s1 mtu 1300',
      'link set s0 up',
      'link set s1 up',
    ],
    { netns: 'server' },
  );
  await ip(['addr add 10.5.0.77/24 dev t0', 'link set t0 up'], { netns: 'twin' });
  await ip(['addr add 10.6.0.2/24 dev f0', 'link set f0 up', 'route add default via 10.6.0.1'], {
    netns: 'far',
  });
  await run(['sysctl', '-qw', 'net.ipv4.ip_forward=1'], { netns: 'server' });
  const dhcp = [
    'dnsmasq',
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--interface=s0',
    '--bind-interfaces',
    '--no-ping',
    '--no-hosts',
    '--no-resolv',
    '--address=/cloud.example/10.9.9.9',
    '--dhcp-range=10.5.0.50,10.5.0.60,255.255.255.0,1h',
    '--dhcp-option=26,1450',
    '--dhcp-option=option:dns-server,10.5.0.1,10.5.0.3',
    '--dhcp-option=121,169.254.169.254/32,10.5.0.1,0.0.0.0/0,10.5.0.1',
    '--dhcp-leasefile=/run/leases',
    '--pid-file=/run/dnsmasq.pid',
  ];
  started.push(start(dhcp, { netns: 'server' }));
  const page = `require('node:http').createServer((request, answer) => {
    if (request.url === '/silent') return;
    answer.statusCode = request.headers['x-mark'] === 'yes' ? 200 : 404;
    answer.end('hello from ' + request.url);
  }).listen(8080, () => process.stdout.write('ready'))`;
  const server = start([process.execPath, '-e', page], { netns: 'server' });
  started.push(server);
  await once(server.stdout, 'data');
  await sleep(200);
});

after(() => {
  for (const child of started) child.kill('SIGKILL');
});

test('ARP finds who has an address, from a device that has none', async () => {
  assert.deepEqual(await arp('10.5.0.1', client), [await macOf('server', 's0')]);
  assert.deepEqual(await arp('10.5.0.9', { ...client, milliseconds: 50 }), []);
  await assert.rejects(arp('10.5.0.1', { device: 'nosuch' }), /device nosuch: ENODEV/);
});

test('ARP finds an address that two machines have, and those in use among many', async () => {
  await ip(['addr add 10.5.0.1/24 dev t0'], { netns: 'twin' });
  const found = await arpScan(['10.5.0.1', '10.5.0.2', '10.5.0.77'], { ...client, milliseconds: 500 });
  await ip(['addr del 10.5.0.1/24 dev t0'], { netns: 'twin' });
  assert.deepEqual([...found.keys()].sort(), ['10.5.0.1', '10.5.0.77']);
  assert.deepEqual(
    found.get('10.5.0.1')?.toSorted(),
    [await macOf('server', 's0'), await macOf('twin', 't0')].sort(),
  );
});

test('ARP is heard on a device that is part of a bridge', async () => {
  await ip(['addr add 10.5.0.200/24 dev br0']);
  assert.deepEqual(await arp('10.5.0.1', { device: 'p-s0' }), [await macOf('server', 's0')]);
});

test('a device that is down is told', async () => {
  await ip(['link add d0 type veth peer name d1']);
  await assert.rejects(arp('10.5.0.1', { device: 'd0' }), /ENETDOWN/);
});

test('a DISCOVER brings the offer with its options, and binds nobody', async () => {
  const [offer, ...more] = await discover({ ...client, mac: 'fa:16:3e:00:00:07' });
  assert.deepEqual(more, []);
  const { address, ...rest } = offer!;
  assert.match(address, /^10\.5\.0\.(5\d|60)$/);
  assert.deepEqual(rest, {
    type: 2,
    server: '10.5.0.1',
    mac: await macOf('server', 's0'),
    prefix: 24,
    gateway: '10.5.0.1',
    mtu: 1450,
    dns: ['10.5.0.1', '10.5.0.3'],
    routes: [
      { destination: '169.254.169.254/32', via: '10.5.0.1' },
      { destination: '0.0.0.0/0', via: '10.5.0.1' },
    ],
    leaseSeconds: 3600,
  });
  assert.equal((await run(['cat', '/run/leases'], { allowed: [0, 1] })).stdout, '');
});

test('a lease is taken and given back', async () => {
  const taken = await takeLease({ ...client, mac: 'fa:16:3e:00:00:08' });
  assert.equal(taken.result, 'leased');
  assert.ok(taken.result === 'leased');
  assert.match((await run(['cat', '/run/leases'])).stdout, /fa:16:3e:00:00:08/);
  release(taken.lease, client);
  await until('the lease is gone', async () => (await run(['cat', '/run/leases'])).stdout === '');
});

test('where no server is there is no offer', async () => {
  assert.deepEqual(await discover({ netns: 'far', device: 'f0', milliseconds: 100 }), []);
  assert.deepEqual(await takeLease({ netns: 'far', device: 'f0', milliseconds: 100 }), {
    result: 'no offer',
  });
});

test('echoes are answered, and each failure is told apart', async () => {
  await ip(['addr add 10.5.0.10/24 dev c0', 'route add 10.6.0.0/24 via 10.5.0.1'], { netns: 'client' });
  const healthy = await echo('10.5.0.1', {
    ...client,
    count: 3,
    intervalMs: 10,
    size: 1500,
    dontFragment: true,
  });
  assert.equal(healthy.answers.length, 3);
  assert.equal(healthy.failure, undefined);
  assert.ok(healthy.answers.every((milliseconds) => milliseconds > 0 && milliseconds < 1000));
  assert.deepEqual((await echo('10.6.0.2', { ...client, size: 1400, dontFragment: true })).failure, {
    kind: 'too big',
    mtu: 1300,
    from: '10.5.0.1',
  });
  assert.equal((await echo('10.6.0.2', { ...client, size: 1300, dontFragment: true })).answers.length, 1);
  assert.deepEqual((await echo('10.5.0.1', { ...client, size: 1501, dontFragment: true })).failure, {
    kind: 'too big',
    mtu: 1500,
  });
  assert.deepEqual((await echo('172.31.0.1', { netns: 'client' })).failure, {
    kind: 'unreachable',
    reason: 'there is no route',
  });
  assert.deepEqual((await echo('10.6.9.1', { netns: 'far', milliseconds: PATIENCE })).failure, {
    kind: 'unreachable',
    reason: 'a router has no route',
    from: '10.6.0.1',
  });
  assert.deepEqual((await echo('10.5.0.9', { ...client, milliseconds: 50 })).failure, { kind: 'no answer' });
  assert.equal(pathMtu('10.5.0.1', client), 1500);
  assert.equal((await echo('10.5.0.1', { netns: 'client', source: '10.5.0.10' })).answers.length, 1);
});

test("another machine's clock is read by the millisecond, and the short way round the day", async () => {
  const clock = await clockAt('10.5.0.1', client);
  assert.ok(clock && Math.abs(clock.ahead) <= clock.within + 0.002, JSON.stringify(clock));
  assert.equal(await clockAt('10.5.0.9', { ...client, milliseconds: 50 }), undefined);
  const midnight = Date.UTC(2026, 10, 27);
  assert.equal(aheadOf(1000, midnight - 500), 1500);
  assert.equal(aheadOf(86_399_000, midnight + 500), -1500);
  assert.equal(aheadOf(7_000, midnight + 2_000), 5_000);
});

test('TCP ports are open, refused, silent or out of reach', async () => {
  const result = async (...args: Parameters<typeof tcp>) => (await tcp(...args)).result;
  assert.equal(await result('10.5.0.1', 8080, client), 'open');
  assert.equal(await result('10.5.0.1', 8081, client), 'refused');
  await run(['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', '8082', '-j', 'DROP'], { netns: 'server' });
  assert.equal(await result('10.5.0.1', 8082, { ...client, milliseconds: 100 }), 'timeout');
  const { milliseconds: _, ...away } = await tcp('172.31.0.1', 80, { netns: 'client' });
  assert.deepEqual(away, { result: 'unreachable', reason: 'ENETUNREACH' });
});

test('UDP is answered, refused by the machine or by a firewall, or nothing is heard', async () => {
  const result = (
    port: number,
    { payload, milliseconds = PATIENCE }: { payload?: Buffer; milliseconds?: number } = {},
  ) => udp('10.5.0.1', port, { ...client, milliseconds, ...(payload ? { payload } : {}) });
  const question = Buffer.from('00010100000100000000000005636c6f7564076578616d706c650000010001', 'hex');
  assert.equal((await result(53, { payload: question })).result, 'answered');
  const closed = { result: 'refused', from: '10.5.0.1', reason: 'the port is not served', forbidden: false };
  assert.deepEqual(await result(9), closed);
  const rule = (port: number, ...words: string[]) =>
    run(['iptables', '-A', 'INPUT', '-p', 'udp', '--dport', String(port), ...words], { netns: 'server' });
  await rule(8472, '-j', 'REJECT', '--reject-with', 'icmp-host-prohibited');
  const reason = 'a firewall forbids the host';
  assert.deepEqual(await result(8472), { result: 'refused', from: '10.5.0.1', reason, forbidden: true });
  await rule(8473, '-j', 'DROP');
  assert.deepEqual(await result(8473, { milliseconds: 100 }), { result: 'silent' });
  assert.deepEqual(await udp('172.31.0.1', 9, { netns: 'client' }), {
    result: 'unreachable',
    reason: 'ENETUNREACH',
  });
});

test('HTTP brings status and body, or how it failed', async () => {
  const ask = (path: string, headers = {}, milliseconds = PATIENCE) =>
    http(`http://10.5.0.1:8080${path}`, { ...client, headers, milliseconds });
  const answer = await ask('/latest', { 'x-mark': 'yes' });
  assert.ok(answer.result === 'answered');
  assert.deepEqual([answer.status, answer.body], [200, 'hello from /latest']);
  assert.ok(Math.abs(Date.parse(answer.date!) - Date.now()) < 2000);
  assert.deepEqual(
    [(await ask('/')).result, (await ask('/silent', {}, 200)).result],
    ['answered', 'timeout'],
  );
  assert.equal((await http('http://10.5.0.1:8081/', client)).result, 'refused');
});

test('DNS brings the addresses of a name, or how it failed', async () => {
  assert.deepEqual(await dns('cloud.example', '10.5.0.1', client), {
    result: 'answered',
    code: 0,
    addresses: ['10.9.9.9'],
  });
  assert.equal((await dns('no.such.example', '10.5.0.1', client)).result, 'answered');
  assert.deepEqual(await dns('cloud.example', '10.5.0.77', client), { result: 'refused' });
  assert.deepEqual(await dns('cloud.example', '10.5.0.9', { ...client, milliseconds: 60 }), {
    result: 'timeout',
  });
});
