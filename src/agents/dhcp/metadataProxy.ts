import type { MetadataProxy } from '../../linux/haproxy.ts';
import { dhcpNamespace } from '../../net/names.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import { hasMetadataSubnet, isRouterPort, wantsMetadataProxy } from './network.ts';
import type { DhcpSettings } from './settings.ts';

/** The proxy of a network's DHCP namespace; on a metadata network of a router it speaks for that router. */
export function planMetadataProxy(
  network: DhcpNetwork,
  device: string,
  settings: DhcpSettings,
  ipv6: boolean,
): MetadataProxy | undefined {
  if (!wantsMetadataProxy(settings, network)) return undefined;
  const router = settings.metadataNetwork && hasMetadataSubnet(network) && network.ports.find(isRouterPort);
  return {
    ...(router ? { kind: 'Router', id: router.device_id } : { kind: 'Network', id: network.id }),
    netns: dhcpNamespace(network.id),
    bind: '169.254.169.254:80',
    bindIpv6: ipv6 ? `fe80::a9fe:a9fe:80 interface ${device}` : undefined,
  };
}
