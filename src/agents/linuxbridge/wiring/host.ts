import { type Address, readAddresses } from '../../../linux/addresses.ts';
import { type Link, readLinks } from '../../../linux/links.ts';
import { run } from '../../../linux/process.ts';
import { listRoutes, type Route } from '../../../linux/routes.ts';

/** What a plan of wiring is made from: this host as it is. */
export interface Host {
  readonly links: ReadonlyMap<string, Link>;
  readonly addresses: readonly Address[];
  readonly routes: readonly Route[];
}

export async function observeHost(): Promise<Host> {
  const [{ stdout }, routes] = await Promise.all([run(['ip', '-d', '-j', 'addr', 'show']), listRoutes()]);
  return {
    links: new Map(readLinks(stdout).map((link) => [link.name, link])),
    addresses: readAddresses(stdout),
    routes,
  };
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
