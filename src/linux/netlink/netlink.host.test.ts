import '../throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listAddresses } from '../addresses.ts';
import { BatchFailed, bridge, ip } from '../batch.ts';
import { listFdb, listNeighbours } from '../fdb.ts';
import { findLink, listLinks } from '../links.ts';
import { deleteNamespace, ensureNamespace, namespaceExists } from '../netns.ts';
import { observeNetwork } from '../observe.ts';
import { run } from '../process.ts';
import { findRoute, listRoutes } from '../routes.ts';

const IP = [
  'link add br0 type bridge forward_delay 0 stp_state 0',
  'link add under type veth peer name under-peer address fa:16:3e:00:00:01 mtu 1400',
  'link set under address fa:16:3e:00:00:02',
  'link set under mtu 1400 up',
  'link set under-peer up',
  'addr add 10.9.0.1/24 brd + dev under',
  'addr add 10.9.0.2/32 brd 10.9.0.2 scope link dev under',
  'addr replace fd00:9::1/64 scope global dev under',
  'addr add fe80::a9fe:a9fe/64 scope link nodad dev under',
  'addr add 127.0.0.2/8 dev lo',
  'link set lo alias "a note of several words" up',
  'link add vxlan-7 type vxlan id 7 local 10.9.0.1 dev under ttl 9 tos 0x20 srcport 1000 2000 dstport 8472 proxy',
  'link add vxlan-8 type vxlan id 8 local 10.9.0.1 group 239.1.1.1 dev under dstport 4789',
  'link set vxlan-7 master br0',
  'link set vxlan-7 up',
  'link set br0 up',
  'neigh replace 10.9.0.7 lladdr fa:16:3e:00:00:07 dev under nud permanent',
  'neigh replace fd00:9::7 lladdr fa:16:3e:00:00:08 dev under nud stale',
  'route replace default via 10.9.0.254 dev under proto static',
  'route add 192.0.2.0/24 via 10.9.0.253 metric 50 src 10.9.0.1',
  'route replace 203.0.113.9 dev under scope link',
  'route replace 198.51.100.0/24 via 172.31.0.1 dev under onlink',
  'route replace ::/0 via fe80::1 dev under proto static metric 77',
  'route append default via 10.9.0.252 dev under metric 9',
  'route del 203.0.113.9 dev under',
  'addr del 10.9.0.2/32 dev under',
  'link set vxlan-8 nomaster',
];
const BRIDGE = [
  'fdb append 00:00:00:00:00:00 dev vxlan-7 dst 10.9.0.3',
  'fdb append 00:00:00:00:00:00 dev vxlan-7 dst 10.9.0.4',
  'fdb replace fa:16:3e:00:00:05 dev vxlan-7 dst 10.9.0.3',
  'fdb del 00:00:00:00:00:00 dev vxlan-7 dst 10.9.0.4',
];

/** What is made up by chance, or at a time of the kernel's own. */
const BY_CHANCE =
  /timer|updated|^(address|used|promiscuity|operstate|link_netnsid|root_id|bridge_id|tentative)$/;
