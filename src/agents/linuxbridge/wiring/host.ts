import { type Address, listAddresses } from '../../../linux/addresses.ts';
import { type Link, listLinks } from '../../../linux/links.ts';
import { listRoutes, type Route } from '../../../linux/routes.ts';

/** What a plan of wiring is made from: this host as it is. */
export interface Host {
  readonly links: ReadonlyMap<string, Link>;
  readonly addresses: readonly Address[];
  readonly routes: readonly Route[];
}

export async function observeHost(): Promise<Host> {
  const [links, addresses, routes] = await Promise.all([listLinks(), listAddresses(), listRoutes()]);
  return { links, addresses, routes };
}

/** Devices that are in a bridge. */
export const membersOf = (host: Host, bridge: string): readonly Link[] =>
  [...host.links.values()].filter((link) => link.master === bridge);

/** The device that carries an address, or for an address that moved to a bridge, the NIC below that bridge. */
export function deviceOfAddress(host: Host, address: string, nics: Iterable<string>): string | undefined {
  const owner = host.addresses.find(({ cidr }) => cidr.split('/')[0] === address)?.device;
  if (owner === undefined || host.links.get(owner)?.kind !== 'bridge') return owner;
  const mapped = new Set(nics);
  return membersOf(host, owner).find((link) => mapped.has(link.name))?.name ?? owner;
}
