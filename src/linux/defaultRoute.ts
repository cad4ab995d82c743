import { cidrContains } from '../net/cidr.ts';
import { ip } from './batch.ts';
import { listRoutes, type Route } from './routes.ts';

export interface Gateway {
  readonly address: string;
  /** The subnet it serves; a gateway outside it is reached by a route of its own. */
  readonly subnetCidr: string;
}

/** Points the default route of one family in a namespace at the gateway, or removes it when there is none. */
export async function ensureDefaultRoute(
  at: { readonly netns: string; readonly device: string; readonly family: 4 | 6 },
  gateway: Gateway | undefined,
): Promise<void> {
  await ip(planDefaultRoute(at.device, gateway, await listRoutes(at)), { netns: at.netns });
}

/** Routes learnt from router advertisements are the kernel's own. */
export function planDefaultRoute(
  device: string,
  gateway: Gateway | undefined,
  observed: readonly Route[],
): readonly string[] {
  const present = observed.filter(
    (route) => route.destination === 'default' && route.via !== undefined && route.protocol !== 'ra',
  );
  if (!gateway) return present.map((route) => `route del default via ${route.via} dev ${device}`);
  if (present.length === 1 && present[0]?.via === gateway.address) return [];
  const reachable = cidrContains(gateway.subnetCidr, gateway.address) || gateway.address.startsWith('fe80:');
  return [
    ...(reachable ? [] : [`route replace ${gateway.address} dev ${device} scope link`]),
    `route replace default via ${gateway.address} dev ${device} proto static`,
  ];
}
