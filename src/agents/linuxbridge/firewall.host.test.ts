import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { run } from '../../linux/process.ts';
import { writeSysctls } from '../../linux/sysctl.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import type { FirewallRule } from '../../rpc/securitygroups.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { details, filteredPort, heard, pings, plugGuest, ScriptedServer, startTestAgent } from './testing.ts';

const A = 'aaaaaaaa-1111-4111-8111-111111111111';
const B = 'bbbbbbbb-1111-4111-8111-111111111111';
const one = details(1);
const two = details(2);
const egress: FirewallRule = { direction: 'egress', ethertype: 'IPv4' };
const icmp: FirewallRule = { direction: 'ingress', ethertype: 'IPv4', protocol: 'icmp' };
const fromB: FirewallRule = { direction: 'ingress', ethertype: 'IPv4', remote_group_id: B };

const server = new ScriptedServer();
let agent: RunningAgent;

function secure(ruleOfA: FirewallRule[], membersOfB: string[]): void {
  const uses = ruleOfA.some((rule) => rule.remote_group_id === B) ? [B] : [];
  server.info = {
    devices: {
      [one.port_id]: filteredPort(one, { security_groups: [A], security_group_source_groups: uses }),
      [two.port_id]: filteredPort(two, { security_groups: [B] }),
    },
    security_groups: { [A]: [egress, ...ruleOfA], [B]: [egress] },
    sg_member_ips: { [B]: { IPv4: membersOfB.map((address) => [address, null]), IPv6: [] } },
  };
}

const ruleUpdated = () =>
  server.groups.security_groups_rule_updated(server.context(), { security_groups: [A] }, { fanout: true });
const memberUpdated = () =>
  server.groups.security_groups_member_updated(server.context(), { security_groups: [B] }, { fanout: true });

before(async () => {
  writeSysctls({ 'net/bridge/bridge-nf-call-iptables': 1, 'net/bridge/bridge-nf-call-ip6tables': 1 });
  await server.listen();
  for (const port of [one, two]) {
    server.devices.set(port.device, port);
    await plugGuest(port, `guest${port.fixed_ips[0]!.ip_address.at(-1)}`);
  }
  secure([], []);
  agent = await startTestAgent(server, { firewall: 'iptables' });
  await until('both ports are up', () => server.up.length >= 2);
});
after(() => agent.stop());

test('by default nothing comes in, and answers do', async () => {
  assert.equal(await pings('guest2', '10.0.0.1'), false);
});

test('a rule opens, its removal closes, also for a connection that is tracked already', async () => {
  secure([icmp], []);
  await ruleUpdated();
  await until('ping passes', () => pings('guest2', '10.0.0.1'));
  const flow = ['-s', '10.0.0.2', '-d', '10.0.0.1', '-p', 'icmp', '-w', '4097'];
  assert.match((await run(['conntrack', '-L', ...flow])).stdout, /10\.0\.0\.2/);
  secure([], []);
  await ruleUpdated();
  await until('the flow is forgotten', async () => (await run(['conntrack', '-L', ...flow])).stdout === '');
  assert.equal(await pings('guest2', '10.0.0.1'), false);
});

test('a remote group lets its members in, and only while they are members', async () => {
  secure([fromB], ['10.0.0.2']);
  await ruleUpdated();
  await until('the member passes', () => pings('guest2', '10.0.0.1'));
  secure([fromB], []);
  await memberUpdated();
  await until('who is no member is kept out', async () => !(await pings('guest2', '10.0.0.1')));
});

test('a rule that this host cannot match closes nothing else', async () => {
  secure([{ ...icmp, protocol: 'udplite', port_range_min: 5, port_range_max: 5 }, icmp], []);
  await ruleUpdated();
  await until('ping passes', () => pings('guest2', '10.0.0.1'));
});

test("an address that is not the port's is kept in, in ARP and in IP", async () => {
  secure([icmp], []);
  await ruleUpdated();
  await until('ping passes', () => pings('guest2', '10.0.0.1'));
  await run(['ip', 'addr', 'add', '10.0.0.77/24', 'dev', 'eth0'], { netns: 'guest2' });
  const spoofed = await run(['ping', '-c1', '-W1', '-I', '10.0.0.77', '10.0.0.1'], {
    netns: 'guest2',
    allowed: [0, 1],
  });
  assert.equal(spoofed.code, 1);
  await run(['ip', 'link', 'set', 'eth0', 'address', '02:00:00:00:00:99'], { netns: 'guest2' });
  assert.equal(await pings('guest2', '10.0.0.1'), false);
  await run(['ip', 'link', 'set', 'eth0', 'address', two.mac_address], { netns: 'guest2' });
});

