import { vxlan } from '../../../config/options/index.ts';
import type { Link } from '../../../linux/links.ts';
import { listRoutes, type Route } from '../../../linux/routes.ts';
import { cidrContains, formatCidr, parseCidr } from '../../../net/cidr.ts';
import type { DoctorContext } from '../../context.ts';
import { readMappings } from '../host/mappings.ts';
import { cardBelow } from '../host/nics.ts';

/** The network of this host as it is now, and what the Linux bridge agent's configuration says of it. */
export interface HostNetwork {
  readonly links: ReadonlyMap<string, Link>;
  /** Addresses with their prefixes, by device. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly routes: readonly Route[];
  /** Devices by physical network: cards, and bridges that the administrator made. */
  readonly mappings: ReadonlyMap<string, string>;
  readonly localIp: string | undefined;
}

const known = new WeakMap<DoctorContext, Promise<HostNetwork>>();

/** Looks once for all checks. */
export function hostNetworkOf(context: DoctorContext): Promise<HostNetwork> {
  const looked = known.get(context) ?? look(context);
  known.set(context, looked);
  return looked;
}

async function look({ configOf, seen }: DoctorContext): Promise<HostNetwork> {
  const config = configOf('neutron-linuxbridge-agent');
  const [links, addresses, routes] = await Promise.all([
    seen.links(),
    seen.addresses(),
    listRoutes({ family: 4 }),
  ]);
  const { nics, bridges } = config ? readMappings(config) : { nics: [], bridges: [] };
  const tunnels = config?.group(vxlan);
  const byDevice = Map.groupBy(addresses, ({ device }) => device);
  return {
    links,
    addresses: new Map([...byDevice].map(([device, list]) => [device, list.map(({ cidr }) => cidr)])),
    routes,
    mappings: new Map([...nics, ...bridges].map((one) => [one.physicalNetwork, one.device])),
    localIp: tunnels?.enable_vxlan ? (tunnels.local_ip ?? undefined) : undefined,
  };
}

/** IPv4 addresses with prefixes of a device, or of the bridge that it is in: where the agent moves them. */
export function addressesAt({ links, addresses }: HostNetwork, device: string): readonly string[] {
  const bridge = links.get(device)?.master;
  return [device, ...(bridge === undefined ? [] : [bridge])]
    .flatMap((name) => addresses.get(name) ?? [])
    .filter((address) => !address.includes(':'));
}

/** The device that has an address; undefined when none has. */
export const deviceWith = ({ addresses }: HostNetwork, address: string): string | undefined =>
  [...addresses].find(([, list]) => list.some((cidr) => cidr.split('/')[0] === address))?.[0];

/** The card that tunnels leave by; undefined when local_ip is not on this host. */
export function tunnelCard(network: HostNetwork): Link | undefined {
  const device = network.localIp === undefined ? undefined : deviceWith(network, network.localIp);
  return device === undefined ? undefined : network.links.get(cardBelow(network.links, device));
}

/** Whether addresses are asked for by ARP on a device: it is up, and Ethernet. */
export function speaksArp({ links }: HostNetwork, device: string): boolean {
  const link = links.get(device);
  return (
    link?.up === true && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(link.mac) && !/^(00:){5}00$/.test(link.mac)
  );
}

/** The CIDR of an address's network: 192.168.81.66/24 is in 192.168.81.0/24. */
export const networkOf = (address: string): string => formatCidr(parseCidr(address)!);

/** Whether the host itself has the address. */
export const isOwn = (network: HostNetwork, address: string): boolean =>
  deviceWith(network, address) !== undefined;

/** By which device and with which address of its own this host reaches an address; undefined with a router between. */
export function onLink(
  network: HostNetwork,
  address: string,
): { readonly device: string; readonly source: string } | undefined {
  for (const [device, list] of network.addresses) {
    if (!speaksArp(network, device)) continue;
    const cidr = list.find((one) => cidrContains(one, address));
    if (cidr !== undefined) return { device, source: cidr.split('/')[0]! };
  }
  return undefined;
}
