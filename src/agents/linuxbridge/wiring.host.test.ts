import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, before, test } from 'node:test';
import { listAddresses } from '../../linux/addresses.ts';
import { bridge, ip } from '../../linux/batch.ts';
import { listFdb } from '../../linux/fdb.ts';
import { listLinks } from '../../linux/links.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run, start } from '../../linux/process.ts';
import { listRoutes } from '../../linux/routes.ts';
import { bridgeName } from '../../net/names.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import type { VxlanSettings } from './settings.ts';
import { details, heard, NET, pings, plugGuest, ScriptedServer, startTestAgent } from './testing.ts';

const vxlan: VxlanSettings = {
  localIp: '192.168.81.66',
  l2population: true,
  arpResponder: false,
  group: '224.0.0.1',
  multicastRanges: [],
  port: null,
  sourcePorts: [0, 0],
  ttl: null,
  tos: null,
};
const interfaces = new Map([['public', 'eno1']]);
const FLOOD = '00:00:00:00:00:00';
const PEER = '192.168.81.65';
const brq = bridgeName(NET);

let agent: RunningAgent | undefined;
const begin = async (server: ScriptedServer, over = {}, rhythm = {}) => {
  agent = await startTestAgent(server, { interfaces, vxlan, ...over }, rhythm);
};
const newServer = async (...ports: ReturnType<typeof details>[]) => {
  const server = new ScriptedServer();
  await server.listen();
  for (const port of ports) server.devices.set(port.device, port);
  return server;
};

/** A LAN with this host (eno1) and a gateway in a namespace of its own. */
before(async () => {
  await ensureNamespace('lan', { 'net/ipv4/ip_forward': 1 });
  await ip([
    'link add eno1 type veth peer name lan0 netns lan',
    'addr add 192.168.81.66/24 brd + dev eno1',
    'link set eno1 up',
    'route add default via 192.168.81.254',
    'route add 203.0.113.0/24 via 192.168.81.254 metric 50',
  ]);
  await ip(
    [
      'addr add 192.168.81.254/24 dev lan0',
      `addr add ${PEER}/24 dev lan0`,
      'addr add 203.0.113.1/32 dev lo',
      'link set lan0 up',
    ],
    { netns: 'lan' },
  );
});
afterEach(async () => {
  await agent?.stop();
  agent = undefined;
  await run(['sh', '-c', 'for n in $(ls /run/netns | grep guest); do ip netns del $n; done']);
  await ip([`link del ${brq}`, 'link del vxlan-7'], { force: true });
  await until(
    'the taps are gone',
    async () => ![...(await listLinks()).keys()].some((name) => name.startsWith('tap')),
  );
});

test("a tap that appears is wired and reported; one of an agent is put into the bridge, a guest's is not", async () => {
  const dhcp = details(1, { device_owner: 'network:dhcp' });
  const guest = details(2);
  const server = await newServer(dhcp, guest);
  await begin(server);
  await plugGuest(dhcp, 'guest1', { bridge: false });
  await plugGuest(guest, 'guest2', { bridge: false });
  await until('both are up', () => server.up.length >= 2);
  const links = await listLinks();
  assert.equal(links.get(dhcp.device)?.master, brq);
  assert.equal(links.get(guest.device)?.master, undefined);
  assert.deepEqual(links.get(brq)?.bridge, { forwardDelay: 0, stp: false });
  assert.equal(links.get(guest.device)?.mtu, 1450);
  await ip([`link del ${dhcp.device}`]);
  await until('the lost device is reported', () => server.down.includes(dhcp.device));
});

test('a changed MTU of a network reaches its taps', async () => {
  const port = details(1, { device_owner: 'network:dhcp' });
  const server = await newServer(port);
  await plugGuest(port, 'guest1', { bridge: false });
  await begin(server);
  await until('it is up', () => server.up.length > 0);
  assert.equal((await listLinks()).get(port.device)?.mtu, 1450);
  server.devices.set(port.device, { ...port, mtu: 1300 });
  await server.networkUpdate.network_update(
    server.context(),
    { network: { id: port.network_id, mtu: 1300 } as never },
    { fanout: true },
  );
  await until('the tap follows', async () => (await listLinks()).get(port.device)?.mtu === 1300);
});

