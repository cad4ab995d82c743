import type { IpVersion } from '../../../net/address.ts';
import { addressSet, blocksOf } from '../../../net/addressSet.ts';
import { type Cidr, formatCidr, parseCidr } from '../../../net/cidr.ts';
import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';

/** What a pool hands out. */
export interface Bounds {
  readonly version: IpVersion;
  readonly min: number;
  readonly max: number;
  readonly standard: number;
}

/** Per version: the longest prefix, and the shortest one unless told. */
const LIMITS = { 4: { longest: 32, shortest: 8 }, 6: { longest: 128, shortest: 64 } } as const;

const illegal = (prefix_type: string, prefixlen: number, base_prefix_type: string, base_prefixlen: number) =>
  fault('IllegalSubnetPoolPrefixBounds', { prefix_type, prefixlen, base_prefix_type, base_prefixlen });

/** Prefixes as blocks; each has passed the attribute's validation or comes from the database. */
export const blocks = (prefixes: readonly string[]): Cidr[] => prefixes.map((text) => parseCidr(text)!);

/** The one IP version of prefixes. @throws EmptySubnetPoolPrefixList, PrefixVersionMismatch */
export function versionOfPrefixes(prefixes: readonly string[]): IpVersion {
  const [version, other] = new Set(blocks(prefixes).map((block) => block.version));
  if (version === undefined) throw fault('EmptySubnetPoolPrefixList');
  if (other !== undefined) throw fault('PrefixVersionMismatch');
  return version;
}

/** Prefixes joined into the fewest blocks, ascending. */
export const compact = (prefixes: readonly string[]): string[] =>
  blocksOf(addressSet(blocks(prefixes))).map(formatCidr);

/** The bounds of a pool's subnets, with Neutron's defaults. @throws IllegalSubnetPoolPrefixBounds */
export function boundsOf(item: Item, version: IpVersion): Bounds {
  const { longest, shortest } = LIMITS[version];
  const min = (item.min_prefixlen ?? shortest) as number;
  const max = (item.max_prefixlen ?? longest) as number;
  const standard = (item.default_prefixlen ?? min) as number;
  if (min > max) throw illegal('min_prefixlen', min, 'max_prefixlen', max);
  if (max > longest) throw illegal('max_prefixlen', max, 'ip_version_max', longest);
  if (standard < min) throw illegal('default_prefixlen', standard, 'min_prefixlen', min);
  if (standard > max) throw illegal('default_prefixlen', standard, 'max_prefixlen', max);
  return { version, min, max, standard };
}
