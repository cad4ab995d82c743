import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFile } from './file.ts';
import {
  agent,
  core,
  database,
  dhcpAgent,
  interfaces,
  keystoneAuthtoken,
  linuxBridge,
  messaging,
  metadataAgent,
  ml2,
  ml2Flat,
  ml2Vxlan,
  nova,
  securitygroup,
  vxlan,
} from './options/index.ts';
import { firewallDrivers } from './options/names.ts';
import { resolveConfig } from './resolve.ts';

/** An operator's files for Liberty, with the spaces and the mistake they had. */
const credentials = (user: string) => `auth_url = http://controller:35357 
auth_plugin = password 
project_domain_id = default 
user_domain_id = default 
project_name = service 
username = ${user} 
password = ${user} 
`;

const guide = {
  'neutron.conf': `[DEFAULT] 
verbose = True 
core_plugin = ml2 
service_plugins = router 
allow_overlapping_ips = True 
rpc_backend=rabbit 
auth_strategy = keystone 
  
notify_nova_on_port_status_changes = True 
notify_nova_on_port_data_changes = True 
nova_url = http://controller:8774/v2 
  
[database] 
connection = mysql://neutron:neutron@controller/neutron 
  
[oslo_messaging_rabbit] 
rabbit_host = controller 
rabbit_userid = openstack 
rabbit_password = opst 
  
[keystone_authtoken] 
auth_uri = http://controller:5000 
${credentials('neutron')}
[nova] 
region_name = RegionOne 
${credentials('nova')}
[oslo_concurrency] 
lock_path = /var/lib/tmp/neutron 
`,
  'ml2_conf.ini': `[ml2] 
type_drivers = flat,vlan,vxlan 
tenant_network_types = vxlan 
mechanism_drivers = linuxbridge,l2population 
extension_drivers = port_security 
[ml2_type_flat] 
flat_networks = public 
[ml2_type_vxlan] 
vni_ranges = 1:1000 
[securitygroup] 
enable_ipset = True 
`,
  'linuxbridge_agent.ini': `[linux_bridge] 
physical_interface_mappings = public:eno1 
[vxlan] 
enable_vxlan = True 
local_ip = 192.168.81.66 
l2_population = True 
[agent] 
prevent_arp_spoofing = True 
[securitygroup] 
enable_security_group = True 
firewall_driver = neutron.agent.linux.iptables_firewall.IptablesFirewallDrive 
`,
  'l3_agent.ini': `[DEFAULT] 
interface_driver = neutron.agent.linux.interface.BridgeInterfaceDriver 
external_network_bridge = 
verbose = True 
`,
  'dhcp_agent.ini': `[DEFAULT] 
interface_driver = neutron.agent.linux.interface.BridgeInterfaceDriver 
dhcp_driver = neutron.agent.linux.dhcp.Dnsmasq 
enable_isolated_metadata = True 
verbose = True 
dnsmasq_config_file = /etc/neutron/dnsmasq-neutron.conf 
`,
  'metadata_agent.ini': `[DEFAULT] 
  
auth_uri = http://controller:5000 
auth_region = RegionOne 
${credentials('neutron')}  
nova_metadata_ip = controller 
metadata_proxy_shared_secret = Test 
verbose = True 
`,
} as const;

const read = (...names: (keyof typeof guide)[]) =>
  resolveConfig(
    names.map((name) => parseFile(guide[name], name)),
    names,
    [],
  );

test('the server’s files', () => {
  const config = read('neutron.conf', 'ml2_conf.ini');
  assert.deepEqual(
    config.notices.filter(({ level }) => level !== 'info'),
    [],
  );
  assert.deepEqual(config.group(core).service_plugins, ['router']);
  assert.equal(config.group(database).connection, 'mysql://neutron:neutron@controller/neutron');
  assert.equal(config.group(messaging).transport_url, 'rabbit://openstack:opst@controller:5672/');
  const token = config.group(keystoneAuthtoken);
  assert.deepEqual(
    [token.www_authenticate_uri, token.auth_type, token.username, token.project_name, token.user_domain_id],
    ['http://controller:5000', 'password', 'neutron', 'service', 'default'],
  );
  assert.deepEqual([config.group(nova).auth_type, config.group(nova).region_name], ['password', 'RegionOne']);
  assert.deepEqual(config.group(ml2).type_drivers, ['flat', 'vlan', 'vxlan']);
  assert.deepEqual(config.group(ml2).tenant_network_types, ['vxlan']);
  assert.deepEqual(config.group(ml2Flat).flat_networks, ['public']);
  assert.deepEqual(config.group(ml2Vxlan).vni_ranges, ['1:1000']);
});

test('the Linux bridge agent’s files: the misspelt driver is read as the right one, with a warning', () => {
  const config = read('neutron.conf', 'linuxbridge_agent.ini');
  const loud = config.notices.filter(({ level }) => level !== 'info');
  assert.equal(loud.length, 1);
  assert.deepEqual(loud[0]!.origin, { file: 'linuxbridge_agent.ini', line: 11 });
  assert.ok(firewallDrivers.includes(config.group(securitygroup).firewall_driver ?? ''));
  assert.deepEqual(config.group(linuxBridge).physical_interface_mappings, ['public:eno1']);
  assert.deepEqual(
    [config.group(vxlan).local_ip, config.group(vxlan).l2_population],
    ['192.168.81.66', true],
  );
  assert.equal(config.group(agent).report_interval, 30);
});

for (const file of ['l3_agent.ini', 'dhcp_agent.ini'] as const) {
  test(`${file}: nothing to warn of`, () => {
    const config = read('neutron.conf', file);
    assert.ok(config.notices.every(({ level }) => level === 'info'));
    assert.match(config.group(interfaces).interface_driver ?? '', /BridgeInterfaceDriver$/);
  });
}

test('dhcp_agent.ini: isolated metadata and dnsmasq’s own file', () => {
  const { enable_isolated_metadata, dnsmasq_config_file } = read('dhcp_agent.ini').group(dhcpAgent);
  assert.deepEqual(
    [enable_isolated_metadata, dnsmasq_config_file],
    [true, '/etc/neutron/dnsmasq-neutron.conf'],
  );
});

test('metadata_agent.ini: credentials have no effect, Nova’s host has a new name', () => {
  const config = read('metadata_agent.ini');
  assert.ok(config.notices.every(({ level }) => level === 'info'));
  assert.equal(config.notices.filter(({ text }) => text.includes('needs no credentials')).length, 9);
  const options = config.group(metadataAgent);
  assert.deepEqual(
    [options.nova_metadata_host, options.metadata_proxy_shared_secret],
    ['controller', 'Test'],
  );
});
