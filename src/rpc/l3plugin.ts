import type { FixedIp, HostRoute, NetworkDict, PortDict, StandardAttributes, SubnetDict } from './dicts.ts';
import { call, cast, defineInterface } from './interface.ts';

export interface RouterPortSubnet {
  id: string;
  cidr: string;
  gateway_ip: string | null;
  dns_nameservers: string[];
  ipv6_ra_mode: string | null;
  subnetpool_id: string | null;
}

/** A port of a router with what its device in the namespace needs. */
export interface RouterPort extends Omit<PortDict, 'fixed_ips'> {
  fixed_ips: (FixedIp & { prefixlen: number })[];
  subnets: RouterPortSubnet[];
  /** Other subnets of the network, which the port has no address of. */
  extra_subnets: RouterPortSubnet[];
  address_scopes: { '4': string | null; '6': string | null };
  mtu: number;
}

export interface RouterFloatingIp extends StandardAttributes {
  floating_ip_address: string;
  floating_network_id: string;
  router_id: string | null;
  port_id: string | null;
  fixed_ip_address: string | null;
  status: string;
  fixed_ip_address_scope?: string | null;
  floating_ip_host?: string;
  host?: string | null;
  dest_host?: string | null;
  qos_policy_id?: string | null;
  dns_name?: string;
  dns_domain?: string;
  port_details?: Record<string, unknown> | null;
  port_forwardings?: Record<string, unknown>[];
}

export interface ExternalGatewayInfo {
  network_id: string;
  enable_snat: boolean;
  external_fixed_ips: FixedIp[];
  qos_policy_id?: string | null;
}

/** A router with all that its namespace is made of. */
export interface RouterInfo extends StandardAttributes {
  name: string;
  admin_state_up: boolean;
  status: string;
  external_gateway_info: ExternalGatewayInfo | null;
  gw_port_id: string | null;
  gw_port_host?: string | null;
  /** Absent when there is no gateway. */
  gw_port?: RouterPort | null;
  enable_snat?: boolean;
  routes: HostRoute[];
  distributed: boolean;
  ha: boolean;
  ha_vr_id?: number;
  flavor_id?: string | null;
  availability_zones?: string[];
  availability_zone_hints?: string[];
  enable_ndp_proxy?: boolean;
  conntrack_helpers?: Record<string, unknown>[];
  qos_policies?: Record<string, unknown>[];
  _interfaces?: RouterPort[];
  _floatingips?: RouterFloatingIp[];
  _floatingip_agent_interfaces?: RouterPort[];
  _snat_router_interfaces?: RouterPort[];
  _ha_interface?: RouterPort;
  _ha_state?: string;
  _pf_floatingips?: Record<string, unknown>[];
  /** Floating IPs of which ports are forwarded: which, the agent asks for. */
  fip_managed_by_port_forwardings?: string[];
}

export type FloatingIpStatus = 'ACTIVE' | 'DOWN' | 'ERROR';
export type HaState = 'active' | 'standby' | 'unknown';

/** What L3 agents ask of the server. */
export const l3plugin = defineInterface({
  topic: 'q-l3-plugin',
  version: '1.12',
  methods: {
    /** router_ids null or absent: all routers of the host. */
    sync_routers: call<{ host: string; router_ids?: string[] | null }, RouterInfo[]>('1.0'),
    get_router_ids: call<{ host: string }, string[]>('1.9'),
    update_floatingip_statuses: call<
      { router_id: string; fip_statuses: Record<string, FloatingIpStatus> },
      null
    >('1.1'),
    get_ports_by_subnet: call<{ host?: string; subnet_id: string }, PortDict[]>('1.2'),
    get_agent_gateway_port: call<{ network_id: string; host: string }, PortDict | null>('1.2'),
    delete_agent_gateway_port: call<{ network_id: string; host: string }, null>('1.7'),
    get_service_plugin_list: call<object, string[]>('1.3'),
    update_ha_routers_states: cast<{ host: string; states: Record<string, HaState> }>('1.5'),
    /** Subnet UUID to its delegated prefix. */
    process_prefix_update: call<{ subnets: Record<string, string> }, SubnetDict[]>('1.6'),
    update_all_ha_network_port_statuses: call<{ host: string }, null>('1.10'),
    get_host_ha_router_count: call<{ host: string }, number>('1.11'),
    get_networks: call<
      { filters?: Record<string, unknown> | null; fields?: string[] | null },
      Partial<NetworkDict>[]
    >('1.12'),
  },
});