const isOwnDoing = (text: string) =>
  /^{"(family":"inet6","local|dst)":"fe80::/.test(text) && !text.includes('a9fe:a9fe');
const lasting = (key: string, value: unknown): unknown => {
  if (BY_CHANCE.test(key)) return undefined;
  if (key !== 'addr_info') return value;
  return (value as unknown[])
    .map((one) => JSON.stringify(one))
    .filter((text) => !isOwnDoing(text))
    .sort();
};

/** Everything that iproute2 shows of a namespace. */
async function shown(netns: string): Promise<string[][]> {
  const commands = [
    ['ip', '-d', '-j', 'addr', 'show'],
    ['ip', '-4', '-j', 'route', 'show', 'table', 'all'],
    ['ip', '-6', '-j', 'route', 'show', 'table', 'main'],
    ['ip', '-j', 'neigh', 'show', 'dev', 'under'],
    ['bridge', '-j', 'fdb', 'show', 'dev', 'vxlan-7'],
  ];
  const texts = await Promise.all(commands.map((command) => run(command, { netns })));
  return texts.map(({ stdout }) =>
    (JSON.parse(stdout) as { dst?: string; mac?: string; state?: string[] }[])
      .filter(({ dst, mac, state }) => !(mac && dst === undefined) && state?.[0] !== 'INCOMPLETE')
      .map((row) => JSON.stringify(row, lasting))
      .filter((text) => !isOwnDoing(text))
      .sort(),
  );
}

test('what lines bring about is what iproute2 brings about with them', async () => {
  await ensureNamespace('ours');
  await ensureNamespace('theirs');
  await ip(IP, { netns: 'ours' });
  await bridge(BRIDGE, { netns: 'ours' });
  await run(['ip', '-batch', '-'], { netns: 'theirs', input: `${IP.join('\n')}\n` });
  await run(['bridge', '-batch', '-'], { netns: 'theirs', input: `${BRIDGE.join('\n')}\n` });
  const [ours, theirs] = [await shown('ours'), await shown('theirs')];
  assert.ok(ours.every((rows) => rows.length > 0));
  assert.deepEqual(ours, theirs);
});

interface Shown {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly [name: string]: unknown;
}
const json = async (command: readonly string[], netns = 'ours') =>
  JSON.parse((await run(command, { netns })).stdout) as Shown[];

test('devices are read as iproute2 shows them', async () => {
  const links = await listLinks('ours');
  for (const raw of await json(['ip', '-d', '-j', 'link', 'show'])) {
    const link = links.get(raw.ifname)!;
    assert.deepEqual(
      [link.index, link.mac, link.mtu, link.up, link.carrier, link.master, link.alias, link.kind],
      [
        raw.ifindex,
        raw.address,
        raw.mtu,
        raw.flags.includes('UP'),
        raw.flags.includes('LOWER_UP'),
        raw.master,
        raw.ifalias,
        (raw.linkinfo as { info_kind?: string } | undefined)?.info_kind,
      ],
    );
    assert.deepEqual(await findLink(raw.ifname, 'ours'), link);
  }
  assert.deepEqual(links.get('br0')?.bridge, { forwardDelay: 0, stp: false });
  assert.deepEqual(links.get('vxlan-8')?.vxlan, {
    vni: 8,
    port: 4789,
    proxy: false,
    learning: true,
    local: '10.9.0.1',
    group: '239.1.1.1',
    device: 'under',
  });
  assert.equal(await findLink('nosuch', 'ours'), undefined);
});

test('addresses, routes and entries are read as iproute2 shows them', async () => {
  const { addresses, routes } = await observeNetwork('ours');
  const shownAddresses = (await json(['ip', '-j', 'addr', 'show'])).flatMap((raw) =>
    (raw.addr_info as Record<string, unknown>[]).map((one) => [
      raw.ifname,
      `${one.local}/${one.prefixlen}`,
      one.scope,
      one.broadcast,
    ]),
  );
  assert.deepEqual(
    addresses.map((one) => [one.device, one.cidr, one.scope, one.broadcast]).sort(),
    shownAddresses.sort(),
  );
  assert.deepEqual(
    (await listAddresses({ netns: 'ours', device: 'under' })).map(({ cidr }) => cidr),
    addresses.filter(({ device }) => device === 'under').map(({ cidr }) => cidr),
  );
  for (const family of [4, 6] as const) {
    const raw = await json(['ip', `-${family}`, '-j', 'route', 'show']);
    assert.deepEqual(
      routes
        .filter((route) => route.family === family)
        .map((one) => [
          one.destination,
          one.via,
          one.device,
          one.protocol,
          one.scope,
          one.source,
          one.metric,
          one.onlink,
        ]),
      raw.map((one) => [
        one.dst,
        one.gateway,
        one.dev,
        one.protocol,
        one.scope,
        one.prefsrc,
        one.metric,
        one.flags.includes('onlink'),
      ]),
    );
  }
  assert.ok(
    (await listRoutes({ netns: 'ours', device: 'under', family: 6 })).every(
      ({ device }) => device === 'under',
    ),
  );
  const entries = await listFdb({ netns: 'ours' });
  assert.deepEqual(
    entries.map(({ mac, device, destination, permanent }) => [mac, device, destination, permanent]).sort(),
    (await json(['bridge', '-j', 'fdb', 'show']))
      .filter(({ dst }) => dst !== undefined)
      .map(({ mac, ifname, dst, state }) => [mac, ifname, dst, state === 'permanent'])
      .sort(),
  );
  assert.deepEqual(
    (await listNeighbours({ netns: 'ours' }))
      .map((one) => [one.address, one.device, one.mac, one.permanent])
      .sort(),
    (await json(['ip', '-j', 'neigh', 'show']))
      .map((one) => [one.dst, one.dev, one.lladdr, (one.state as string[]).includes('PERMANENT')])
      .sort(),
  );
});

test('the way to an address is what iproute2 says', async () => {
  assert.deepEqual(await findRoute('192.0.2.7', 'ours'), { device: 'under', via: '10.9.0.253' });
  assert.deepEqual(await findRoute('10.9.0.77', 'ours'), { device: 'under' });
  await ensureNamespace('nowhere');
  assert.equal(await findRoute('192.0.2.7', 'nowhere'), undefined);
  assert.equal(await findRoute('2001:db8::1', 'nowhere'), undefined);
});

test('a refused line says why, in which namespace', async () => {
  const refused = async (line: string, netns?: string): Promise<string> => {
    const error = await ip([line], { netns }).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(error instanceof BatchFailed);
    return error.message;
  };
  assert.equal(
    await refused('link set nosuch up', 'ours'),
    'ip link set nosuch up (in namespace ours): Cannot find device "nosuch"',
  );
  assert.equal(
    await refused('link add br0 type bridge', 'ours'),
    'ip link add br0 type bridge (in namespace ours): File exists',
  );
  assert.match(await refused('link add v7 type nosuchkind'), /Operation not supported: Unknown device type/);
  assert.match(await refused('link set lo netns nosuch'), /There is no network namespace "nosuch"/);
  assert.match(
    await refused('route replace default via 192.0.2.1 dev under', 'ours'),
    /Nexthop has invalid gateway/,
  );
  await assert.rejects(ip(['link set lo up'], { netns: 'nosuch' }), /no network namespace "nosuch"/);
  await assert.rejects(
    listAddresses({ netns: 'ours', device: 'nosuch' }),
    /Cannot find device "nosuch" \(in namespace ours\)/,
  );
});

test('lines that follow a refused one are carried out when forced, and names of new devices count at once', async () => {
  await ensureNamespace('forced');
  const refused = await ip(
    [
      'link add a0 type veth peer name a1',
      'link add a0 type veth peer name a2',
      'link set a0 name b0',
      'link set a0 up',
      'link set b0 up',
      'link del a1',
      'link set b0 down',
      'link add b0 type bridge',
      'link set b0 up',
    ],
    { netns: 'forced', force: true },
  );
  assert.deepEqual(
    refused.map(({ line }) => line),
    ['link add a0 type veth peer name a2', 'link set a0 up', 'link set b0 down'],
  );
  const { kind, up } = (await listLinks('forced')).get('b0')!;
  assert.deepEqual([kind, up], ['bridge', true]);
});

test('tables of many entries are read whole, and a namespace goes though it was talked with', async () => {
  const entries = Array.from({ length: 3000 }, (_, at) => {
    const mac = (0xfa163e100000 + at).toString(16).match(/../g)!.join(':');
    return `fdb append ${mac} dev vxlan-7 dst 10.9.1.${at % 250}`;
  });
  assert.deepEqual(await bridge(entries, { netns: 'ours', force: true }), []);
  assert.equal((await listFdb({ netns: 'ours', device: 'vxlan-7' })).length, 3002);
  const links = Array.from({ length: 200 }, (_, at) => `link add many${at} type bridge`);
  await ip(links, { netns: 'ours' });
  assert.equal([...(await listLinks('ours')).keys()].filter((name) => name.startsWith('many')).length, 200);
  deleteNamespace('ours');
  assert.equal(namespaceExists('ours'), false);
});
