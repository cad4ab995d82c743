import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readEbtables } from '../../../linux/ebtables.ts';
import { planTable } from '../../../linux/iptables/plan.ts';
import { readSave, type TableName } from '../../../linux/iptables/rules.ts';
import type { FirewallRule } from '../../../rpc/securitygroups.ts';
import { details, filteredPort } from '../testing.ts';
import { annotate } from './comments.ts';
import { WRAP } from './portChains.ts';
import { spoofingChains } from './spoofing.ts';
import { type Filtered, type FirewallState, firewallTables } from './tables.ts';

/** What Python Neutron's agent wrote on the guide's two hosts. */
const captured = (host: string, family: 4 | 6) =>
  readSave(
    readFileSync(
      new URL(`./captured/${host}.${family === 4 ? 'iptables' : 'ip6tables'}-save`, import.meta.url),
      'utf8',
    ),
  );

const GROUP = '0ff2a3c5-33cd-4c3a-a2ee-19cc9607c066';
const both = (rule: Omit<FirewallRule, 'ethertype'>): FirewallRule[] => [
  { ...rule, ethertype: 'IPv4' },
  { ...rule, ethertype: 'IPv6' },
];
const egress = both({ direction: 'egress' });
const ingress = { direction: 'ingress', ethertype: 'IPv4' } as const;
const defaultGroup: FirewallRule[] = [
  { ...ingress, protocol: 'icmp' },
  ...both({ direction: 'ingress', remote_group_id: GROUP }),
  { ...ingress, protocol: 'tcp', port_range_min: 8080, port_range_max: 8080 },
  ...egress,
];
const dhcp = (address: string): FirewallRule[] => {
  const v4 = {
    direction: 'ingress',
    protocol: 'udp',
    port_range_min: 68,
    port_range_max: 68,
    source_port_range_min: 67,
    source_port_range_max: 67,
    ethertype: 'IPv4',
  } as const;
  return [
    { ...v4, dest_ip_prefix: `${address}/32` },
    { ...v4, dest_ip_prefix: '255.255.255.255/32' },
    {
      ...v4,
      ethertype: 'IPv6',
      port_range_min: 546,
      port_range_max: 546,
      source_port_range_min: 547,
      source_port_range_max: 547,
      dest_ip_prefix: 'fe80::/64',
    },
  ];
};

const write = annotate(true);
function filtered(
  id: string,
  mac: string,
  address: string,
  rules: FirewallRule[],
  over: Partial<Filtered> = {},
): Filtered {
  const port = details(1, {
    device: `tap${id}`,
    mac_address: mac,
    fixed_ips: [{ subnet_id: 's', ip_address: address }],
  });
  return {
    port: filteredPort(port),
    rules: [...dhcp(address), ...rules],
    stateful: true,
    remotes: { members: new Map(), ipset: true },
    annotate: write,
    bridge: 'brqf3bd6c09-1c',
    zone: 4097,
    ...over,
  };
}

const compute: FirewallState = {
  annotate: write,
  filtered: [
    filtered('439a1764-db', 'fa:16:3e:ca:80:d4', '172.16.1.26', defaultGroup),
    filtered('a2771aa5-0b', 'fa:16:3e:0a:8c:4c', '172.16.1.91', defaultGroup),
  ],
  trusted: [],
  unsecured: [],
};
const controller: FirewallState = {
  annotate: write,
  filtered: [filtered('62986750-73', 'fa:16:3e:31:4f:fa', '172.16.1.6', egress)],
  trusted: ['tapef38767b-a3', 'tapededcc39-5c', 'tape08e808d-1b', 'tapee936468-2d'],
  unsecured: [],
};

for (const [host, state] of Object.entries({ compute, controller })) {
  for (const family of [4, 6] as const) {
    test(`${host}, IPv${family}: the rules are those of Python Neutron, which are taken over without a change`, () => {
      const observed = captured(host, family);
      for (const [name, table] of Object.entries(firewallTables(state, family)))
        assert.deepEqual(planTable(name as TableName, table, observed.get(name)!, WRAP), []);
    });
  }
}

const chainsOf = (port: Filtered, family: 4 | 6) =>
  firewallTables({ annotate: write, filtered: [port], trusted: [], unsecured: [] }, family).filter!.own;

