import { call, defineInterface } from './interface.ts';

/**
 * What the database says of the whole deployment, for neutron-doctor on a host that has no access to the database. Not
 * Neutron's: Python Neutron's server answers that it has no such method.
 */

export interface AgentFacts {
  readonly agent_type: string;
  readonly host: string;
  /** Its own address in tunnels. */
  readonly tunneling_ip: string | null;
  /** Network cards by physical network. */
  readonly interface_mappings: Readonly<Record<string, string>>;
}

export interface NetworkFacts {
  readonly id: string;
  readonly name: string | null;
  readonly mtu: number;
  readonly external: boolean;
  readonly segments: readonly {
    readonly network_type: string;
    readonly physical_network: string | null;
    readonly segmentation_id: number | null;
  }[];
}

export interface SubnetFacts {
  readonly id: string;
  readonly name: string | null;
  readonly network_id: string;
  readonly ip_version: number;
  readonly cidr: string;
  readonly gateway_ip: string | null;
  readonly enable_dhcp: boolean;
  readonly allocation_pools: readonly { readonly start: string; readonly end: string }[];
}

/** A port of a network that is on a physical network. */
export interface PortFacts {
  readonly id: string;
  readonly network_id: string;
  readonly mac_address: string;
  readonly device_owner: string;
  readonly addresses: readonly string[];
}

export interface CloudFacts {
  /** The clock of who answers: UTC, ISO 8601, milliseconds. */
  readonly time: string;
  /** Bytes of the largest packet of a tunnel of a network created now; null when who answers does not know. */
  readonly tunnel_bytes: number | null;
  readonly agents: readonly AgentFacts[];
  readonly networks: readonly NetworkFacts[];
  readonly subnets: readonly SubnetFacts[];
  readonly ports: readonly PortFacts[];
}

export const facts = defineInterface({
  topic: 'q-plugin',
  namespace: 'nts.facts',
  version: '1.0',
  methods: { get_facts: call<object, CloudFacts>('1.0') },
});