test('an allowed address pair lets the port use another address, however the pair is written', async () => {
  const pair = {
    mac_address: two.mac_address.toUpperCase().replaceAll(':', '-'),
    ip_address: '10.0.0.77/28',
  };
  const asOther = async () => {
    const ping = ['ping', '-c1', '-W1', '-I', '10.0.0.77', '10.0.0.1'];
    return (await run(ping, { netns: 'guest2', allowed: [0, 1] })).code === 0;
  };
  const pairs = async (allowed_address_pairs: (typeof pair)[]) => {
    const port = { ...two, allowed_address_pairs };
    server.devices.set(two.device, port);
    secure([icmp, fromB], ['10.0.0.2', ...allowed_address_pairs.map(({ ip_address }) => ip_address)]);
    server.info.devices[two.port_id] = filteredPort(port, { security_groups: [B] });
    const bound = { network_type: 'local', segmentation_id: null, physical_network: null } as const;
    const args = { port: { id: two.port_id } as PortDict, ...bound };
    await server.portUpdate.port_update(server.context(), args, { fanout: true });
    await ruleUpdated();
  };
  await pairs([pair]);
  await until('the other address passes', asOther);
  assert.match((await run(['ipset', 'save'])).stdout, /add NIPv4bbbbbbbb\S* 10\.0\.0\.64\/28/);
  await pairs([]);
  await until('without the pair it is kept in', async () => !(await asOther()));
  await pairs([pair]);
  await until('the other address passes again', asOther);
});

test('a second agent finds everything in place and writes nothing', async () => {
  await agent.stop();
  const before = await dump();
  server.up.length = 0;
  agent = await startTestAgent(server, { firewall: 'iptables' });
  await until('both ports are up', () => server.up.length >= 2);
  assert.equal(await dump(), before);
});

test('without ipset the members stand in the rules', async () => {
  await agent.stop();
  secure([fromB], ['10.0.0.2', '10.0.0.9']);
  server.up.length = 0;
  agent = await startTestAgent(server, { firewall: 'iptables', ipset: false });
  await until('both ports are up', () => server.up.length >= 2);
  const { stdout } = await run(['iptables-save', '-t', 'filter']);
  assert.match(stdout, /-s 10\.0\.0\.9\/32 -j RETURN/);
  assert.equal((await run(['ipset', 'list', '-n'])).stdout, '');
  assert.equal(await pings('guest2', '10.0.0.1'), true);
});

test('a port without port security is trusted, and its chains go', async () => {
  server.devices.set(one.device, { ...one, port_security_enabled: false });
  const open = filteredPort(one, { port_security_enabled: false, security_groups: [] });
  server.info = { ...server.info, devices: { ...server.info.devices, [one.port_id]: open } };
  const port = { ...filteredPort(one), fixed_ips: one.fixed_ips };
  await server.portUpdate.port_update(
    server.context(),
    { port, network_type: 'local', segmentation_id: null, physical_network: null },
    { fanout: true },
  );
  await until(
    'its chain is gone',
    async () =>
      !(await run(['iptables-save'])).stdout.includes(`neutron-linuxbri-i${one.device.slice(3, 13)}`),
  );
  await until(
    'its spoofing chains are gone',
    async () => !(await run(['ebtables-save'])).stdout.includes(one.device),
  );
  assert.equal(await pings('guest2', '10.0.0.1'), true);
});

test('an agent that starts without any device filters the first that appears', async () => {
  await agent.stop();
  await run(['ip', 'link', 'del', one.device]);
  await run(['ip', 'link', 'del', two.device]);
  server.devices.set(one.device, one);
  secure([], []);
  server.up.length = 0;
  agent = await startTestAgent(server, { firewall: 'iptables' });
  await until(
    'filters of before are gone',
    async () => !(await run(['iptables-save'])).stdout.includes(one.device),
  );
  for (const port of [one, two]) await plugGuest(port, `again${port.fixed_ips[0]!.ip_address.at(-1)}`);
  await until('both ports are up', () => server.up.includes(one.device) && server.up.includes(two.device));
  assert.equal(await pings('again2', '10.0.0.1'), false);
  secure([icmp], []);
  await ruleUpdated();
  await until('ping passes', () => pings('again2', '10.0.0.1'));
});

test('a rule that is added while a device is asked about for the first time holds for it', async () => {
  secure([], []);
  await ruleUpdated();
  await until('ping is dropped', async () => !(await pings('again2', '10.0.0.1')));
  await agent.stop();
  server.beforeFilters = async () => {
    secure([icmp], []);
    await ruleUpdated();
    await heard();
  };
  agent = await startTestAgent(server, { firewall: 'iptables' });
  await until('ping passes', () => pings('again2', '10.0.0.1'));
});

async function dump(): Promise<string> {
  const saved = await Promise.all(
    [['iptables-save'], ['ip6tables-save'], ['ebtables-save'], ['ipset', 'save'], ['ip', '-o', 'link']].map(
      (command) => run(command),
    ),
  );
  return saved.map(({ stdout }) => stdout.replace(/^#.*$|\[\d+:\d+\]/gm, '')).join('\n');
}
