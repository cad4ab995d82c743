import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ipsetName, listIpsets } from '../../linux/ipset.ts';
import { run } from '../../linux/process.ts';
import { writeSysctls } from '../../linux/sysctl.ts';
import type { FirewallRule, SecurityGroupInfo } from '../../rpc/securitygroups.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { details, filteredPort, pings, plugGuest, ScriptedServer, startTestAgent } from './testing.ts';

const GROUP = 'aaaaaaaa-1111-4111-8111-111111111111';
const MEMBERS = 'bbbbbbbb-1111-4111-8111-111111111111';
const ADDRESSES = 'cccccccc-1111-4111-8111-111111111111';
const one = details(1);
const two = details(2);
const three = details(3);
const in4 = { direction: 'ingress', ethertype: 'IPv4' } as const;
const egress: FirewallRule = { direction: 'egress', ethertype: 'IPv4' };
const fromAddresses: FirewallRule = { ...in4, protocol: 'icmp', remote_address_group_id: ADDRESSES };
const fromMembers: FirewallRule = { ...in4, protocol: 'tcp', remote_group_id: MEMBERS };

const server = new ScriptedServer();
let agent: RunningAgent;

function secure(addresses: string[], rules: FirewallRule[] = [fromAddresses, fromMembers]): void {
  server.info = {
    devices: {
      [one.port_id]: filteredPort(one, {
        security_groups: [GROUP],
        security_group_source_groups: [MEMBERS],
        security_group_remote_address_groups: [ADDRESSES],
      }),
      [two.port_id]: filteredPort(two, { security_groups: [MEMBERS] }),
      [three.port_id]: filteredPort(three, { security_groups: [MEMBERS] }),
    },
    security_groups: { [GROUP]: [egress, ...rules], [MEMBERS]: [egress] },
    sg_member_ips: {
      [MEMBERS]: { IPv4: [['10.0.0.9', null]], IPv6: [] },
      [ADDRESSES]: { IPv4: addresses.map((address) => [address, null]), IPv6: [] },
    },
  };
}

/** What the server pushes when the addresses of a group change. */
const addressGroupUpdated = () =>
  server.addressGroups.push(
    server.context(),
    {
      event_type: 'updated',
      resource_list: [
        {
          'versioned_object.name': 'AddressGroup',
          'versioned_object.namespace': 'versionedobjects',
          'versioned_object.version': '1.2',
          'versioned_object.data': { id: ADDRESSES },
        },
      ],
    },
    { fanout: true },
  );

const membersOf = async (group: string, ethertype: 'IPv4' | 'IPv6' = 'IPv4') =>
  [...((await listIpsets()).get(ipsetName(group, ethertype))?.members ?? [])].sort();
const rules = async () =>
  (await run(['iptables-save', '-c'])).stdout.replace(/^#.*$|^:.*$|\[\d+:\d+\]/gm, '');

before(async () => {
  writeSysctls({ 'net/bridge/bridge-nf-call-iptables': 1, 'net/bridge/bridge-nf-call-ip6tables': 1 });
  await server.listen();
  for (const port of [one, two, three]) {
    server.devices.set(port.device, port);
    await plugGuest(port, `guest${port.fixed_ips[0]!.ip_address.at(-1)}`);
  }
  secure(['10.0.0.2/32', '192.0.2.0/24']);
  agent = await startTestAgent(server, { firewall: 'iptables' });
  await until('all ports are up', () => server.up.length >= 3);
});
after(() => agent.stop());

test('an address group lets in who is in it, and nobody else', async () => {
  assert.deepEqual(await membersOf(ADDRESSES), ['10.0.0.2', '192.0.2.0/24']);
  assert.match(await rules(), new RegExp(`-p icmp -m set --match-set ${ipsetName(ADDRESSES, 'IPv4')} src`));
  assert.equal(await pings('guest2', '10.0.0.1'), true);
  assert.equal(await pings('guest3', '10.0.0.1'), false);
});

test('other addresses change the set alone', async () => {
  const before = await rules();
  server.calls.length = 0;
  secure(['10.0.0.3/32']);
  await addressGroupUpdated();
  await until('the new address passes', () => pings('guest3', '10.0.0.1'));
  assert.equal(await pings('guest2', '10.0.0.1'), false);
  assert.deepEqual(await membersOf(ADDRESSES), ['10.0.0.3']);
  assert.deepEqual(await membersOf(MEMBERS), ['10.0.0.9']);
  assert.equal(await rules(), before);
  assert.deepEqual(server.calls, [`filters ${one.device}`]);
});

test('a block of addresses lets all of them in', async () => {
  secure(['10.0.0.2/31', '0.0.0.0/0']);
  await addressGroupUpdated();
  await until('one of the block passes', () => pings('guest2', '10.0.0.1'));
  assert.equal(await pings('guest3', '10.0.0.1'), true);
  assert.deepEqual(await membersOf(ADDRESSES), ['0.0.0.0/1', '10.0.0.2/31', '128.0.0.0/1']);
});

test('an answer about rules of one family leaves the members of the other', async () => {
  const groupsChanged = (security_groups: string[]) =>
    server.groups.security_groups_rule_updated(server.context(), { security_groups }, { fanout: true });
  const tell = (members: SecurityGroupInfo['sg_member_ips'][string]) => {
    server.info.sg_member_ips = { ...server.info.sg_member_ips, [ADDRESSES]: members };
  };
  secure([]);
  const in6: FirewallRule = { ...fromAddresses, ethertype: 'IPv6', protocol: 'tcp' };
  server.info.security_groups = { ...server.info.security_groups, [MEMBERS]: [egress, in6] };
  tell({ IPv4: [['10.0.0.2', null]], IPv6: [['fd00::/64', null]] });
  await groupsChanged([GROUP, MEMBERS]);
  await until('both families are there', async () => (await membersOf(ADDRESSES, 'IPv6')).length === 1);
  tell({ IPv4: [['10.0.0.3', null]] });
  await groupsChanged([GROUP]);
  await until('the one changes', async () => (await membersOf(ADDRESSES))[0] === '10.0.0.3');
  assert.deepEqual(await membersOf(ADDRESSES, 'IPv6'), ['fd00::/64']);
});

test('with the last rule that uses it the set goes', async () => {
  secure([], [fromMembers]);
  const changed = { security_groups: [GROUP] };
  await server.groups.security_groups_rule_updated(server.context(), changed, { fanout: true });
  await until('the set is gone', async () => !(await listIpsets()).has(ipsetName(ADDRESSES, 'IPv4')));
  assert.deepEqual(await membersOf(MEMBERS), ['10.0.0.9']);
  assert.equal(await pings('guest2', '10.0.0.1'), false);
});
