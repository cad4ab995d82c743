/**
 * Resources as dictionaries on the wire. Attributes of extensions that a deployment may lack are optional. Times are
 * 'YYYY-MM-DDTHH:MM:SSZ'.
 */

export interface FixedIp {
  subnet_id: string;
  ip_address: string;
}

export interface AllowedAddressPair {
  mac_address: string;
  ip_address: string;
}

export interface ExtraDhcpOpt {
  opt_name: string;
  opt_value: string | null;
  ip_version: 4 | 6;
}

export interface HostRoute {
  destination: string;
  nexthop: string;
}

/** What every resource with standard attributes carries. */
export interface StandardAttributes {
  id: string;
  tenant_id: string;
  project_id: string;
  description?: string | null;
  tags?: string[];
  created_at?: string;
  updated_at?: string;
  revision_number?: number;
  standard_attr_id?: number;
}

export type NetworkType = 'flat' | 'vlan' | 'vxlan' | 'local' | 'gre' | 'geneve';

export interface NetworkDict extends StandardAttributes {
  name: string;
  admin_state_up: boolean;
  status: string;
  mtu: number;
  subnets: string[];
  shared: boolean;
  'router:external'?: boolean;
  is_default?: boolean;
  port_security_enabled?: boolean;
  availability_zone_hints?: string[];
  availability_zones?: string[];
  ipv4_address_scope?: string | null;
  ipv6_address_scope?: string | null;
  vlan_transparent?: boolean | null;
  qos_policy_id?: string | null;
  dns_domain?: string;
  'provider:network_type'?: NetworkType;
  'provider:physical_network'?: string | null;
  'provider:segmentation_id'?: number | null;
}

export type Ipv6Mode = 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';

export interface SubnetDict extends StandardAttributes {
  name: string;
  network_id: string;
  ip_version: 4 | 6;
  cidr: string;
  gateway_ip: string | null;
  enable_dhcp: boolean;
  allocation_pools: { start: string; end: string }[];
  host_routes: HostRoute[];
  dns_nameservers: string[];
  ipv6_ra_mode: Ipv6Mode | null;
  ipv6_address_mode: Ipv6Mode | null;
  subnetpool_id: string | null;
  segment_id?: string | null;
  shared?: boolean;
  service_types?: string[];
  dns_publish_fixed_ip?: boolean;
}

export interface PortDict extends StandardAttributes {
  name: string;
  network_id: string;
  mac_address: string;
  admin_state_up: boolean;
  status: string;
  device_id: string;
  device_owner: string;
  fixed_ips: FixedIp[];
  security_groups: string[];
  allowed_address_pairs?: AllowedAddressPair[];
  extra_dhcp_opts?: ExtraDhcpOpt[];
  port_security_enabled?: boolean;
  'binding:vnic_type'?: string;
  'binding:profile'?: Record<string, unknown>;
  'binding:host_id'?: string;
  'binding:vif_type'?: string;
  'binding:vif_details'?: Record<string, unknown>;
  qos_policy_id?: string | null;
  qos_network_policy_id?: string | null;
  dns_name?: string;
  dns_domain?: string;
  dns_assignment?: { ip_address: string; hostname: string; fqdn: string }[];
  data_plane_status?: string | null;
  propagate_uplink_status?: boolean;
  numa_affinity_policy?: string | null;
  device_profile?: string | null;
  resource_request?: Record<string, unknown> | null;
  ip_allocation?: string;
}
