import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Packet } from '../../net/packet.ts';
import { readCounted, walk } from './walk.ts';

/** As a compute node's agent leaves it: tapA may be reached by ssh from 10.0.0.0/24 and from members of a set. */
const FILTER = `# Generated
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [9:99]
:neutron-filter-top - [0:0]
:neutron-linuxbri-FORWARD - [0:0]
:neutron-linuxbri-local - [0:0]
:neutron-linuxbri-sg-chain - [0:0]
:neutron-linuxbri-sg-fallback - [0:0]
:neutron-linuxbri-iA - [0:0]
:neutron-linuxbri-oA - [0:0]
:neutron-linuxbri-sA - [0:0]
[3:252] -A FORWARD -j neutron-filter-top
[3:252] -A FORWARD -j neutron-linuxbri-FORWARD
[3:252] -A neutron-filter-top -j neutron-linuxbri-local
[2:168] -A neutron-linuxbri-FORWARD -m physdev --physdev-out tapA --physdev-is-bridged -m comment --comment "Direct traffic from the VM interface to the security group chain." -j neutron-linuxbri-sg-chain
[1:84] -A neutron-linuxbri-FORWARD -m physdev --physdev-in tapA --physdev-is-bridged -j neutron-linuxbri-sg-chain
[0:0] -A neutron-linuxbri-FORWARD -m physdev --physdev-out tapT --physdev-is-bridged -j ACCEPT
[2:168] -A neutron-linuxbri-sg-chain -m physdev --physdev-out tapA --physdev-is-bridged -j neutron-linuxbri-iA
[1:84] -A neutron-linuxbri-sg-chain -m physdev --physdev-in tapA --physdev-is-bridged -j neutron-linuxbri-oA
[1:84] -A neutron-linuxbri-sg-chain -j ACCEPT
[0:0] -A neutron-linuxbri-iA -m state --state RELATED,ESTABLISHED -j RETURN
[5:300] -A neutron-linuxbri-iA -s 10.0.0.0/24 -p tcp -m tcp --dport 22 -j RETURN
[0:0] -A neutron-linuxbri-iA -p tcp -m tcp -m multiport --dports 8000:8080 -j RETURN
[0:0] -A neutron-linuxbri-iA -m set --match-set NIPv4x src -j RETURN
[0:0] -A neutron-linuxbri-iA -p icmp -m icmp --icmp-type 8/0 -s 10.9.0.0/16 -j RETURN
[0:0] -A neutron-linuxbri-iA -p udp -m string --string "x" --algo bm -j RETURN
[0:0] -A neutron-linuxbri-iA -m state --state INVALID -j DROP
[7:420] -A neutron-linuxbri-iA -m comment --comment "Send unmatched traffic to the fallback chain." -j neutron-linuxbri-sg-fallback
[0:0] -A neutron-linuxbri-oA -j neutron-linuxbri-sA
[0:0] -A neutron-linuxbri-oA -j RETURN
[0:0] -A neutron-linuxbri-sA -s 10.0.0.5/32 -m mac --mac-source FA:16:3E:00:00:05 -j RETURN
[0:0] -A neutron-linuxbri-sA -m comment --comment "Drop traffic without an IP/MAC allow rule." -j DROP
[7:420] -A neutron-linuxbri-sg-fallback -j DROP
COMMIT
`;

const table = readCounted(FILTER).get('filter')!;
const toA = { family: 4, destination: '10.0.0.5', physdevOut: 'tapA', physdevIn: 'vxlan-1' } as const;
const fromA = { family: 4, destination: '10.0.0.9', protocol: 'icmp', physdevIn: 'tapA' } as const;

const cases: readonly [string, Packet, string, string][] = [
  [
    'ssh from the CIDR',
    { ...toA, source: '10.0.0.1', protocol: 'tcp', destinationPort: 22 },
    'ACCEPT',
    'neutron-linuxbri-sg-chain',
  ],
  [
    'ssh from elsewhere',
    { ...toA, source: '10.1.0.1', protocol: 'tcp', destinationPort: 22 },
    'DROP',
    'neutron-linuxbri-sg-fallback',
  ],
  [
    'a range of ports',
    { ...toA, source: '10.1.0.1', protocol: 'tcp', destinationPort: 8079 },
    'ACCEPT',
    'neutron-linuxbri-sg-chain',
  ],
  [
    'a member of the set',
    { ...toA, source: '10.7.0.1', protocol: 'icmp' },
    'ACCEPT',
    'neutron-linuxbri-sg-chain',
  ],
  ['an echo', { ...toA, source: '10.9.1.1', protocol: 'icmp' }, 'ACCEPT', 'neutron-linuxbri-sg-chain'],
  [
    'a match that nobody knows',
    { ...toA, source: '10.1.0.1', protocol: 'udp', destinationPort: 53 },
    'unknown',
    'neutron-linuxbri-iA',
  ],
  [
    'from its own address',
    { ...fromA, source: '10.0.0.5', mac: 'fa:16:3e:00:00:05' },
    'ACCEPT',
    'neutron-linuxbri-sg-chain',
  ],
  [
    'from a stolen address',
    { ...fromA, source: '10.0.0.6', mac: 'fa:16:3e:00:00:05' },
    'DROP',
    'neutron-linuxbri-sA',
  ],
  [
    'to a trusted port',
    { ...toA, physdevOut: 'tapT', source: '10.0.0.1', protocol: 'tcp', destinationPort: 22 },
    'ACCEPT',
    'neutron-linuxbri-FORWARD',
  ],
  [
    'to a tap that no rule knows',
    { ...toA, physdevOut: 'tapX', source: '10.0.0.1', protocol: 'icmp' },
    'ACCEPT',
    'FORWARD',
  ],
];

