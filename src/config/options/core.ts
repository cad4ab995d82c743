import { hostname } from 'node:os';
import { bool, group, host, int, list, str } from '../option.ts';
import { corePlugins, ipamDrivers, servicePlugins } from './names.ts';

/** Options of the plugin as a whole. */
export const core = group('DEFAULT', {
  state_path: str('/var/lib/neutron', 'Base directory for state files'),
  core_plugin: str(null, 'Core plugin alias or class', { names: corePlugins }),
  service_plugins: list([], 'Service plugin aliases or classes', { names: servicePlugins }),
  base_mac: str('fa:16:3e:00:00:00', 'Prefix for generated MACs; first three octets kept'),
  default_availability_zones: list([], 'Zones used when none hinted'),
  max_dns_nameservers: int(5, 'Maximum DNS servers a subnet'),
  max_subnet_host_routes: int(20, 'Maximum host routes per subnet'),
  ipv6_pd_enabled: bool(false, 'Allow IPv6 prefix delegation subnets'),
  dhcp_lease_duration: int(86400, 'Lease seconds; -1 infinite'),
  dns_domain: str('openstacklocal', 'Domain used for host names', { formerly: ['dhcp_domain'] }),
  external_dns_driver: str(null, 'External DNS driver name'),
  dhcp_agent_notification: bool(true, 'Send DHCP notifications to agents'),
  host: host(hostname(), 'Host identity used in RPC and agent rows', { sample: 'example.domain' }),
  network_link_prefix: str(null, 'Base URL for links in responses'),
  notify_nova_on_port_status_changes: bool(true, 'Tell nova when port goes ACTIVE or DOWN'),
  notify_nova_on_port_data_changes: bool(true, 'Tell nova when port addresses change'),
  send_events_interval: int(2, 'Seconds to batch nova events'),
  ipam_driver: str('internal', 'IPAM driver name', { names: ipamDrivers }),
  vlan_transparent: bool(false, 'Allow vlan transparent networks'),
  global_physnet_mtu: int(1500, 'MTU of underlying physical network', { formerly: ['ml2/segment_mtu'] }),
  enable_traditional_dhcp: bool(true, 'False disables DHCP scheduling and notifications'),
  rpc_response_max_timeout: int(600, 'Ceiling of backed-off RPC timeout'),
  max_allowed_address_pair: int(10, 'Maximum allowed address pairs a port'),
});

export const experimental = group('experimental', {
  linuxbridge: bool(false, 'Python needs True here to load the linuxbridge driver; read and not needed'),
});
