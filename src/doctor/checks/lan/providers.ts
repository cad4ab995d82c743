import type { CloudFacts, NetworkFacts, SubnetFacts } from '../../../rpc/facts.ts';
import { type HostNetwork, speaksArp } from './hostNetwork.ts';

/** A subnet of a flat or VLAN network whose physical network this host has a card for. */
export interface ProviderSubnet {
  readonly network: NetworkFacts;
  readonly subnet: SubnetFacts;
  /** The subnet's name, or its id when it has none. */
  readonly name: string;
  /** Where its LAN is: the card, its VLAN device, or the mapped bridge. */
  readonly device: string;
}

/** IPv4 subnets on LANs that this host reaches by a device that is up. */
export function providerSubnets(facts: CloudFacts, host: HostNetwork): ProviderSubnet[] {
  const deviceOf = ({ segments }: NetworkFacts): string | undefined => {
    for (const { network_type, physical_network, segmentation_id } of segments) {
      const card = physical_network === null ? undefined : host.mappings.get(physical_network);
      if (card === undefined) continue;
      const device = network_type === 'vlan' ? `${card}.${segmentation_id}` : card;
      if (speaksArp(host, device)) return device;
    }
    return undefined;
  };
  const networks = new Map(facts.networks.map((network) => [network.id, network]));
  return facts.subnets.flatMap((subnet) => {
    const network = networks.get(subnet.network_id);
    const device = network && deviceOf(network);
    if (!device || subnet.ip_version !== 4) return [];
    return [{ network, subnet, name: subnet.name || subnet.id, device }];
  });
}
