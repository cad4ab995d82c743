import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { configOf } from '../../../config/load.ts';
import type { Outcome } from '../../../health/checks.ts';
import { ip } from '../../../linux/batch.ts';
import { listLinks } from '../../../linux/links.ts';
import { ensureNamespace } from '../../../linux/netns.ts';
import { checksum } from '../../../linux/probes/checksum.ts';
import { run, start } from '../../../linux/process.ts';
import { AF_INET, openSocket, receiveUntil, SOCK_RAW } from '../../../linux/sockets/socket.ts';
import { sqliteForTest, type TestDatabase } from '../../../server/db/testing.ts';
import { adminRequest } from '../../../server/services/admin.ts';
import type { Item, RequestContext, ResourceService } from '../../../server/services/service.ts';
import { reportedAgent, serverOn, type TestServer } from '../../../server/testing.ts';
import type { DoctorContext } from '../../context.ts';
import { observe } from '../../seen.ts';
import { cardMtu } from './cardMtu.ts';
import { clocks } from './clock.ts';
import { dhcpServers, externalDhcp } from './dhcpServers.ts';
import { defaultGateway } from './gateway.ts';
import { localIpOnce } from './localIp.ts';
import { peers } from './peers.ts';
import { pools } from './pools.ts';
import { lanSubnets } from './subnets.ts';

/** This host (192.168.81.66) with the namespaces compute (.65) and outside (.254) on one LAN, and a real database. */
let db: TestDatabase;
let server: TestServer;
let subnet: Item;
let network: Item;

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };
const make = async (service: ResourceService | undefined, item: Item): Promise<Item> =>
  (await service!.create!(admin, [{ ...owned, ...item }]))[0]!;

before(async () => {
  for (const name of ['lan', 'compute', 'outside']) await ensureNamespace(name);
  await ip(['link add br-lan type bridge', 'link set br-lan up'], { netns: 'lan' });
  await ip([
    'link add eno1 type veth peer name p-host netns lan',
    'addr add 192.168.81.66/24 dev eno1',
    'link set eno1 up',
  ]);
  for (const [name, last] of [
    ['compute', 65],
    ['outside', 254],
  ] as const) {
    await ip([`link add eno1 netns ${name} type veth peer name p-${name} netns lan`]);
    await ip([`addr add 192.168.81.${last}/24 dev eno1`, 'link set eno1 up'], { netns: name });
  }
  await ip(
    ['host', 'compute', 'outside'].flatMap((name) => [
      `link set p-${name} master br-lan`,
      `link set p-${name} up`,
    ]),
    { netns: 'lan' },
  );
  await ip(['route add default via 192.168.81.254']);
  db = await sqliteForTest();
  server = await serverOn(db);
  for (const [host, last] of [
    ['controller', 66],
    ['compute', 65],
  ] as const)
    await reportedAgent(db, 'Linux bridge agent', host, {
      interface_mappings: { public: 'eno1' },
      tunneling_ip: `192.168.81.${last}`,
    });
  network = await make(server.api.services.network, {
    name: 'public',
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'public',
  });
  await make(server.api.services.network, { name: 'private' });
  subnet = await make(server.api.services.subnet, {
    network_id: network.id,
    name: 'public',
    cidr: '192.168.81.0/24',
    ip_version: 4,
    enable_dhcp: false,
    gateway_ip: '192.168.81.254',
    allocation_pools: [{ start: '192.168.81.100', end: '192.168.81.199' }],
  });
});

after(async () => {
  await server.end();
  await db.close();
});

/** Looks anew, as neutron-doctor started again does. */
function look(): DoctorContext {
  const config = configOf(`[database]
connection = ${db.url}
[linux_bridge]
physical_interface_mappings = public:eno1
[vxlan]
enable_vxlan = True
local_ip = 192.168.81.66
`);
  return {
    root: true,
    host: 'controller',
    directory: '/etc/neutron',
    programs: [{ program: 'neutron-linuxbridge-agent', own: '', files: [], config }],
    configOf: (program) => (program === 'neutron-linuxbridge-agent' ? config : undefined),
    unknown: () => '',
    wants: () => true,
    seen: observe(),
    askLan: false,
  };
}

const codes = (outcome: Outcome): string[] =>
  outcome.result === 'fail' ? outcome.findings.map(({ code }) => code) : [outcome.result];
const textOf = (outcome: Outcome): string =>
  outcome.result === 'fail' ? outcome.findings.map(({ text }) => text).join('; ') : outcome.result;

/** Does something to the LAN, looks, and undoes it. */
async function during<T>(
  change: () => Promise<unknown>,
  undo: () => Promise<unknown>,
  work: () => Promise<T>,
) {
  await change();
  try {
    return await work();
  } finally {
    await undo();
  }
}

const setSubnet = (values: object) =>
  db.kysely
    .updateTable('subnets')
    .set(values)
    .where('id', '=', subnet.id as string)
    .execute();

test('a healthy LAN is healthy', async () => {
  const context = look();
  for (const check of [cardMtu, localIpOnce, peers, defaultGateway, lanSubnets, pools, externalDhcp])
    assert.equal((await check.run(context)).result, 'pass', check.name);
});