test('an MTU that changes while a device is asked about for the first time reaches it', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7 });
  const server = await newServer(port);
  server.beforeDetails = async () => {
    server.devices.set(port.device, { ...port, mtu: 1300 });
    const network = { network: { id: NET, mtu: 1300 } as never };
    await server.networkUpdate.network_update(server.context(), network, { fanout: true });
    await heard();
  };
  await plugGuest(port, 'guest1');
  await begin(server);
  await until('the MTU is set', async () => (await listLinks()).get(port.device)?.mtu === 1300);
});

test('a port that migrates here is wired when its binding becomes active, and taken out when it leaves', async () => {
  const port = details(1);
  const away = { device: port.device, no_active_binding: true } as never;
  const server = await newServer();
  server.devices.set(port.device, away);
  await begin(server);
  await plugGuest(port, 'guest1', { bridge: false });
  await until('the server was asked', () => server.calls.some((call) => call.includes(port.device)));
  const master = async () => (await listLinks()).get(port.device)?.master;
  const told = { port_id: port.port_id, host: 'elsewhere' };

  await server.activate.binding_activate(server.context(), told, { fanout: true });
  server.devices.set(port.device, port);
  await server.activate.binding_activate(server.context(), { ...told, host: 'here' }, { fanout: true });
  await until('it is up', () => server.up.includes(port.device));
  assert.equal(await master(), brq);

  server.devices.set(port.device, away);
  const gone = { ...told, network_id: NET };
  await server.deactivate.binding_deactivate(server.context(), gone, { fanout: true });
  await server.deactivate.binding_deactivate(server.context(), { ...gone, host: 'here' }, { fanout: true });
  await until('it is out of the bridge', async () => (await master()) === undefined);
  server.up.length = 0;
  server.devices.set(port.device, port);
  await server.activate.binding_activate(server.context(), { ...told, host: 'here' }, { fanout: true });
  await until('it is back', async () => (await master()) === brq && server.up.includes(port.device));
});

const takenDown = (server: ScriptedServer, port: ReturnType<typeof details>) => {
  server.devices.set(port.device, { ...port, admin_state_up: false });
  return server.portUpdate.port_update(
    server.context(),
    {
      port: { id: port.port_id } as never,
      network_type: null,
      segmentation_id: null,
      physical_network: null,
    },
    { fanout: true },
  );
};

test('a port whose admin state goes down is taken down and reported so, also when told during other work', async () => {
  const port = details(1, { device_owner: 'network:dhcp' });
  const other = details(2, { device_owner: 'network:dhcp' });
  const server = await newServer(port, other);
  await plugGuest(port, 'guest1', { bridge: false });
  await plugGuest(other, 'guest2', { bridge: false });
  server.beforeReport = () => takenDown(server, other);
  await begin(server);
  await until(
    'one is up, and the other, which was, is down',
    () => server.up.length > 0 && server.down.includes(other.device),
  );
  await takenDown(server, port);
  await until('it is down', () => server.down.includes(port.device));
  assert.equal((await listLinks()).get(port.device)?.up, false);
});

test('while the server cannot answer nothing is torn down, and what went is reported later', async () => {
  const port = details(1, { device_owner: 'network:dhcp' });
  const server = await newServer(port);
  await plugGuest(port, 'guest1', { bridge: false });
  await begin(server);
  await until('it is up', () => server.up.length > 0);
  server.beforeReport = () => Promise.reject(new Error('the database is away'));
  await ip([`link del ${port.device}`]);
  await until('the lost device is reported', () => server.down.includes(port.device));
});

