import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { configOf } from '../../config/load.ts';
import { ip } from '../../linux/batch.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { type RunningAgent, startAgent } from '../runtime/agent.ts';
import { dhcpAgentParts } from './agent.ts';
import { type FakePlugin, fakePlugin, networkOf, portOf, subnetOf } from './testing.ts';

const networkId = '11111111-1111-4111-8111-111111111111';
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
  plugin = await fakePlugin(inProcess(bus), [networkOf(networkId, subnets, [vm])]);
  const config = configOf(`[DEFAULT]\nstate_path = ${state}\ninterface_driver = linuxbridge\n`);
  const runtime = {
    config,
    log: recordingLog(),
    transport: inProcess(bus),
    host: 'controller',
    newContext: () => adminContext(),
  };
  running = await startAgent(runtime, await dhcpAgentParts(runtime), { intervalSeconds: 30, logged: false });
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

/** Asks as a DHCPv6 client: SOLICIT with the link's DUID and one IA_NA; prints the reply in hex. */
const solicit = `
  const mac = Buffer.from(process.argv[1].replaceAll(':', ''), 'hex');
  const option = (code, data) => Buffer.concat([Buffer.from([code >> 8, code, data.length >> 8, data.length]), data]);
  const message = Buffer.concat([
    Buffer.from([1, 1, 2, 3]),
    option(1, Buffer.concat([Buffer.from([0, 3, 0, 1]), mac])),
    option(3, Buffer.from([0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0])),
    option(8, Buffer.from([0, 0])),
  ]);
  const socket = require('node:dgram').createSocket('udp6');
  const hasNoAddress = (hex) => /000d.{4}0002/.test(hex); // its server's interface has its own address only just now
  socket.on('message', (reply) => {
    const hex = reply.toString('hex');
    if (hasNoAddress(hex)) return;
    console.log(hex);
    process.exit(0);
  });
  socket.bind(546, () => {
    const send = () => socket.send(message, 547, 'ff02::1:2%eth0', () => {});
    send();
    setInterval(send, 300);
    setTimeout(() => process.exit(1), 10000);
  });`;

test('a DHCPv6 client is offered the port’s address', async () => {
  const tap = (await run(['ip', '-o', 'link', 'show', 'type', 'veth'])).stdout.match(/tap[^@:]+/)![0];
  await ensureNamespace('guest', { 'net/ipv6/conf/default/accept_dad': 0 });
  await ip([
    'link add brq type bridge',
    'link set brq up',
    `link set ${tap} master brq`,
    `link add guest-tap type veth peer name eth0 address ${mac} netns guest`,
    'link set guest-tap master brq up',
  ]);
  await ip(['link set eth0 up'], { netns: 'guest' });
  const { stdout } = await run([process.execPath, '-e', solicit, mac], { netns: 'guest' });
  assert.match(stdout, /^02010203/, 'an ADVERTISE');
  assert.match(stdout, /fd0000060000000000000000000001ac/, 'with the address');
});
