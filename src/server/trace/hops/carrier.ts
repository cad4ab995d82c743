import { bridgeName, vlanDeviceName, vxlanDeviceName } from '../../../net/names.ts';
import { agentOn, type Facts, type TraceNetwork } from '../facts.ts';

/** What carries a network on a host, as its agent would name it. */
export interface Carrier {
  readonly bridge: string;
  /** The device by which the network leaves the host; null where the bridge is the operator's own. */
  readonly uplink: string | null;
  /** For a network that travels in tunnels. */
  readonly tunnel: {
    readonly vni: number;
    readonly localIp: string | undefined;
    readonly told: boolean;
  } | null;
}

const record = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};

/** How a host carries a network; undefined where nothing is known of it. */
export function carrierOf(facts: Facts, network: TraceNetwork, host: string): Carrier | undefined {
  const { segment } = network;
  if (!segment) return undefined;
  const configurations = agentOn(facts, 'Linux bridge agent', host)?.configurations ?? {};
  const bridge = bridgeName(network.id);
  const physical = segment.physical_network ?? '';
  const number = segment.segmentation_id ?? 0;
  switch (segment.network_type) {
    case 'vxlan': {
      const { tunneling_ip, l2_population } = configurations;
      const localIp = typeof tunneling_ip === 'string' ? tunneling_ip : undefined;
      const tunnel = { vni: number, localIp, told: l2_population === true };
      return { bridge, uplink: vxlanDeviceName(number), tunnel };
    }
    case 'flat':
    case 'vlan': {
      const own = record(configurations.bridge_mappings)[physical];
      if (own !== undefined) return { bridge: own, uplink: null, tunnel: null };
      const card = record(configurations.interface_mappings)[physical];
      if (card === undefined) return { bridge, uplink: null, tunnel: null };
      return {
        bridge,
        uplink: segment.network_type === 'flat' ? card : vlanDeviceName(card, number),
        tunnel: null,
      };
    }
    default:
      return { bridge, uplink: null, tunnel: null };
  }
}

/** Bytes that VXLAN adds to a packet over IPv4: headers of Ethernet, VXLAN, UDP and IP. */
export const VXLAN_OVERHEAD = 50;
