import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { run } from '../../linux/process.ts';
import { writeSysctls } from '../../linux/sysctl.ts';
import type { FirewallRule } from '../../rpc/securitygroups.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { details, filteredPort, pings, plugGuest, ScriptedServer, startTestAgent } from './testing.ts';

const A = 'aaaaaaaa-1111-4111-8111-111111111111';
const B = 'bbbbbbbb-1111-4111-8111-111111111111';
const one = details(1);
const two = details(2);
const server = new ScriptedServer();
let agent: RunningAgent;

const egress = (stateful: boolean): FirewallRule => ({ direction: 'egress', ethertype: 'IPv4', stateful });
/** Echo replies (type 0) or requests (type 8) may come in. */
const icmp = (type: number, stateful: boolean): FirewallRule => ({
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: 'icmp',
  port_range_min: type,
  stateful,
});

async function secure(ofA: FirewallRule[], ofB: FirewallRule[]): Promise<void> {
  server.info = {
    devices: {
      [one.port_id]: filteredPort(one, { security_groups: [A] }),
      [two.port_id]: filteredPort(two, { security_groups: [B] }),
    },
    security_groups: { [A]: ofA, [B]: ofB },
    sg_member_ips: {},
  };
  const changed = { security_groups: [A, B] };
  await server.groups.security_groups_rule_updated(server.context(), changed, { fanout: true });
}

const tracked = async () => (await run(['conntrack', '-L', '-p', 'icmp'])).stdout;
const raw = async () => (await run(['iptables-save', '-t', 'raw'])).stdout;
const notracks = async () => (await raw()).match(/--notrack$/gm)?.length ?? 0;

before(async () => {
  writeSysctls({ 'net/bridge/bridge-nf-call-iptables': 1, 'net/bridge/bridge-nf-call-ip6tables': 1 });
  await server.listen();
  for (const port of [one, two]) {
    server.devices.set(port.device, port);
    await plugGuest(port, `guest${port.fixed_ips[0]!.ip_address.at(-1)}`);
  }
  await secure([egress(false)], [egress(false), icmp(8, false)]);
  agent = await startTestAgent(server, { firewall: 'iptables' });
  await until('both ports are up', () => server.up.length >= 2);
});
after(() => agent.stop());

test('nothing of stateless ports is tracked: an answer needs a rule of its own', async () => {
  assert.equal(await notracks(), 6);
  assert.match(await raw(), new RegExp(`physdev-in ${one.device} .*"Make ${one.device.slice(4)} stateless"`));
  assert.equal(await pings('guest1', '10.0.0.2'), false);
  await secure([egress(false), icmp(0, false)], [egress(false), icmp(8, false)]);
  await until('the answer comes in', () => pings('guest1', '10.0.0.2'));
  assert.equal(await tracked(), '');
});

test('when its groups become stateful a port needs no rule for answers', async () => {
  await secure([egress(true)], [egress(true), icmp(8, true)]);
  await until('nothing is exempt from tracking', async () => (await notracks()) === 0);
  await until('the answer comes in', () => pings('guest1', '10.0.0.2'));
  // The agent forgets connections of before a moment after its rules are in force.
  await until('it is tracked', async () => {
    assert.ok(await pings('guest1', '10.0.0.2'));
    return /10\.0\.0\.2/.test(await tracked());
  });
});

test('a stateless port does not cut the connections of a stateful one beside it', async () => {
  await secure([egress(false), icmp(8, false)], [egress(true), icmp(8, true)]);
  await until('one port is exempt', async () => (await notracks()) === 3);
  assert.equal(await pings('guest2', '10.0.0.1'), true);
  await secure([egress(true), icmp(8, true)], [egress(false), icmp(8, false)]);
  await until('the other is', async () => (await raw()).includes(`${two.device.slice(4)} stateless`));
  assert.equal(await pings('guest1', '10.0.0.2'), true);
});
