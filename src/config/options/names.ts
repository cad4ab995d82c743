/** Names of drivers and classes that options may hold: aliases first, then the class paths of Python's Neutron. */

export const corePlugins = ['ml2', 'neutron.plugins.ml2.plugin.Ml2Plugin'];

export const servicePlugins = [
  'router',
  'metering',
  'qos',
  'trunk',
  'segments',
  'tag',
  'flavors',
  'auto_allocate',
  'timestamp',
  'network_ip_availability',
  'revisions',
  'port_forwarding',
  'log',
  'network_segment_range',
  'conntrack_helper',
  'local_ip',
  'ndp_proxy',
  'placement',
  'neutron.services.l3_router.l3_router_plugin.L3RouterPlugin',
  'neutron.services.metering.metering_plugin.MeteringPlugin',
  'neutron.services.qos.qos_plugin.QoSPlugin',
  'neutron.services.trunk.plugin.TrunkPlugin',
  'neutron.services.segments.plugin.Plugin',
];

export const networkTypes = ['local', 'flat', 'vlan', 'gre', 'vxlan', 'geneve'];

export const mechanismDrivers = [
  'linuxbridge',
  'l2population',
  'openvswitch',
  'macvtap',
  'sriovnicswitch',
  'ovn',
  'logger',
  'test',
];

export const extensionDrivers = [
  'port_security',
  'qos',
  'dns',
  'dns_domain_keywords',
  'dns_domain_ports',
  'subnet_dns_publish_fixed_ip',
  'data_plane_status',
  'uplink_status_propagation',
  'tag_ports_during_bulk_creation',
  'port_device_profile',
  'port_numa_affinity_policy',
];

export const firewallDrivers = [
  'iptables',
  'iptables_hybrid',
  'openvswitch',
  'noop',
  'neutron.agent.firewall.NoopFirewallDriver',
  'neutron.agent.linux.iptables_firewall.IptablesFirewallDriver',
  'neutron.agent.linux.iptables_firewall.OVSHybridIptablesFirewallDriver',
  'neutron.agent.linux.openvswitch_firewall.OVSFirewallDriver',
];

export const interfaceDrivers = [
  'linuxbridge',
  'openvswitch',
  'null',
  'neutron.agent.linux.interface.BridgeInterfaceDriver',
  'neutron.agent.linux.interface.OVSInterfaceDriver',
  'neutron.agent.linux.interface.NullDriver',
];

export const dhcpDrivers = ['neutron.agent.linux.dhcp.Dnsmasq'];

export const networkSchedulers = [
  'neutron.scheduler.dhcp_agent_scheduler.WeightScheduler',
  'neutron.scheduler.dhcp_agent_scheduler.ChanceScheduler',
  'neutron.scheduler.dhcp_agent_scheduler.AZAwareWeightScheduler',
];

export const routerSchedulers = [
  'neutron.scheduler.l3_agent_scheduler.LeastRoutersScheduler',
  'neutron.scheduler.l3_agent_scheduler.ChanceScheduler',
  'neutron.scheduler.l3_agent_scheduler.AZLeastRoutersScheduler',
];

export const ipamDrivers = ['internal', 'neutron.ipam.drivers.neutrondb_ipam.driver.NeutronDbPool'];

export const authStrategies = ['keystone', 'noauth', 'http_basic'];

export const quotaDrivers = [
  'neutron.db.quota.driver_nolock.DbQuotaNoLockDriver',
  'neutron.db.quota.driver.DbQuotaDriver',
  'neutron.db.quota.driver_null.DbQuotaDriverNull',
];
