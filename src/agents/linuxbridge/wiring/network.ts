import type { Finding } from '../../../health/finding.ts';
import { oneLine } from '../../../health/render.ts';
import { bridgeName, vlanDeviceName, vxlanDeviceName } from '../../../net/names.ts';
import type { NetworkType } from '../../../rpc/dicts.ts';
import type { Settings } from '../settings.ts';

/** A network as this host must carry it. */
export interface Network {
  readonly id: string;
  readonly type: NetworkType;
  readonly physicalNetwork: string | null;
  readonly segmentationId: number | null;
  readonly mtu: number;
}

/** A device of this host that carries a port. */
export interface Port {
  readonly device: string;
  readonly networkId: string;
  readonly adminStateUp: boolean;
  /**
   * Instances' taps are put into the bridge by whoever plugs them (Nova): 'foreign'. All others join by this agent.
   * One whose binding was made inactive by a live migration leaves.
   */
  readonly membership: 'join' | 'foreign' | 'leave';
}

/** What joins a network's bridge to the outside of this host. */
export type Uplink =
  | { readonly kind: 'none' }
  | { readonly kind: 'flat'; readonly device: string }
  | { readonly kind: 'vlan'; readonly device: string; readonly parent: string; readonly vlan: number }
  | { readonly kind: 'vxlan'; readonly device: string; readonly vni: number };

/** A network that this host cannot carry; the text says why and what to change. */
export class Unwirable extends Error {
  /** What of the catalogue it is, where that is not told of the host as such. */
  readonly finding: Finding | undefined;

  constructor(text: string, finding?: Finding) {
    super(finding ? `${text}: ${oneLine(finding)}` : text);
    this.name = 'Unwirable';
    this.finding = finding;
  }
}

/** The bridge of a network: the operator's when its physical network is mapped to one, else brq… */
export function bridgeOf(network: Network, settings: Settings): { name: string; ours: boolean } {
  const mapped = isPhysical(network) ? settings.bridges.get(network.physicalNetwork ?? '') : undefined;
  return mapped === undefined ? { name: bridgeName(network.id), ours: true } : { name: mapped, ours: false };
}

const isPhysical = (network: Network) => network.type === 'flat' || network.type === 'vlan';

/** Throws Unwirable when nothing on this host can carry the network. */
export function uplinkOf(network: Network, settings: Settings): Uplink {
  const { type, physicalNetwork, segmentationId } = network;
  switch (type) {
    case 'local':
      return { kind: 'none' };
    case 'vxlan':
      if (!settings.vxlan) {
        throw new Unwirable(
          `Network ${network.id} is of type vxlan, which is off on this host. Set [vxlan] enable_vxlan = True and local_ip.`,
        );
      }
      return { kind: 'vxlan', device: vxlanDeviceName(segmentationId ?? 0), vni: segmentationId ?? 0 };
    case 'flat':
    case 'vlan': {
      if (settings.bridges.has(physicalNetwork ?? '') && type === 'flat') return { kind: 'none' };
      const parent = settings.interfaces.get(physicalNetwork ?? '');
      if (parent === undefined) {
        if (settings.bridges.has(physicalNetwork ?? '')) return { kind: 'none' };
        throw new Unwirable(
          `Network ${network.id} needs the physical network ${physicalNetwork}, which this host does not have. Add ${physicalNetwork}:INTERFACE to [linux_bridge] physical_interface_mappings.`,
        );
      }
      if (type === 'flat') return { kind: 'flat', device: parent };
      const vlan = segmentationId ?? 0;
      return { kind: 'vlan', device: vlanDeviceName(parent, vlan), parent, vlan };
    }
    default:
      throw new Unwirable(
        `Network ${network.id} is of type ${type}, which the Linux bridge agent does not carry.`,
      );
  }
}
