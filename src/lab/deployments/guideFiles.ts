import { hostAddress, type LabHost, type Topology } from '../topology.ts';

/**
 * The guide's configuration files, as they stand in its text; `neutron.conf` is the deployment's own. README's table
 * lists what differs from the text and why.
 */

export const ml2Conf = `[ml2]
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
`;

/** Provider architecture: no self-service networks, so no tenant network type and no l2population. */
export const providerMl2Conf = `[ml2]
type_drivers = flat,vlan
tenant_network_types =
mechanism_drivers = linuxbridge
extension_drivers = port_security

[ml2_type_flat]
flat_networks = public

[securitygroup]
enable_ipset = True
`;

export const linuxbridgeConf = (host: LabHost, nic: string, vxlan = true) => `[linux_bridge]
physical_interface_mappings = public:${nic}

[vxlan]
${vxlan ? `enable_vxlan = True\nlocal_ip = ${hostAddress(host)}\nl2_population = True` : 'enable_vxlan = False'}

[agent]
prevent_arp_spoofing = True

[securitygroup]
enable_security_group = True
firewall_driver = neutron.agent.linux.iptables_firewall.IptablesFirewallDrive
`;

export const l3Conf = `[DEFAULT]
interface_driver = neutron.agent.linux.interface.BridgeInterfaceDriver
external_network_bridge =
verbose = True
`;

export const dhcpConf = `[DEFAULT]
interface_driver = neutron.agent.linux.interface.BridgeInterfaceDriver
dhcp_driver = neutron.agent.linux.dhcp.Dnsmasq
enable_isolated_metadata = True
verbose = True
dnsmasq_config_file = /etc/neutron/dnsmasq-neutron.conf
`;

export const dnsmasqConf = 'dhcp-option-force=26,1450\n';

const serviceCredentials = `project_domain_id = default
user_domain_id = default
project_name = service
username = neutron
password = neutron
`;

export const metadataConf = `[DEFAULT]

auth_uri = http://controller:5000
auth_url = http://controller:35357
auth_region = RegionOne
auth_plugin = password
${serviceCredentials}
nova_metadata_ip = controller
metadata_proxy_shared_secret = Test
verbose = True
`;

export const neutronConf = `[DEFAULT]
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
auth_url = http://controller:35357
auth_plugin = password
${serviceCredentials}
[nova]
auth_url = http://controller:35357
auth_plugin = password
project_domain_id = default
user_domain_id = default
region_name = RegionOne
project_name = service
username = nova
password = nova

[oslo_concurrency]
lock_path = /var/lib/tmp/neutron
`;

/** Every host of the lab knows the others by name, as the guide's machines do. */
export const hostsFile = (topology: Topology) =>
  [
    '127.0.0.1 localhost',
    '::1 localhost',
    ...topology.hosts
      .filter((host) => host.nics[0]?.address)
      .map((host) => `${hostAddress(host)} ${host.name}`),
    '',
  ].join('\n');
