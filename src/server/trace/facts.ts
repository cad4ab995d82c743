import { DHCP_PORT, ROUTER_GATEWAY } from '../../net/deviceOwners.ts';
import type { DiagnosableAgent } from '../../rpc/diagnosis.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import type { RouterInfo } from '../../rpc/l3plugin.ts';
import type { StoredSegment } from '../services/networks/rows.ts';

/** What the database says that a path may depend on; loaded once, before the path is computed. */
export interface Facts {
  readonly ports: readonly TracePort[];
  readonly networks: ReadonlyMap<string, TraceNetwork>;
  readonly routers: readonly TraceRouter[];
  readonly agents: readonly TraceAgent[];
}

export interface TraceAgent {
  readonly type: string;
  readonly host: string;
  readonly binary: string;
  readonly alive: boolean;
  /** When it was last heard, in words: '3 min ago'. */
  readonly heard: string;
  readonly configurations: Readonly<Record<string, unknown>>;
}

export interface TraceNetwork {
  readonly id: string;
  readonly name: string;
  readonly mtu: number;
  readonly external: boolean;
  readonly segment: StoredSegment | undefined;
  readonly subnets: readonly SubnetDict[];
}

export interface TraceRule {
  readonly id: string;
  readonly direction: 'ingress' | 'egress';
  readonly ethertype: 'IPv4' | 'IPv6';
  readonly protocol: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly remotePrefix: string | null;
  /** Name of the remote group or address group, and which of its addresses or blocks matter to this trace. */
  readonly remote: { readonly name: string; readonly members: readonly string[] } | null;
}

export interface TraceGroup {
  readonly id: string;
  readonly name: string;
  readonly rules: readonly TraceRule[];
}

/** A port; one of a router carries more with its addresses. */
export interface TracePort extends PortDict {
  /** Its security groups; none are loaded of ports that are not filtered. */
  readonly groups: readonly TraceGroup[];
}

export interface TraceRouter {
  readonly info: RouterInfo;
  /** Where it works; of a highly available one, where it is active. */
  readonly host: string | null;
}

/** The packet whose way is looked for. */
export interface Question {
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly port: number | undefined;
}

/** An end of a path: a port with one of its addresses, or an address that is no port's. */
export interface End {
  readonly address: string;
  readonly port: TracePort | undefined;
  /** The floating IP by which the port was named. */
  readonly floating: string | undefined;
}

/** How a port or router is called in sentences. */
export const labelOf = ({ name, id }: Pick<PortDict, 'name' | 'id'>): string => (name === '' ? id : name);

const OWNERS: Readonly<Record<string, string>> = {
  [DHCP_PORT]: 'DHCP',
  [ROUTER_GATEWAY]: "router's gateway",
};

/** What a port is in the name of a hop. */
export const portText = (port: Pick<PortDict, 'name' | 'id' | 'device_owner'>): string => {
  if (!port.device_owner.startsWith('network:')) return `port ${labelOf(port)}`;
  return OWNERS[port.device_owner] ?? "router's interface";
};
export const networkLabel = ({ name, id }: TraceNetwork): string => (name === '' ? id : name);

export const agentOn = (facts: Facts, type: DiagnosableAgent, host: string): TraceAgent | undefined =>
  facts.agents.find((agent) => agent.type === type && agent.host === host);

export const isNeutrons = ({ device_owner }: Pick<PortDict, 'device_owner'>): boolean =>
  device_owner.startsWith('network:');

/** Whether security groups filter the port. */
export const isFiltered = (port: PortDict): boolean =>
  !isNeutrons(port) && port.port_security_enabled !== false;

/** Where a port is plugged in; a router's where the router works. */
export function hostOf(facts: Facts, port: PortDict): string | null {
  const router = facts.routers.find(({ info }) => info.id === port.device_id);
  return (router ? router.host : port['binding:host_id']) || null;
}
