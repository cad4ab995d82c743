import '../../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ip } from '../../../linux/batch.ts';
import { listLinks } from '../../../linux/links.ts';
import { ensureNamespace, listNamespaces } from '../../../linux/netns.ts';
import { bridgeName, probeNamespace } from '../../../net/names.ts';
import { adminContext } from '../../../rpc/context.ts';
import { client } from '../../../rpc/interface.ts';
import type { DeviceDetails } from '../../../rpc/l2plugin.ts';
import { PROBE_OWNER, type Probe, type ProbePort, probes } from '../../../rpc/probes.ts';
import { until } from '../../../testing/until.ts';
import type { RunningAgent } from '../../runtime/agent.ts';
import { details, filteredPort, NET, ScriptedServer, startTestAgent } from '../testing.ts';

const GROUP = 'g';
const server = new ScriptedServer();
const rpc = client(server.transport, probes);
let agent: RunningAgent;

const one = details(1, { device_owner: PROBE_OWNER });
const two = details(2, { device_owner: PROBE_OWNER });

const probePort = (port: DeviceDetails, minutes = 5): ProbePort => ({
  id: port.port_id,
  mac_address: port.mac_address,
  mtu: port.mtu,
  addresses: port.fixed_ips.map(({ ip_address }) => `${ip_address}/24`),
  gateway: null,
  minutes,
});
const plug = (port: DeviceDetails, minutes?: number) =>
  rpc.plug(adminContext(), { port: probePort(port, minutes) }, { server: 'here' });
const run = (port: DeviceDetails, probe: Probe) =>
  rpc.run(adminContext(), { port_id: port.port_id, probe }, { server: 'here' });
const unplug = async (port: DeviceDetails) => {
  await rpc.unplug(adminContext(), { port_id: port.port_id }, { server: 'here' });
  await until('it is unplugged', () => !probeNamespaces().includes(probeNamespace(port.port_id)));
};
const start = async () => {
  agent = await startTestAgent(server, { firewall: 'iptables' });
};
const probeNamespaces = () => listNamespaces().filter((name) => name.startsWith('qprobe-'));
const taps = async () => [...(await listLinks()).keys()].filter((name) => name.startsWith('tap'));

before(async () => {
  await server.listen();
  for (const port of [one, two]) {
    server.devices.set(port.device, port);
    server.info.devices[port.port_id] = filteredPort(port, {
      security_groups: [GROUP],
      security_group_rules: [
        { direction: 'egress', ethertype: 'IPv4', security_group_id: GROUP },
        { direction: 'ingress', ethertype: 'IPv4', protocol: 'icmp', security_group_id: GROUP },
        {
          direction: 'ingress',
          ethertype: 'IPv4',
          protocol: 'tcp',
          port_range_min: 22,
          port_range_max: 22,
          security_group_id: GROUP,
        },
      ],
    } as never);
  }
  await start();
});
after(() => agent.stop());
afterEach(async () => {
  for (const port of [one, two]) await unplug(port);
});

test('a probe port is wired, filtered and reported like a guest, and nothing is left of it', async () => {
  await Promise.all([plug(one), plug(two)]);
  const echo = await run(one, { kind: 'echo', target: '10.0.0.2', seconds: 20 });
  assert.equal(echo.result, 'pass', echo.evidence.join());
  const links = await listLinks();
  for (const { device } of [one, two]) assert.equal(links.get(device)?.master, bridgeName(NET));
  await until('both are reported', () => [one, two].every(({ device }) => server.up.includes(device)));
  const arp = await run(one, { kind: 'arp', target: '10.0.0.2', seconds: 20 });
  assert.deepEqual(arp.measured.macs, [two.mac_address]);
  const opened = await run(one, { kind: 'tcp', target: '10.0.0.2', port: 22, seconds: 20 });
  assert.deepEqual([opened.result, opened.measured.answer], ['pass', 'refused']);
  const closed = await run(one, { kind: 'tcp', target: '10.0.0.2', port: 23, seconds: 0.5 });
  assert.deepEqual([closed.result, closed.measured.answer], ['fail', 'timeout']);

  for (const port of [one, two]) await unplug(port);
  assert.deepEqual([probeNamespaces(), await taps()], [[], []]);
});

test('a packet of the MTU passes and one byte more does not', async () => {
  await Promise.all([plug(one), plug(two)]);
  const fits = await run(one, { kind: 'echo', target: '10.0.0.2', size: one.mtu, seconds: 20 });
  assert.equal(fits.result, 'pass', fits.evidence.join());
  const exceeds = await run(one, { kind: 'echo', target: '10.0.0.2', size: one.mtu + 1 });
  assert.deepEqual([exceeds.result, exceeds.measured.mtu], ['fail', one.mtu]);
});

test('plugging twice keeps what is there, and what nobody answers is a failure in words', async () => {
  await plug(one);
  const before = (await listLinks()).get(one.device)!.index;
  await plug(one);
  assert.equal((await listLinks()).get(one.device)!.index, before);
  const cases: [Probe, RegExp][] = [
    [{ kind: 'arp', target: '10.0.0.9', seconds: 0.3 }, /nobody answers ARP for 10\.0\.0\.9/],
    [{ kind: 'echo', target: '10.9.0.1', seconds: 0.3 }, /10\.9\.0\.1: there is no route/],
    [{ kind: 'dhcp', seconds: 0.5 }, /no DHCP server offers an address/],
    [{ kind: 'http', target: '169.254.169.254', path: '/', seconds: 0.3 }, /http:\/\/169\.254\.169\.254\/: /],
    [{ kind: 'dns', target: '10.0.0.9', name: 'a.example', seconds: 0.3 }, /10\.0\.0\.9 does not answer/],
  ];
  for (const [probe, words] of cases) {
    const { result, evidence } = await run(one, probe);
    assert.equal(result, 'fail', probe.kind);
    assert.match(evidence.join(), words);
  }
});

test('a port that is not plugged, or that the server does not know, is not checked', async () => {
  const unplugged = await run(one, { kind: 'echo', target: '10.0.0.2' });
  assert.deepEqual([unplugged.result, unplugged.evidence], ['not checked', ['the port is not plugged']]);
  server.devices.delete(two.device);
  await plug(two);
  const unknown = await run(two, { kind: 'echo', target: '10.0.0.1' });
  server.devices.set(two.device, two);
  assert.equal(unknown.result, 'not checked');
  assert.match(unknown.evidence.join(), /the server does not name it as a port of this host/);
});

test('the agent removes forgotten probes when it starts again, and leaves those of neutron-debug', async () => {
  await plug(one, -1);
  await plug(two);
  const foreign = 'qprobe-33333333-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  const unfinished = 'qprobe-44444444-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  await ensureNamespace(foreign);
  await ensureNamespace(unfinished);
  await ip(['link add ns-debug type bridge'], { netns: foreign });
  server.devices.set('tap33333333-aa', details(33333333));
  await agent.stop();
  await start();
  await until('the old ones are gone', () => probeNamespaces().length === 2);
  assert.deepEqual(probeNamespaces(), [probeNamespace(two.port_id), foreign].sort());

  server.devices.delete(two.device);
  await agent.stop();
  await start();
  await until('the one without a port is gone', () => probeNamespaces().length === 1);
  assert.deepEqual(probeNamespaces(), [foreign]);
  await until('its tap is gone', async () => (await taps()).length === 0);
});
