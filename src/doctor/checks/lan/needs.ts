import type { CloudFacts, NetworkFacts } from '../../../rpc/facts.ts';

/** Bytes that VXLAN adds to a packet over IPv4. */
const VXLAN_BYTES = 50;

/** The largest packet that something of the deployment sends, and what that is. */
export interface Need {
  readonly bytes: number;
  readonly what: string;
}

/** Ethernet's own. */
const ORDINARY = 1500;

/**
 * What the way between hosts must carry for tunnels: for the networks that are there and, before there are any, for the
 * first. Where the server's configuration is not known that is what the card carries, as far as it is usual.
 */
export function tunnelNeed(facts: CloudFacts | undefined, cardMtu: number): Need {
  const networks = (facts?.networks ?? []).filter(({ segments }) =>
    segments.some(({ network_type }) => network_type === 'vxlan'),
  );
  const [widest] = networks.toSorted((a, b) => b.mtu - a.mtu);
  if (widest) {
    const { name, id, mtu } = widest;
    return {
      bytes: mtu + VXLAN_BYTES,
      what: `network ${name || id} (${mtu} and ${VXLAN_BYTES} for the tunnel)`,
    };
  }
  return {
    bytes: facts?.tunnel_bytes ?? Math.min(cardMtu, ORDINARY),
    what: 'a private network, once there is one,',
  };
}

/** What a card must carry for flat and VLAN networks on its physical network; undefined when there are none. */
export function physicalNeed(facts: CloudFacts, physicalNetwork: string): Need | undefined {
  const [widest] = networksOn(facts, physicalNetwork).toSorted((a, b) => b.mtu - a.mtu);
  return widest && { bytes: widest.mtu, what: `network ${widest.name || widest.id}` };
}

const networksOn = (facts: CloudFacts, physicalNetwork: string): NetworkFacts[] =>
  facts.networks.filter(({ segments }) =>
    segments.some((segment) => segment.physical_network === physicalNetwork),
  );