test('two hosts carry a vxlan network by forwarding entries alone', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7 });
  const server = await newServer(port);
  await begin(server);
  await plugGuest(port, 'guest1');
  await until('its table is asked for', () => server.tablesAsked.includes(port.device));
  await remoteGuest();
  const entries = (...list: [string, string][]) => ({
    [NET]: { segment_id: 7, network_type: 'vxlan' as const, ports: { [PEER]: list } },
  });
  await server.l2population.add_fdb_entries(
    server.context(),
    { fdb_entries: entries([FLOOD, '0.0.0.0'], ['fa:16:3e:00:00:09', '10.0.0.9']) },
    { server: 'here' },
  );
  await until('the other host answers', () => pings('guest1', '10.0.0.9'));
  await server.l2population.remove_fdb_entries(
    server.context(),
    { fdb_entries: entries(['fa:16:3e:00:00:09', '10.0.0.9']) },
    { fanout: true },
  );
  await server.l2population.add_fdb_entries(
    server.context(),
    { fdb_entries: entries(['fa:16:3e:00:00:0a', '10.0.0.10']) },
    { fanout: true },
  );
  await until('the new entry is there', async () =>
    (await listFdb({ device: 'vxlan-7' })).some(
      (entry) => entry.mac === 'fa:16:3e:00:00:0a' && entry.permanent,
    ),
  );

  await agent?.stop();
  const before = await wiring();
  server.tablesAsked.length = 0;
  const lost = await whilePinging('guest1', '10.0.0.9', async () => {
    await begin(server);
    await until('the table is asked for again', () => server.tablesAsked.length > 0);
  });
  assert.equal(lost, 0);
  assert.equal(await wiring(), before);
});

/** The other host's end of the network, made by hand. */
async function remoteGuest(): Promise<void> {
  await ip(
    [
      'link add vx type vxlan id 7 local 192.168.81.65 dev lan0 dstport 8472',
      'link set vx address fa:16:3e:00:00:09',
      'addr add 10.0.0.9/24 dev vx',
      'link set vx mtu 1450 up',
    ],
    { netns: 'lan' },
  );
  await bridge([`fdb append ${FLOOD} dev vx dst 192.168.81.66`], { netns: 'lan' });
}

test('the addresses and routes of the NIC move to the bridge and back, and connections live on', async () => {
  const port = details(1, {
    network_type: 'flat',
    physical_network: 'public',
    mtu: 1500,
    device_owner: 'network:dhcp',
  });
  const server = await newServer(port);
  const connection = await talk();
  const lost = await whilePinging(undefined, '203.0.113.1', async () => {
    await plugGuest(port, 'guest1', { bridge: false });
    await begin(server);
    await until('it is up', () => server.up.includes(port.device));
  });
  assert.equal(lost, 0);
  assert.equal(await connection.echo('moved'), 'moved');
  const links = await listLinks();
  assert.equal(links.get('eno1')?.master, brq);
  assert.equal(links.get(brq)?.mac, links.get('eno1')?.mac);
  assert.deepEqual(await global4('eno1'), []);
  assert.deepEqual(await global4(brq), ['192.168.81.66/24']);
  assert.deepEqual(await viaGateway(), [
    ['203.0.113.0/24', brq, 50],
    ['default', brq, undefined],
  ]);

  await ip([`link del ${port.device}`]);
  const lostBack = await whilePinging(undefined, '203.0.113.1', async () => {
    await server.networkDelete.network_delete(server.context(), { network_id: NET }, { fanout: true });
    await until('the bridge is gone', async () => !(await listLinks()).has(brq));
  });
  assert.equal(lostBack, 0);
  assert.equal(await connection.echo('back'), 'back');
  connection.end();
  assert.deepEqual(await global4('eno1'), ['192.168.81.66/24']);
  assert.deepEqual(await viaGateway(), [
    ['203.0.113.0/24', 'eno1', 50],
    ['default', 'eno1', undefined],
  ]);
});

test('a deleted network keeps its bridge while a port is in it', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7, device_owner: 'network:dhcp' });
  const server = await newServer(port);
  await plugGuest(port, 'guest1', { bridge: false });
  await begin(server);
  await until('it is up', () => server.up.includes(port.device));
  await server.networkDelete.network_delete(server.context(), { network_id: NET }, { fanout: true });
  await until('the message is handled', async () => (await listLinks()).has(brq));
  assert.equal((await listLinks()).get(port.device)?.master, brq);
  await ip([`link del ${port.device}`]);
  await until('bridge and tunnel are gone', async () => {
    const links = await listLinks();
    return !links.has(brq) && !links.has('vxlan-7');
  });
});

