import type { PortDict } from './dicts.ts';
import { call, defineInterface } from './interface.ts';

export type Ethertype = 'IPv4' | 'IPv6';

/** One rule as a firewall driver takes it; an absent key means any. */
export interface FirewallRule {
  direction: 'ingress' | 'egress';
  ethertype: Ethertype;
  /** Present only in the answer of security_group_rules_for_devices. */
  security_group_id?: string;
  stateful?: boolean;
  protocol?: string;
  port_range_min?: number;
  port_range_max?: number;
  source_port_range_min?: number;
  source_port_range_max?: number;
  remote_group_id?: string;
  remote_address_group_id?: string;
  source_ip_prefix?: string;
  dest_ip_prefix?: string;
}

/** A port with what its filters need; `fixed_ips` are bare addresses here. */
export interface FilteredPort extends Omit<PortDict, 'fixed_ips'> {
  /** As the agent named it. */
  device: string;
  fixed_ips: string[];
  security_group_source_groups: string[];
  security_group_remote_address_groups?: string[];
  /** DHCP and router advertisement rules of this port; with security_group_rules_for_devices all of its rules. */
  security_group_rules: FirewallRule[];
}

/** An address with its MAC when it comes from an allowed address pair, else null. */
export type MemberAddress = [ip: string, mac: string | null];

export interface SecurityGroupInfo {
  /** By port UUID; Neutron's own ports are left out. A port without port security is named, and says so. */
  devices: Record<string, FilteredPort>;
  security_groups: Record<string, FirewallRule[]>;
  /** Of remote groups and remote address groups, by their UUID; of the families that rules refer to. */
  sg_member_ips: Record<string, Partial<Record<Ethertype, MemberAddress[]>>>;
}

/** What L2 agents ask to build filters. */
export const securityGroups = defineInterface({
  topic: 'q-plugin',
  version: '1.3',
  methods: {
    security_group_info_for_devices: call<{ devices: string[]; call_version?: string }, SecurityGroupInfo>(
      '1.3',
    ),
    security_group_rules_for_devices: call<{ devices: string[] }, Record<string, FilteredPort>>('1.1'),
  },
});
