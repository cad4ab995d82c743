import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FirewallRule } from '../../../rpc/securitygroups.ts';
import { staleFlows } from './flows.ts';
import { ruleText, ruleTexts } from './rule.ts';
import { Zones } from './zones.ts';

const in4 = { direction: 'ingress', ethertype: 'IPv4' } as const;
const in6 = { direction: 'ingress', ethertype: 'IPv6' } as const;
const out4 = { direction: 'egress', ethertype: 'IPv4' } as const;

const texts: [FirewallRule, string][] = [
  [in4, '-j RETURN'],
  [{ ...in4, protocol: '0' }, '-j RETURN'],
  [{ ...in4, protocol: 'tcp' }, '-p tcp -j RETURN'],
  [{ ...in4, protocol: '6', port_range_min: 22, port_range_max: 22 }, '-p tcp -m tcp --dport 22 -j RETURN'],
  [
    { ...in4, protocol: 'tcp', port_range_min: 1, port_range_max: 65535 },
    '-p tcp -m tcp -m multiport --dports 1:65535 -j RETURN',
  ],
  [
    {
      ...in4,
      protocol: 'udp',
      source_port_range_min: 67,
      source_port_range_max: 67,
      port_range_min: 68,
      port_range_max: 68,
    },
    '-p udp -m udp --sport 67 --dport 68 -j RETURN',
  ],
  [{ ...in4, protocol: 'icmp' }, '-p icmp -j RETURN'],
  [{ ...in4, protocol: 'icmp', port_range_min: 8 }, '-p icmp -m icmp --icmp-type 8 -j RETURN'],
  [
    { ...in4, protocol: 'icmp', port_range_min: 8, port_range_max: 0 },
    '-p icmp -m icmp --icmp-type 8/0 -j RETURN',
  ],
  [{ ...in6, protocol: 'icmp', port_range_min: 128 }, '-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j RETURN'],
  [
    { ...in6, protocol: 'ipv6-icmp', port_range_min: 128 },
    '-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j RETURN',
  ],
  [{ ...in6, protocol: 'icmpv6' }, '-p ipv6-icmp -j RETURN'],
  [{ ...in4, protocol: 'tcp', source_ip_prefix: '10.0.0.9/8' }, '-s 10.0.0.0/8 -p tcp -j RETURN'],
  [{ ...in4, source_ip_prefix: '0.0.0.0/0' }, '-j RETURN'],
  [{ ...in4, source_ip_prefix: '10.0.0.9' }, '-s 10.0.0.9/32 -j RETURN'],
  [
    { ...out4, dest_ip_prefix: '10.0.0.0/24', protocol: 'sctp', port_range_min: 5, port_range_max: 6 },
    '-d 10.0.0.0/24 -p sctp -m sctp -m multiport --dports 5:6 -j RETURN',
  ],
  [{ ...in6, source_ip_prefix: 'FD00:0::/64' }, '-s fd00::/64 -j RETURN'],
];

for (const [rule, text] of texts) test(`a rule becomes ${text}`, () => assert.equal(ruleText(rule), text));

test('a remote group is a set, or without ipset its members but for the port itself', () => {
  const group = 'cccccccc-1111-4111-8111-111111111111';
  const members = new Map([
    [
      group,
      {
        IPv4: [
          ['10.0.0.1', null],
          ['10.0.0.2', null],
          ['10.9.0.0/16', 'fa:16:3e:00:00:01'],
        ] as [string, string | null][],
        IPv6: [],
      },
    ],
  ]);
  const tcp = { protocol: 'tcp', port_range_min: 1, port_range_max: 1 };
  assert.deepEqual(ruleTexts({ ...out4, ...tcp, remote_group_id: group }, { members, ipset: true }, []), [
    '-p tcp -m tcp --dport 1 -m set --match-set NIPv4cccccccc-1111-4111-8111- dst -j RETURN',
  ]);
  assert.deepEqual(ruleTexts({ ...in4, remote_group_id: group }, { members, ipset: false }, ['10.0.0.1']), [
    '-s 10.0.0.2/32 -j RETURN',
    '-s 10.9.0.0/16 -j RETURN',
  ]);
  assert.deepEqual(ruleTexts({ ...in4, remote_address_group_id: group }, { members, ipset: true }, []), [
    '-m set --match-set NIPv4cccccccc-1111-4111-8111- src -j RETURN',
  ]);
});

test('flows that a lost rule or member allowed are named, those of kept ones are not', () => {
  const group = 'cccccccc-1111-4111-8111-111111111111';
  const port = { fixed_ips: ['10.0.0.1', 'fd00::1'] };
  const tcp: FirewallRule = { ...in4, protocol: 'tcp', port_range_min: 22, port_range_max: 22 };
  const out: FirewallRule = { ...out4, protocol: '47' };
  const remote: FirewallRule = { ...in4, remote_group_id: group };
  const members = (...addresses: string[]) =>
    new Map([[group, { IPv4: addresses.map((one) => [one, null] as [string, null]), IPv6: [] }]]);
  const verdict = (rules: FirewallRule[], ...addresses: string[]) => ({
    filtered: { port, rules, zone: 4097 },
    members: members(...addresses),
  });
  assert.deepEqual(staleFlows(verdict([tcp, out, remote], 'a', 'b'), verdict([out, remote], 'b')), [
    { family: 4, zone: 4097, protocol: 'tcp', destination: '10.0.0.1' },
    { family: 4, zone: 4097, destination: '10.0.0.1', source: 'a' },
  ]);
  assert.deepEqual(staleFlows(verdict([out]), verdict([])), [{ family: 4, zone: 4097, source: '10.0.0.1' }]);
  assert.deepEqual(staleFlows(verdict([{ ...in6, protocol: 'icmp' }]), verdict([])), [
    { family: 6, zone: 4097, protocol: 'icmpv6', destination: 'fd00::1' },
  ]);
  assert.deepEqual(staleFlows(verdict([tcp]), verdict([tcp, out])), []);
});

test('zones start at 4097, go on above the highest, and are found again in the rules', () => {
  const zones = new Zones();
  zones.recover([
    '-i brqa -m comment --comment "Set zone for x" -j CT --zone 4100',
    '-m physdev --physdev-in tapx -j CT --zone 4100',
  ]);
  assert.deepEqual([zones.of('brqa'), zones.of('brqb'), zones.of('brqa')], [4100, 4101, 4100]);
  assert.equal(new Zones().of('brqx'), 4097);
  zones.recover(['-i brqlast -j CT --zone 65535']);
  assert.equal(zones.of('brqc'), 4097);
  zones.keepOnly(new Set(['brqa']));
  assert.equal(zones.of('brqd'), 4101);
});