test('a card that is in a bridge, which has its address, is healthy too', async () => {
  const move = (from: string, to: string) =>
    ip([
      `addr del 192.168.81.66/24 dev ${from}`,
      `addr add 192.168.81.66/24 dev ${to}`,
      `route replace default via 192.168.81.254 dev ${to}`,
    ]);
  await ip(['link add brq1 type bridge', 'link set brq1 up', 'link set eno1 master brq1']);
  await move('eno1', 'brq1');
  const context = look();
  const results = await Promise.all(
    [cardMtu, localIpOnce, peers, defaultGateway, lanSubnets, pools].map((check) => check.run(context)),
  );
  await move('brq1', 'eno1');
  await ip(['link del brq1']);
  assert.deepEqual(results.flatMap(codes), Array(6).fill('pass'));
});

test('a narrow link: on this host the card is named, elsewhere the largest packet that arrives', async () => {
  const mtu = (bytes: number, netns?: string) => ip([`link set eno1 mtu ${bytes}`], { netns });
  const here = await during(
    () => mtu(1400),
    () => mtu(1500),
    async () => [await cardMtu.run(look()), await peers.run(look())],
  );
  assert.deepEqual(here.flatMap(codes), ['nic_mtu_small', 'underlay_mtu_small']);
  const there = await during(
    () => mtu(1400, 'compute'),
    () => mtu(1500, 'compute'),
    () => peers.run(look()),
  );
  assert.equal(
    textOf(there),
    'packets of 1500 bytes do not reach compute (192.168.81.65); the largest that do have 1400',
  );
});

test('a host that is gone is told from one that only does not answer to ping', async () => {
  const drop = (how: '-A' | '-D') =>
    run(['iptables', how, 'INPUT', '-p', 'icmp', '-j', 'DROP'], { netns: 'compute' });
  const quiet = await during(
    () => drop('-A'),
    () => drop('-D'),
    () => peers.run(look()),
  );
  assert.equal(quiet.result, 'not checked');
  const gone = await during(
    () => ip(['link set p-compute down'], { netns: 'lan' }),
    () => ip(['link set p-compute up'], { netns: 'lan' }),
    () => peers.run(look()),
  );
  assert.deepEqual(codes(gone), ['peer_unreachable']);
});

test('a firewall that lets ping through and refuses tunnels', async () => {
  const refuse = (how: '-A' | '-D') =>
    run(['iptables', how, 'INPUT', '-p', 'udp', '-j', 'REJECT', '--reject-with', 'icmp-host-prohibited'], {
      netns: 'compute',
    });
  const refused = await during(
    () => refuse('-A'),
    () => refuse('-D'),
    () => peers.run(look()),
  );
  assert.deepEqual(codes(refused), ['vxlan_refused']);
});

/** Answers in place of compute's kernel, as a machine whose clock is ahead would. */
async function answerWithClock(aheadMs: number): Promise<{ stop(): Promise<void> }> {
  const reply = ['OUTPUT', '-p', 'icmp', '--icmp-type', 'timestamp-reply', '-m', 'ttl', '--ttl-eq', '64'];
  await run(['iptables', '-A', ...reply, '-j', 'DROP'], { netns: 'compute' });
  const socket = openSocket({ netns: 'compute' }, AF_INET, SOCK_RAW, 1);
  socket.setOption(0, 2, 65);
  const done = receiveUntil(socket, 3000, (packet, from) => {
    const icmp = Buffer.from(packet.subarray(20));
    if (icmp.readUInt8(0) !== 13) return false;
    icmp.writeUInt8(14, 0);
    icmp.writeUInt16BE(0, 2);
    icmp.writeUInt32BE((Date.now() + aheadMs) % 86_400_000, 12);
    icmp.writeUInt16BE(checksum(icmp), 2);
    socket.send(icmp, from.subarray(0, 16));
    return true;
  });
  return {
    async stop() {
      await done;
      socket.close();
      await run(['iptables', '-D', ...reply, '-j', 'DROP'], { netns: 'compute' });
    },
  };
}

test('clocks are compared with those of the other hosts', async () => {
  assert.deepEqual(codes(await clocks.run(look())), ['pass']);
  const wrong = await answerWithClock(95_000);
  const seen = await clocks.run(look());
  await wrong.stop();
  assert.equal(textOf(seen), 'the clock of this host is 95 s behind that of compute');
});

test('an address that another machine has as well names its MAC', async () => {
  const mac = (await listLinks('outside')).get('eno1')!.mac;
  const twice = await during(
    () => ip(['addr add 192.168.81.66/32 dev eno1'], { netns: 'outside' }),
    () => ip(['addr del 192.168.81.66/32 dev eno1'], { netns: 'outside' }),
    () => localIpOnce.run(look()),
  );
  assert.match(textOf(twice), new RegExp(`192.168.81.66, local_ip of this host, .*${mac}`));
});

