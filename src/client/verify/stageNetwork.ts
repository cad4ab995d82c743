import { randomInt } from 'node:crypto';
import { overlaps, parseCidr } from '../../net/cidr.ts';
import { ClientError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, str } from '../python/value.ts';
import { network, subnet } from '../resources.ts';
import type { Maker } from './maker.ts';
import { subnetOf } from './survey.ts';

/** A network and the subnet on it that is used. */
export interface Place {
  readonly network: Dict;
  readonly subnet: Dict;
  /** Made for the tests. */
  readonly own: boolean;
  /** Why it is none of our own, though nobody named it. */
  readonly why?: string;
}

/** The range set aside for tests of networks (RFC 2544), which nobody should use: 198.18.0.0/15, 512 blocks of /24. */
const BLOCKS = 512;
const blockOf = (number: number) => `198.${18 + (number >> 8)}.${number & 255}.0/24`;

/** The network that is named; else one of our own; else, where no private networks can be made, one that is there. */
export async function chooseNetwork(api: Api, maker: Maker, name: string | undefined): Promise<Place> {
  if (name !== undefined) return existing(api, await api.find(network, name));
  try {
    return await ownNetwork(api, maker, []);
  } catch (error) {
    if (!(error instanceof ClientError) || error.status === undefined) throw error;
    const found = await provider(api);
    if (!found) throw error;
    return { ...found, why: `no network of our own: ${error.message.split('\n')[0]}` };
  }
}

/** A second network of our own, to be reached through a router. Its machines need no DHCP. */
export const secondNetwork = (api: Api, maker: Maker, first: Place): Promise<Place> =>
  ownNetwork(api, maker, [str(first.subnet.cidr ?? null)], { enable_dhcp: false });

async function ownNetwork(api: Api, maker: Maker, taken: string[], more: Dict = {}): Promise<Place> {
  const [made, subnets] = await Promise.all([
    maker.make(network, {}),
    api.list(subnet.plural, subnet.path, { fields: ['cidr'] }),
  ]);
  const cidr = freeBlock([...taken, ...subnets.map((one) => str(one.cidr ?? null))]);
  const range = { network_id: made.id!, ip_version: 4, cidr };
  return { network: made, subnet: await maker.make(subnet, { ...range, ...more }), own: true };
}

/** A block that overlaps none of these; the search begins anywhere, as others may search too. */
export function freeBlock(taken: readonly string[], start = randomInt(BLOCKS)): string {
  const used = taken.flatMap((cidr) => parseCidr(cidr) ?? []);
  for (let step = 0; step < BLOCKS; step += 1) {
    const cidr = blockOf((start + step) % BLOCKS);
    if (!used.some((other) => overlaps(other, parseCidr(cidr)!))) return cidr;
  }
  throw new ClientError(
    'No range is free for a network: all of 198.18.0.0/15 is in use. Name one by --network.',
  );
}

async function existing(api: Api, found: Dict): Promise<Place> {
  const range = await subnetOf(api, str(found.id ?? null));
  if (!range) throw new ClientError(`Network ${str(found.name ?? null)} has no IPv4 subnet.`);
  return { network: found, subnet: range, own: false };
}

/** A network on the LAN itself, one for machines before one for routers. */
async function provider(api: Api): Promise<Place | undefined> {
  const all = await api.list(network.plural, network.path);
  const physical = all.filter((one) => one['provider:physical_network'] && one.admin_state_up === true);
  const sorted = physical.toSorted((a, b) => Number(a['router:external']) - Number(b['router:external']));
  for (const one of sorted) {
    const range = await subnetOf(api, str(one.id ?? null));
    if (range) return { network: one, subnet: range, own: false };
  }
  return undefined;
}
