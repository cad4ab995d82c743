import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ip } from '../../linux/batch.ts';
import { listLinks } from '../../linux/links.ts';
import { ensureNamespace, listNamespaces } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn } from '../runtime/testing.ts';
import { dhcpAgentParts } from './agent.ts';
import { type FakePlugin, fakePlugin, networkOf, portOf, subnetOf } from './testing.ts';

const networkId = '11111111-1111-4111-8111-111111111111';
const statelessId = '22222222-2222-4222-8222-222222222222';
const mac = 'fa:16:3e:aa:00:05';
const state = mkdtempSync(join(tmpdir(), 'dhcp6-'));
const bus = new Bus();
let plugin: FakePlugin;
let running: RunningAgent;

before(async () => {
  chmodSync(state, 0o755);
  const v6 = { ip_version: 6, ipv6_ra_mode: null, gateway_ip: 'fd00:6::ff' } as const;
  const subnets = [
    subnetOf(networkId, { ...v6, id: 'stateful', cidr: 'fd00:6::/64', ipv6_address_mode: 'dhcpv6-stateful' }),
    subnetOf(networkId, { ...v6, id: 'slaac', cidr: 'fd00:7::/64', ipv6_address_mode: 'slaac' }),
  ];
  const vm = portOf(networkId, {
    id: 'vm',
    mac_address: mac,
    fixed_ips: [
      { subnet_id: 'stateful', ip_address: 'fd00:6::1ac' },
      { subnet_id: 'slaac', ip_address: 'fd00:7::f816:3eff:feaa:5' },
    ],
  });
  const stateless = subnetOf(statelessId, {
    ...v6,
    id: 'stateless',
    cidr: 'fd00:8::/64',
    ipv6_address_mode: 'dhcpv6-stateless',
    dns_nameservers: ['fd00:8::53'],
  });
  const networks = [networkOf(networkId, subnets, [vm]), networkOf(statelessId, [stateless])];
  plugin = await fakePlugin(inProcess(bus), networks);
  const configuration = `[DEFAULT]\nhost = controller\nstate_path = ${state}\ninterface_driver = linuxbridge\n`;
  running = await startAgentOn(bus, configuration, dhcpAgentParts);
  await until('served', () => plugin.ready.includes('vm'));
});

after(async () => {
  await running.stop();
  await plugin.close();
  rmSync(state, { recursive: true, force: true });
});

test('the host file and the namespace of an IPv6 network', async () => {
  assert.equal(
    readFileSync(join(state, 'dhcp', networkId, 'host'), 'utf8'),
    `${mac},tag:dhcpv6,host-fd00-6--1ac.openstacklocal,[fd00:6::1ac]\n`,
  );
  const netns = `qdhcp-${networkId}`;
  const { stdout } = await run(['ip', '-6', 'route', 'show', 'default'], { netns });
  assert.match(stdout, /default via fd00:6::ff dev ns-\S+ proto static/);
});

/**
 * A DHCPv6 client of one run: `lease` asks for an address (SOLICIT, REQUEST), `options` for name servers alone
 * (INFORMATION-REQUEST); prints the REPLY in hex.
 */
const dhcp6Client = `
  const [what, mac] = process.argv.slice(1);
  const hex = (text) => Buffer.from(text.replaceAll(':', ''), 'hex');
  const option = (code, data) => Buffer.concat([Buffer.from([code >> 8, code, data.length >> 8, data.length]), data]);
  const client = option(1, Buffer.concat([Buffer.from([0, 3, 0, 1]), hex(mac)]));
  const elapsed = option(8, Buffer.from([0, 0]));
  const association = (inner) => option(3, Buffer.concat([hex('000000070000000000000000'), inner]));
  const message = (type, ...options) => Buffer.concat([Buffer.from([type, 1, 2, 3]), client, elapsed, ...options]);
  const [SOLICIT, ADVERTISE, REQUEST, REPLY, INFORMATION_REQUEST] = [1, 2, 3, 7, 11];
  const optionsOf = (data) => {
    const found = new Map();
    for (let at = 0; at < data.length; at += 4 + data.readUInt16BE(at + 2))
      found.set(data.readUInt16BE(at), data.subarray(at + 4, at + 4 + data.readUInt16BE(at + 2)));
    return found;
  };
  const socket = require('node:dgram').createSocket('udp6');
  const send = (packet) => socket.send(packet, 547, 'ff02::1:2%eth0', () => {});
  socket.on('message', (packet) => {
    if (packet[0] === REPLY) {
      console.log(packet.toString('hex'));
      process.exit(0);
    }
    const given = optionsOf(packet.subarray(4));
    const address = optionsOf((given.get(3) ?? Buffer.alloc(12)).subarray(12)).get(5);
    // Without one: the server's interface has its own address only just now.
    if (packet[0] === ADVERTISE && address)
      send(message(REQUEST, option(2, given.get(2)), association(option(5, address))));
  });
  socket.bind(546, () => {
    const ask = () =>
      send(what === 'lease' ? message(SOLICIT, association(Buffer.alloc(0))) : message(INFORMATION_REQUEST, option(6, hex('0017'))));
    ask();
    setInterval(ask, 300);
    setTimeout(() => process.exit(1), 10000);
  });`;

const asks = async (guest: string, what: 'lease' | 'options'): Promise<string> =>
  (await run([process.execPath, '-e', dhcp6Client, what, mac], { netns: guest })).stdout;

/** Puts a guest and the DHCP agent's tap of the network on a bridge, as the L2 agent does. */
async function plugGuest(guest: string, network: string): Promise<void> {
  const netns = `qdhcp-${network}`;
  const device = async () => [...(await listLinks(netns)).keys()].find((name) => name.startsWith('ns-'));
  await until('the network is served', async () => listNamespaces().includes(netns) && (await device()));
  const tap = (await device())!.replace('ns-', 'tap');
  await ensureNamespace(guest, { 'net/ipv6/conf/default/accept_dad': 0 });
  await ip([
    `link add br-${guest} type bridge`,
    `link set br-${guest} up`,
    `link set ${tap} master br-${guest}`,
    `link add ${guest}-tap type veth peer name eth0 address ${mac} netns ${guest}`,
    `link set ${guest}-tap master br-${guest} up`,
  ]);
  await ip(['link set eth0 up'], { netns: guest });
}

test('a DHCPv6 client gets the port’s address', async () => {
  await plugGuest('one', networkId);
  const reply = await asks('one', 'lease');
  assert.match(reply, /^07010203/, 'a REPLY');
  assert.match(reply, /0005....fd0000060000000000000000000001ac/, 'with the address');
  const leases = join(state, 'dhcp', networkId, 'leases');
  await until('the lease is in its file', () => readFileSync(leases, 'utf8').includes('fd00:6::1ac'));
});

test('a client that makes its own address gets the name servers', async () => {
  await plugGuest('two', statelessId);
  const reply = await asks('two', 'options');
  assert.match(reply, /^07010203/, 'a REPLY');
  assert.match(reply, /00170010fd000008000000000000000000000053/, 'with the subnet’s name server');
});