test('the chains of a port with pairs, with both families, and without address', () => {
  const pairs = filtered('00000000-01', 'FA:16:3E:56:3F:A6', '172.16.1.104', []);
  const port = {
    ...pairs.port,
    allowed_address_pairs: [
      { mac_address: 'fa:16:3e:56:3f:a6', ip_address: '10.1.0.0/16' },
      { mac_address: 'fa:16:3e:00:00:01', ip_address: '0.0.0.0/0' },
      { mac_address: 'fa:16:3e:56:3f:a6', ip_address: 'fd00::7' },
    ],
  };
  const allow = (match: string) =>
    `${match} -m comment --comment "Allow traffic from defined IP/MAC pairs." -j RETURN`;
  const drop = '-m comment --comment "Drop traffic without an IP/MAC allow rule." -j DROP';
  assert.deepEqual(chainsOf({ ...pairs, port }, 4)[`${WRAP}-s00000000-0`], [
    allow('-s 10.1.0.0/16 -m mac --mac-source fa:16:3e:56:3f:a6'),
    allow('-m mac --mac-source fa:16:3e:00:00:01'),
    allow('-s 172.16.1.104/32 -m mac --mac-source fa:16:3e:56:3f:a6'),
    drop,
  ]);
  assert.deepEqual(chainsOf({ ...pairs, port }, 6)[`${WRAP}-s00000000-0`], [
    allow('-s fd00::7/128 -m mac --mac-source fa:16:3e:56:3f:a6'),
    allow('-s fe80::f816:3eff:fe56:3fa6/128 -m mac --mac-source fa:16:3e:56:3f:a6'),
    drop,
  ]);
  const none = { ...pairs, port: { ...pairs.port, fixed_ips: [] } };
  assert.deepEqual(chainsOf(none, 6)[`${WRAP}-s00000000-0`], [
    allow('-m mac --mac-source fa:16:3e:56:3f:a6'),
    drop,
  ]);
});

test('a stateless port is not tracked, unless another port of its network is', () => {
  const stateless = filtered('00000000-01', 'fa:16:3e:00:00:01', '10.0.0.1', egress, { stateful: false });
  const stateful = filtered('00000000-02', 'fa:16:3e:00:00:02', '10.0.0.2', egress);
  const prerouting = (ports: Filtered[]) =>
    firewallTables({ annotate: write, filtered: ports, trusted: [], unsecured: [] }, 4).raw?.own[
      `${WRAP}-PREROUTING`
    ];
  const untracked = [
    '-m physdev --physdev-in brqf3bd6c09-1c',
    '-i brqf3bd6c09-1c',
    '-m physdev --physdev-in tap00000000-01',
  ].map((match) => `${match} -m comment --comment "Make 0000000-01 stateless" -j CT --notrack`);
  assert.deepEqual(prerouting([stateless]), untracked);
  assert.deepEqual(prerouting([stateless, stateful]), [...prerouting([stateful])!, ...untracked]);
});

test('comments can be turned off', () => {
  const tables = firewallTables(
    { annotate: annotate(false), filtered: [], trusted: ['tap00000000-01'], unsecured: [] },
    4,
  );
  assert.deepEqual(tables.filter?.own[`${WRAP}-FORWARD`], [
    '-m physdev --physdev-out tap00000000-01 --physdev-is-bridged -j ACCEPT',
    '-m physdev --physdev-in tap00000000-01 --physdev-is-bridged -j ACCEPT',
  ]);
  assert.deepEqual(tables.filter?.own[`${WRAP}-sg-fallback`], ['-j DROP']);
});

test('spoofing chains are those of Python Neutron; trusted ports have none', () => {
  const port = details(1, {
    device: 'tap62986750-73',
    mac_address: 'fa:16:3e:31:4f:fa',
    fixed_ips: [
      { subnet_id: 's', ip_address: '172.16.1.6' },
      { subnet_id: 't', ip_address: 'fd00::6' },
    ],
  });
  const recorded = `*nat\n:PREROUTING ACCEPT\n:neutronARP-tap62986750-73 RETURN\n:neutronMAC-tap62986750-73 RETURN\n-A PREROUTING -i tap62986750-73 -j neutronMAC-tap62986750-73\n-A PREROUTING -p ARP -i tap62986750-73 -j neutronARP-tap62986750-73\n-A neutronARP-tap62986750-73 -p ARP --arp-ip-src 172.16.1.6 -j ACCEPT\n-A neutronARP-tap62986750-73 -j DROP\n-A neutronMAC-tap62986750-73 -i tap62986750-73 --among-src fa:16:3e:31:4f:fa -j RETURN\n-A neutronMAC-tap62986750-73 -j DROP\n`;
  const wanted = spoofingChains([port]);
  const observed = readEbtables(recorded);
  assert.deepEqual(Object.fromEntries(wanted.chains), Object.fromEntries(observed.chains));
  assert.deepEqual(wanted.jumps, observed.jumps);
  assert.equal(spoofingChains([{ ...port, port_security_enabled: false }]).chains.size, 0);
  assert.equal(spoofingChains([{ ...port, device_owner: 'network:dhcp' }]).chains.size, 0);
  const anyAddress = {
    ...port,
    allowed_address_pairs: [{ mac_address: port.mac_address, ip_address: '0.0.0.0/0' }],
  };
  assert.deepEqual([...spoofingChains([anyAddress]).chains.keys()], ['neutronMAC-tap62986750-73']);
});

test('whose port security is off is let through, also to the host itself', () => {
  const state = { annotate: write, filtered: [], trusted: [], unsecured: ['tap00000000-01'] };
  const open = (match: string) =>
    `-m physdev --physdev-${match} tap00000000-01 --physdev-is-bridged -m comment --comment "Accept all packets when port security is disabled." -j ACCEPT`;
  const { own } = firewallTables(state, 4).filter!;
  assert.deepEqual(own[`${WRAP}-FORWARD`], [open('out'), open('in')]);
  assert.deepEqual(own[`${WRAP}-INPUT`], [open('in')]);
});
