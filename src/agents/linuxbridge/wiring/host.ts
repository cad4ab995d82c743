import type { Link } from '../../../linux/links.ts';
import { type Network, observeNetwork } from '../../../linux/observe.ts';

/** What a plan of wiring is made from: this host as it is. */
export type Host = Network;

/** Its devices by name, which is enough for a plan of ports. */
export type Links = Host['links'];

export const observeHost = (): Promise<Host> => observeNetwork();

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
