import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bridged, follow, newUdpTo, readRules, type Takes } from './firewallRules.ts';

const fateOf = (text: string, chain: string, takes: Takes) => {
  const found = follow(readRules(`*filter\n${text}\nCOMMIT\n`), chain, takes, (name) =>
    name.startsWith('neutron-linuxbri-FORWARD'),
  );
  return found.fate === 'dropped' ? found.rule : found.fate;
};

const NEUTRON = '-A FORWARD -j neutron-filter-top\n-A FORWARD -j neutron-linuxbri-FORWARD';
const CHAINS = ':neutron-filter-top - [0:0]\n:neutron-linuxbri-FORWARD - [0:0]';

test('what becomes of a bridged packet in FORWARD', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['nothing there', ':FORWARD ACCEPT [0:0]', 'passed'],
    ['a policy of DROP alone', ':FORWARD DROP [0:0]', '-P FORWARD DROP'],
    ["a policy of DROP behind Neutron's chain", `:FORWARD DROP [0:0]\n${CHAINS}\n${NEUTRON}`, 'passed'],
    [
      "a rule before Neutron's chain",
      `:FORWARD ACCEPT [0:0]\n${CHAINS}\n-A FORWARD -m comment --comment "all of it" -j DROP\n${NEUTRON}`,
      '-A FORWARD -m comment --comment "all of it" -j DROP',
    ],
    [
      "a rule behind Neutron's chain",
      `:FORWARD ACCEPT [0:0]\n${CHAINS}\n${NEUTRON}\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited`,
      'passed',
    ],
    [
      "Docker's rules and no Neutron",
      `:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-USER -j RETURN`,
      'passed',
    ],
    [
      'another chain that drops',
      `:FORWARD ACCEPT [0:0]\n:mine - [0:0]\n${CHAINS}\n-A FORWARD -j mine\n${NEUTRON}\n-A mine -j DROP`,
      '-A mine -j DROP',
    ],
    [
      'a rule that may accept it',
      ':FORWARD DROP [0:0]\n-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT',
      'passed',
    ],
    [
      'a rule that takes other devices only',
      ':FORWARD DROP [0:0]\n-A FORWARD -i docker0 -o docker0 -j ACCEPT',
      '-P FORWARD DROP',
    ],
    [
      'a chain that leads to itself',
      ':FORWARD ACCEPT [0:0]\n:x - [0:0]\n-A FORWARD -j x\n-A x -j x',
      'passed',
    ],
  ];
  for (const [name, text, expected] of cases) assert.equal(fateOf(text, 'FORWARD', bridged), expected, name);
});

test('what becomes of the VXLAN packet of another host in INPUT', () => {
  const drop = '-A INPUT -p udp -m udp --dport 8472 -j DROP';
  const cases: readonly (readonly [string, string, string])[] = [
    ['a rule for this port', `:INPUT ACCEPT [0:0]\n${drop}`, drop],
    ['a rule for another port', ':INPUT ACCEPT [0:0]\n-A INPUT -p udp -m udp --dport 53 -j DROP', 'passed'],
    [
      'a range',
      ':INPUT ACCEPT [0:0]\n-A INPUT -p udp -m multiport --dports 1,8000:9000 -j DROP',
      '-A INPUT -p udp -m multiport --dports 1,8000:9000 -j DROP',
    ],
    [
      "Neutron's rules for taps before it",
      `:INPUT ACCEPT [0:0]\n:n - [0:0]\n:o - [0:0]\n-A INPUT -j n\n${drop}\n-A n -m physdev --physdev-in tap1 --physdev-is-bridged -j o\n-A o -s 192.0.2.1/32 -j RETURN`,
      drop,
    ],
    ['another protocol', ':INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 8472 -j DROP', 'passed'],
    [
      "the policy, with firewalls' usual rules before",
      ':INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
      '-P INPUT DROP',
    ],
    ['an address that may be allowed', ':INPUT DROP [0:0]\n-A INPUT -s 192.0.2.0/24 -j ACCEPT', 'passed'],
    ['the port is open', ':INPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 8472 -j ACCEPT', 'passed'],
  ];
  for (const [name, text, expected] of cases)
    assert.equal(fateOf(text, 'INPUT', newUdpTo(8472)), expected, name);
});
