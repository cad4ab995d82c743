import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../config/load.ts';
import type { Link } from '../../linux/links.ts';
import { configurations } from './agent.ts';
import { agentId, hostFindings } from './hostCheck.ts';
import { readSettings } from './settings.ts';

const GUIDE = `
[linux_bridge]
physical_interface_mappings = public:eno1
[vxlan]
enable_vxlan = True
local_ip = 192.168.81.66
l2_population = True
[securitygroup]
enable_security_group = True
firewall_driver = neutron.agent.linux.iptables_firewall.IptablesFirewallDriver
`;
const settings = (text: string) => readSettings(configOf(text), true);
const link = (name: string, over: Partial<Link> = {}): Link => ({
  index: 1,
  name,
  mac: '16:26:e0:92:c2:62',
  mtu: 1500,
  up: true,
  carrier: true,
  ...over,
});

test("the guide's file gives what Python Neutron reported", () => {
  const { firewall, ipset, vxlan } = settings(GUIDE);
  assert.deepEqual(
    [firewall, ipset, vxlan?.l2population, vxlan?.arpResponder],
    ['iptables', true, true, false],
  );
  assert.deepEqual(configurations(settings(GUIDE), 3), {
    extensions: [],
    bridge_mappings: {},
    interface_mappings: { public: 'eno1' },
    tunneling_ip: '192.168.81.66',
    tunnel_types: ['vxlan'],
    l2_population: true,
    devices: 3,
  });
});

test('without vxlan nothing of tunnels is reported; without driver nothing is filtered', () => {
  const plain = settings('[vxlan]\nenable_vxlan = False\n');
  assert.deepEqual(configurations(plain, 0), {
    extensions: [],
    bridge_mappings: {},
    interface_mappings: {},
    devices: 0,
  });
  assert.equal(plain.firewall, 'noop');
  assert.equal(settings(`${GUIDE}\n[securitygroup]\nenable_security_group = False\n`).firewall, 'noop');
});

const broken: [string, string, RegExp][] = [
  [
    'no local_ip',
    '[vxlan]\nenable_vxlan = True\n',
    /local_ip is not set; addresses of this host: .*\[local_ip_unset\]$/,
  ],
  [
    'an unknown driver',
    '[vxlan]\nenable_vxlan = False\n[securitygroup]\nfirewall_driver = openvswitch\n',
    /firewall_driver is openvswitch.*\[driver_unsuited\]$/,
  ],
  [
    'a mapping without interface',
    '[vxlan]\nenable_vxlan = False\n[linux_bridge]\nphysical_interface_mappings = public\n',
    /'public' in physical_interface_mappings is not of the form.*\[mapping_malformed\]$/,
  ],
  [
    'a network mapped twice',
    '[vxlan]\nenable_vxlan = False\n[linux_bridge]\nbridge_mappings = a:b,a:c\n',
    /bridge_mappings names a more than once: a:b, a:c.*\[mapping_twice\]$/,
  ],
  [
    'a device mapped twice',
    '[vxlan]\nenable_vxlan = False\n[linux_bridge]\nbridge_mappings = a:b,c:b\n',
    /bridge_mappings names b more than once: a:b, c:b.*\[mapping_twice\]$/,
  ],
];
for (const [what, text, message] of broken)
  test(`${what} stops the agent`, () => assert.throws(() => settings(text), message));

test('what a host lacks of the configuration is named', () => {
  const address = { device: 'eno1', cidr: '192.168.81.66/24', scope: 'global', dynamic: false };
  const codes = (text: string, links: readonly Link[], addresses = [address]) => {
    const { interfaces, bridges, vxlan } = settings(text);
    const host = { links: new Map(links.map((one) => [one.name, one])), addresses };
    return hostFindings({ interfaces, bridges, vxlan, firewall: 'noop' }, host).map(({ code }) => code);
  };
  const bridged = '[vxlan]\nenable_vxlan = False\n[linux_bridge]\nbridge_mappings = public:br0\n';
  assert.deepEqual(codes(GUIDE, [link('eno1')]), []);
  assert.deepEqual(codes(GUIDE, [link('eth0')]), ['mapped_nic_missing']);
  assert.deepEqual(codes(GUIDE, [link('eno1', { kind: 'bridge' })]), ['mapped_nic_is_bridge']);
  assert.deepEqual(codes(GUIDE, [link('eno1', { up: false })]), ['mapped_nic_down']);
  assert.deepEqual(codes(GUIDE, [link('eno1')], []), ['local_ip_missing']);
  assert.deepEqual(codes(bridged, [link('br0')]), ['mapped_bridge_missing']);
  assert.deepEqual(codes(bridged, [link('br0', { kind: 'bridge' })]), []);
});

test("the agent's id is made from the first mapped bridge, else from the first device with a MAC", () => {
  const links = new Map([
    ['lo', link('lo', { mac: '00:00:00:00:00:00' })],
    ['eno1', link('eno1')],
    ['br0', link('br0', { mac: 'aa:bb:cc:dd:ee:ff' })],
  ]);
  assert.equal(agentId(settings(GUIDE), links), 'lb1626e092c262');
  assert.equal(
    agentId(settings('[vxlan]\nenable_vxlan = False\n[linux_bridge]\nbridge_mappings = public:br0\n'), links),
    'lbaabbccddeeff',
  );
});