test('gateways that are not there', async () => {
  const silent = await during(
    () => ip(['route replace default via 192.168.81.99']),
    () => ip(['route replace default via 192.168.81.254']),
    () => defaultGateway.run(look()),
  );
  assert.deepEqual(codes(silent), ['default_gateway_silent']);
  const wrong = await during(
    () => setSubnet({ gateway_ip: '192.168.81.1' }),
    () => setSubnet({ gateway_ip: '192.168.81.254' }),
    () => lanSubnets.run(look()),
  );
  assert.deepEqual(codes(wrong), ['provider_gateway_silent']);
  const own = await during(
    () => setSubnet({ gateway_ip: '192.168.81.66' }),
    () => setSubnet({ gateway_ip: '192.168.81.254' }),
    () => lanSubnets.run(look()),
  );
  assert.deepEqual(codes(own), ['gateway_is_this_host']);
});

test('a subnet of another LAN, and one of another size', async () => {
  const with_ = (cidr: string, gateway_ip: string) =>
    during(
      () => setSubnet({ cidr, gateway_ip }),
      () => setSubnet({ cidr: '192.168.81.0/24', gateway_ip: '192.168.81.254' }),
      async () => codes(await lanSubnets.run(look())),
    );
  assert.deepEqual(await with_('192.168.85.0/24', '192.168.85.1'), [
    'subnet_not_the_lan',
    'provider_gateway_silent',
  ]);
  assert.deepEqual(await with_('192.168.80.0/23', '192.168.81.254'), ['subnet_prefix_differs']);
  const second = () => ip(['addr add 192.168.85.1/24 dev eno1'], { netns: 'outside' });
  const gone = () => ip(['addr del 192.168.85.1/24 dev eno1'], { netns: 'outside' });
  assert.deepEqual(await during(second, gone, () => with_('192.168.85.0/24', '192.168.85.1')), ['pass']);
});

test('pool addresses in use are named with their MACs, and those of ports are not asked for', async () => {
  const port = await make(server.api.services.port, {
    network_id: network.id,
    device_id: '',
    device_owner: '',
    fixed_ips: [{ subnet_id: subnet.id, ip_address: '192.168.81.150' }],
  });
  const mac = (await listLinks('outside')).get('eno1')!.mac;
  const has = (change: 'add' | 'del') =>
    ip(
      [150, 160].map((last) => `addr ${change} 192.168.81.${last}/32 dev eno1`),
      { netns: 'outside' },
    );
  const used = await during(
    () => has('add'),
    () => has('del'),
    () => pools.run(look()),
  );
  await server.api.services.port!.delete!(admin, port.id as string);
  assert.equal(
    textOf(used),
    `the allocation pool of subnet public holds addresses that machines of the LAN use: 192.168.81.160 (${mac})`,
  );
  const own = await during(
    () => ip(['addr add 192.168.81.110/32 dev eno1']),
    () => ip(['addr del 192.168.81.110/32 dev eno1']),
    () => pools.run(look()),
  );
  assert.match(textOf(own), /: 192\.168\.81\.110 \(this host\)$/);
});

test('DHCP on an external network is worth a remark', async () => {
  const served = await during(
    () => setSubnet({ enable_dhcp: 1 }),
    () => setSubnet({ enable_dhcp: 0 }),
    () => externalDhcp.run(look()),
  );
  assert.deepEqual(codes(served), ['external_network_serves_dhcp']);
});

test('another DHCP server is a conflict with that of Neutron, or with the pool, or none', async () => {
  assert.equal((await dhcpServers.run(look())).result, 'not checked');
  const asked = async () => codes(await dhcpServers.run({ ...look(), askLan: true }));
  const office = (first: string, last: string) =>
    start(
      [
        'dnsmasq',
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--port=0',
        '--interface=eno1',
        '--bind-interfaces',
        '--no-ping',
        `--dhcp-range=${first},${last},255.255.255.0,1h`,
        '--dhcp-leasefile=/run/office.leases',
        '--pid-file=/run/office.pid',
      ],
      { netns: 'outside' },
    );
  const inPool = office('192.168.81.120', '192.168.81.130');
  try {
    assert.deepEqual(await asked(), ['dhcp_range_in_pool']);
    await setSubnet({ enable_dhcp: 1 });
    assert.deepEqual(await asked(), ['two_dhcp_servers']);
  } finally {
    inPool.kill('SIGKILL');
    await setSubnet({ enable_dhcp: 0 });
  }
  const beside = office('192.168.81.210', '192.168.81.220');
  try {
    assert.deepEqual(await asked(), ['pass']);
  } finally {
    beside.kill('SIGKILL');
  }
});

test('what cannot be known is not checked', async () => {
  const context = { ...look(), root: false };
  for (const check of [localIpOnce, peers, defaultGateway, lanSubnets, pools])
    assert.deepEqual(await check.run(context), { result: 'not checked', why: 'it needs root' });
  const unread = { ...look(), programs: [] };
  const { result, ...rest } = await lanSubnets.run(unread);
  assert.deepEqual(
    [result, 'why' in rest && rest.why],
    ['not checked', 'neutron is not configured on this host'],
  );
});
