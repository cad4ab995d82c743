import { networkWithoutDhcpAgent } from '../../../health/catalogue/networks.ts';
import { dhcpNamespace, routerNamespace } from '../../../net/names.ts';
import { type Facts, hostOf, networkLabel, type TraceNetwork, type TracePort } from '../facts.ts';
import type { Passing } from '../hops/filter.ts';
import { metadataHop } from '../hops/services.ts';
import type { Hop } from '../look.ts';
import { arrive, dead, dhcpPortOn } from './ends.ts';
import { acrossNetwork } from './within.ts';

/** The address that machines ask for their metadata. */
export const METADATA = '169.254.169.254';

/** Where haproxy listens in the namespace of a router, unless metadata_port says otherwise. */
const PROXY_PORT = 9697;

export const metadataByRouter = (host: string, routerId: string): Hop =>
  metadataHop('L3 agent', {
    host,
    netns: routerNamespace(routerId),
    port: PROXY_PORT,
  });

/** Where no router serves the subnet, the DHCP server's namespace takes requests for metadata. */
export function metadataByDhcp(facts: Facts, network: TraceNetwork, port: TracePort, packet: Passing): Hop[] {
  const dhcp = dhcpPortOn(facts, network.id);
  if (!dhcp) {
    const finding = networkWithoutDhcpAgent.found({ network: network.id, agents: 'it has no DHCP port' });
    return [dead(`DHCP of network ${networkLabel(network)}`, null, finding)];
  }
  const address = dhcp.fixed_ips[0]?.ip_address ?? '';
  return [
    ...acrossNetwork(facts, port, dhcp),
    ...arrive(facts, dhcp, { ...packet, destination: address }, port),
    metadataHop('DHCP agent', {
      host: hostOf(facts, dhcp)!,
      netns: dhcpNamespace(network.id),
      port: 80,
    }),
  ];
}