test('a network that is deleted while the agent still wires one of its ports leaves nothing behind', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7, device_owner: 'network:dhcp' });
  const server = await newServer(port);
  await begin(server);
  const plugged = Promise.withResolvers<void>();
  server.beforeDetails = async () => {
    await plugged.promise;
    await server.networkDelete.network_delete(server.context(), { network_id: NET }, { fanout: true });
    server.devices.clear();
    await ip([`link del ${port.device}`]);
  };
  await plugGuest(port, 'guest1', { bridge: false });
  plugged.resolve();
  await until('the server knows that the device went', () => server.down.includes(port.device));
  await until('bridge and tunnel are gone', async () => {
    const links = await listLinks();
    return !links.has(brq) && !links.has('vxlan-7');
  });
});

test('a VLAN network on a kernel without 8021q is reported down, others are wired all the same', async () => {
  const tagged = details(1, {
    network_id: '22222222-2222-2222-2222-222222222222',
    network_type: 'vlan',
    physical_network: 'public',
    segmentation_id: 100,
    device_owner: 'network:dhcp',
  });
  const plain = details(2, { device_owner: 'network:dhcp' });
  const server = await newServer(tagged, plain);
  await plugGuest(tagged, 'guest1', { bridge: false });
  await plugGuest(plain, 'guest2', { bridge: false });
  await begin(server);
  await until('the plain one is up', () => server.up.includes(plain.device));
  const vlan =
    (
      await run(['ip', 'link', 'add', 'link', 'eno1', 'name', 'probe', 'type', 'vlan', 'id', '9'], {
        allowed: [0, 1, 2],
      })
    ).code === 0;
  assert.equal(server.down.includes(tagged.device), !vlan);
  await ip(['link del brq22222222-22', 'link del probe'], { force: true });
});

const global4 = async (device: string) =>
  (await listAddresses({ device }))
    .filter((one) => one.scope === 'global' && !one.cidr.includes(':'))
    .map((one) => one.cidr);

const viaGateway = async () =>
  (await listRoutes({ family: 4 }))
    .filter((route) => route.via === '192.168.81.254')
    .map((route) => [route.destination, route.device, route.metric])
    .toSorted();

const wiring = async () => {
  const links = [...(await listLinks()).values()].map(({ name, index, master, mtu, up }) =>
    [name, index, master, mtu, up].join(' '),
  );
  const fdb = (await listFdb())
    .filter((entry) => entry.permanent)
    .map((entry) => `${entry.mac} ${entry.destination}`);
  return [...links, ...fdb].toSorted().join('\n');
};

/** Pings every 10 ms while something happens; returns how many answers are missing. */
async function whilePinging(
  netns: string | undefined,
  address: string,
  work: () => Promise<void>,
): Promise<number> {
  const child = start(['ping', '-i', '0.01', '-W', '1', address], { netns });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await work();
  child.kill('SIGINT');
  await once(child, 'close');
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(text)!;
  return Math.max(0, Number(sent) - Number(received) - 1);
}

/** A TCP connection from this host to the LAN that echoes what is said. */
async function talk(): Promise<{ echo(text: string): Promise<string>; end(): void }> {
  const listener = start(
    [
      process.execPath,
      '-e',
      "require('net').createServer((s) => s.pipe(s)).listen(7000, '203.0.113.1', () => console.log('ready'))",
    ],
    { netns: 'lan' },
  );
  await once(listener.stdout, 'data');
  const peer = spawn(process.execPath, [
    '-e',
    "const s = require('net').connect(7000, '203.0.113.1'); process.stdin.pipe(s); s.pipe(process.stdout)",
  ]);
  return {
    async echo(text) {
      peer.stdin.write(text);
      const [data] = (await once(peer.stdout, 'data')) as [Buffer];
      return data.toString();
    },
    end() {
      peer.kill('SIGKILL');
      listener.kill('SIGKILL');
    },
  };
}

