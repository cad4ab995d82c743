import type { FixedIp, NetworkDict, PortDict, SubnetDict } from './dicts.ts';
import { call, defineInterface } from './interface.ts';

/** A network with all that dnsmasq's configuration is made of. */
export interface DhcpNetwork {
  id: string;
  project_id: string;
  tenant_id: string;
  admin_state_up: boolean;
  mtu: number;
  subnets: SubnetDict[];
  /** Of other segments of a routed network. */
  non_local_subnets: SubnetDict[];
  ports: PortDict[];
  segments?: Record<string, unknown>[];
}

/** The attributes an agent sets on its own port; the server adds device_owner and binding:host_id. */
export interface DhcpPort {
  name?: string;
  admin_state_up?: boolean;
  /** dhcp<uuid5 of the host's name>-<network id> */
  device_id?: string;
  network_id: string;
  project_id?: string;
  fixed_ips: (Pick<FixedIp, 'subnet_id'> & Partial<FixedIp>)[];
}

/** What DHCP agents ask of the server. */
export const dhcpPlugin = defineInterface({
  topic: 'q-plugin',
  version: '1.10',
  methods: {
    /** Also schedules networks that nobody serves to this host. */
    get_active_networks_info: call<{ host: string; enable_dhcp_filter?: boolean }, DhcpNetwork[]>('1.1'),
    /** null when the network is gone. */
    get_network_info: call<{ network_id: string; host: string }, DhcpNetwork | null>('1.0'),
    /** null when the network or a subnet is gone. */
    create_dhcp_port: call<{ port: { port: DhcpPort }; host: string }, PortDict | null>('1.1'),
    update_dhcp_port: call<{ port_id: string; port: { port: DhcpPort }; host: string }, PortDict | null>(
      '1.1',
    ),
    release_dhcp_port: call<{ network_id: string; device_id: string; host: string }, null>('1.0'),
    get_dhcp_port: call<{ port_id: string }, PortDict>('1.8'),
    /** At most 64 ports a call: their DHCP is configured. */
    dhcp_ready_on_ports: call<{ port_ids: string[] }, null>('1.5'),
    get_networks: call<
      { filters?: Record<string, unknown> | null; fields?: string[] | null },
      Partial<NetworkDict>[]
    >('1.7'),
  },
});