for (const [name, packet, verdict, chain] of cases)
  test(`the filter decides about ${name}`, () => {
    const walked = walk(
      table,
      'FORWARD',
      packet,
      (set, address) => set === 'NIPv4x' && address === '10.7.0.1',
    );
    assert.deepEqual([walked.verdict, walked.chain], [verdict, chain]);
  });

test('the deciding rule is told with its counter, a policy without', () => {
  const packet: Packet = { ...toA, source: '10.1.0.1', protocol: 'tcp', destinationPort: 22 };
  const dropped = walk(table, 'FORWARD', packet, () => false);
  assert.deepEqual([dropped.rule, dropped.packets], ['-j DROP', 7]);
  assert.deepEqual(dropped.chains.slice(-2), ['neutron-linuxbri-iA', 'neutron-linuxbri-sg-fallback']);
  const passed = walk(table, 'FORWARD', { ...packet, physdevOut: 'tapX' }, () => false);
  assert.deepEqual([passed.rule, passed.packets], [null, null]);
});

/** As the L3 agent leaves a router: metadata redirected, one floating IP, SNAT for the rest. */
const NAT = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:neutron-l3-agent-PREROUTING - [0:0]
:neutron-l3-agent-POSTROUTING - [0:0]
:neutron-l3-agent-float-snat - [0:0]
:neutron-l3-agent-snat - [0:0]
:neutron-postrouting-bottom - [0:0]
[0:0] -A PREROUTING -j neutron-l3-agent-PREROUTING
[0:0] -A POSTROUTING -j neutron-l3-agent-POSTROUTING
[0:0] -A POSTROUTING -j neutron-postrouting-bottom
[0:0] -A neutron-l3-agent-PREROUTING -d 169.254.169.254/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 9697
[4:336] -A neutron-l3-agent-PREROUTING -d 192.0.2.10/32 -j DNAT --to-destination 10.0.0.5
[0:0] -A neutron-l3-agent-POSTROUTING ! -o qg-1 -m conntrack ! --ctstate DNAT -j ACCEPT
[0:0] -A neutron-postrouting-bottom -m comment --comment "Perform source NAT on outgoing traffic." -j neutron-l3-agent-snat
[0:0] -A neutron-l3-agent-snat -j neutron-l3-agent-float-snat
[0:0] -A neutron-l3-agent-float-snat -s 10.0.0.5/32 -j SNAT --to-source 192.0.2.10 --random-fully
[0:0] -A neutron-l3-agent-snat -o qg-1 -j SNAT --to-source 192.0.2.1
[0:0] -A neutron-l3-agent-snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source 192.0.2.1
COMMIT
`;

const nat = readCounted(NAT).get('nat')!;
const tcp = { family: 4, protocol: 'tcp', destinationPort: 80 } as const;
const translations: readonly [string, string, Packet, string, string | null][] = [
  [
    'metadata',
    'PREROUTING',
    { ...tcp, in: 'qr-2', source: '10.0.0.5', destination: '169.254.169.254' },
    'REDIRECT',
    '9697',
  ],
  [
    'a floating IP',
    'PREROUTING',
    { ...tcp, in: 'qg-1', source: '198.51.100.1', destination: '192.0.2.10' },
    'DNAT',
    '10.0.0.5',
  ],
  [
    'nothing else',
    'PREROUTING',
    { ...tcp, in: 'qg-1', source: '198.51.100.1', destination: '192.0.2.11' },
    'ACCEPT',
    null,
  ],
  [
    'the way out of a floating IP',
    'POSTROUTING',
    { ...tcp, out: 'qg-1', source: '10.0.0.5', destination: '198.51.100.1' },
    'SNAT',
    '192.0.2.10',
  ],
  [
    'the way out of others',
    'POSTROUTING',
    { ...tcp, out: 'qg-1', source: '10.0.0.6', destination: '198.51.100.1' },
    'SNAT',
    '192.0.2.1',
  ],
  [
    'what stays inside',
    'POSTROUTING',
    { ...tcp, out: 'qr-2', source: '10.0.0.6', destination: '10.0.1.1' },
    'ACCEPT',
    null,
  ],
  [
    'what came by a floating IP from inside',
    'POSTROUTING',
    { ...tcp, out: 'qr-2', translated: true, source: '10.0.0.6', destination: '10.0.0.5' },
    'SNAT',
    '192.0.2.1',
  ],
  [
    'what came by a floating IP from outside',
    'POSTROUTING',
    { ...tcp, out: 'qr-2', translated: true, mark: 2, source: '198.51.100.1', destination: '10.0.0.5' },
    'ACCEPT',
    null,
  ],
];

for (const [name, chain, packet, verdict, to] of translations)
  test(`the translation of ${name}`, () => {
    const walked = walk(nat, chain, packet, () => false);
    assert.deepEqual([walked.verdict, walked.to], [verdict, to]);
  });