test('a machine elsewhere of which the message was lost is learnt when the table is asked for again', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7 });
  const server = await newServer(port);
  await begin(server, {}, { tablesSeconds: 1 });
  await plugGuest(port, 'guest1');
  const tell = (mac: string) => {
    const ports = { [PEER]: [[FLOOD, '0.0.0.0'] as const, [mac, '10.0.0.9'] as const] };
    const fdb_entries = { [NET]: { segment_id: 7, network_type: 'vxlan' as const, ports } };
    return server.l2population.add_fdb_entries(server.context(), { fdb_entries } as never, {
      server: 'here',
    });
  };
  const known = async (mac: string) => (await listFdb()).some((entry) => entry.mac === mac);
  await until('the table is asked for', () => server.tablesAsked.length === 1);
  await tell('fa:16:3e:00:00:98');
  await until('the table is asked for again', () => server.tablesAsked.length > 1);
  await tell('fa:16:3e:00:00:99');
  await until('it is known', () => known('fa:16:3e:00:00:99'));
  assert.ok(await known('fa:16:3e:00:00:98'), 'what the answer does not name stays');
});

test('a machine that went, of which the message was lost, is forgotten; one that came meanwhile stays', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7 });
  const server = await newServer(port);
  const [gone, there, fresh] = ['97', '98', '99'].map((end) => `fa:16:3e:00:00:${end}`) as [
    string,
    string,
    string,
  ];
  const say = (vtep: string, ...macs: string[]) => {
    const ports = { [vtep]: macs.map((mac) => [mac, mac === FLOOD ? '0.0.0.0' : `10.0.0.${mac.slice(-2)}`]) };
    const fdb_entries = { [NET]: { segment_id: 7, network_type: 'vxlan' as const, ports } };
    return server.l2population.add_fdb_entries(server.context(), { fdb_entries } as never, {
      server: 'here',
    });
  };
  const named = new Set([FLOOD, gone, there]);
  /** As the server answers: the others to this host, and this host to all. */
  const answer = async () => {
    await say(PEER, ...named);
    await say(vxlan.localIp, FLOOD);
  };
  let answered = 0;
  const answering = setInterval(() => {
    if (server.tablesAsked.length === answered) return;
    answered = server.tablesAsked.length;
    void answer();
  }, 20);
  const macs = async () =>
    (await listFdb({ device: 'vxlan-7' })).flatMap(({ mac, permanent }) => (permanent ? [mac] : []));
  try {
    await begin(server, {}, { tablesSeconds: 2, toldAfterSeconds: 0.5, compareSeconds: 1 });
    await plugGuest(port, 'guest1');
    await until('both are known', async () => [gone, there].every(await includes(macs)));
    named.delete(gone);
    await say(PEER, fresh);
    await until('the new one is known', async () => (await macs()).includes(fresh));
    named.add(fresh);
    await until('the one is forgotten', async () => !(await macs()).includes(gone), 30);
    assert.ok([FLOOD, there, fresh].every(await includes(macs)));
  } finally {
    clearInterval(answering);
  }
});

test('what carries traffic stays until the answer has come, however late, and goes when it does not name it', async () => {
  const port = details(1, { network_type: 'vxlan', segmentation_id: 7 });
  const server = await newServer(port);
  const [old, told] = ['fa:16:3e:00:00:97', 'fa:16:3e:00:00:98'] as const;
  const say = (vtep: string, mac: string, address: string) => {
    const fdb_entries = {
      [NET]: { segment_id: 7, network_type: 'vxlan' as const, ports: { [vtep]: [[mac, address]] } },
    };
    return server.l2population.add_fdb_entries(server.context(), { fdb_entries } as never, {
      server: 'here',
    });
  };
  const macs = async () => (await listFdb({ device: 'vxlan-7' })).map(({ mac }) => mac);
  await begin(server, {}, { tablesSeconds: 1, toldAfterSeconds: 0.2 });
  await plugGuest(port, 'guest1');
  await until('the table is asked for', () => server.tablesAsked.length > 0);
  await bridge([`fdb append ${old} dev vxlan-7 dst ${PEER}`]);
  await say(PEER, told, '10.0.0.98');
  await until('what is told of is there', async () => (await macs()).includes(told));
  // Long after the answers were due.
  await until('the table is asked for twice more', () => server.tablesAsked.length > 2);
  assert.ok((await macs()).includes(old));
  await until('what an answer does not name is gone', async () => {
    await say(vxlan.localIp, FLOOD, '0.0.0.0');
    return !(await macs()).includes(old);
  });
});

const includes = async (list: () => Promise<string[]>) => {
  const all = await list();
  return (one: string) => all.includes(one);
};
