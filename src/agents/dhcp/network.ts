import { cidrContains } from '../../net/cidr.ts';
import { DHCP_PORT, FLOATING_IP, HA_INTERFACE, ROUTER_INTERFACES } from '../../net/deviceOwners.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import type { DhcpSettings } from './settings.ts';

/** Questions about a network that several parts of the agent ask. */

export const allSubnets = (network: DhcpNetwork): readonly SubnetDict[] => [
  ...network.subnets,
  ...(network.non_local_subnets ?? []),
];

/** Local subnets that want DHCP: the agent's port has an address in each. */
export const servedSubnets = (network: DhcpNetwork): readonly SubnetDict[] =>
  network.subnets.filter((subnet) => subnet.enable_dhcp);

export const wantsDhcp = (network: DhcpNetwork): boolean =>
  network.admin_state_up && servedSubnets(network).length > 0;

export const isRouterPort = (port: PortDict): boolean => ROUTER_INTERFACES.includes(port.device_owner);

const ownersWithoutLease = new Set([HA_INTERFACE, FLOATING_IP, DHCP_PORT, 'network:distributed']);

/** Whether dnsmasq should know the port. */
export const wantsLease = (port: PortDict): boolean => !ownersWithoutLease.has(port.device_owner);

/** Ids of subnets that no router serves: no router port has their gateway's address. */
export function isolatedSubnets(network: DhcpNetwork): ReadonlySet<string> {
  const subnets = allSubnets(network);
  const gateways = new Map(subnets.map((subnet) => [subnet.id, subnet.gateway_ip]));
  const isolated = new Set(gateways.keys());
  for (const port of network.ports.filter(isRouterPort))
    for (const { subnet_id, ip_address } of port.fixed_ips)
      if (gateways.get(subnet_id) === ip_address) isolated.delete(subnet_id);
  return isolated;
}

type MetadataSettings = Pick<DhcpSettings, 'forceMetadata' | 'isolatedMetadata' | 'metadataNetwork'>;

/** Whether any subnet lies inside the link-local block that serves metadata through a router of another vendor. */
export const hasMetadataSubnet = (network: DhcpNetwork): boolean =>
  allSubnets(network).some((subnet) => {
    const [address = '', prefix] = subnet.cidr.split('/');
    return Number(prefix) >= 16 && cidrContains('169.254.0.0/16', address);
  });

/** Whether the DHCP namespace runs a metadata proxy for the network. */
export function wantsMetadataProxy(settings: MetadataSettings, network: DhcpNetwork): boolean {
  const served = allSubnets(network).filter((subnet) => subnet.enable_dhcp);
  if (served.length === 0) return false;
  if (settings.forceMetadata) return true;
  if (!settings.isolatedMetadata) return false;
  if (settings.metadataNetwork && hasMetadataSubnet(network)) return true;
  const isolated = isolatedSubnets(network);
  return served.some((subnet) => isolated.has(subnet.id));
}
