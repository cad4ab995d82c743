import { bitsOf, type IpVersion } from './address.ts';
import type { Cidr } from './cidr.ts';
import { merge, type Range } from './ranges.ts';

/** A set of addresses: per version its ascending, disjoint ranges. What netaddr calls an IPSet. */
export type AddressSet = Readonly<Record<IpVersion, readonly Range[]>>;

const VERSIONS = [4, 6] as const;

const each = (make: (version: IpVersion) => readonly Range[]): AddressSet => ({ 4: make(4), 6: make(6) });

/** Everything that lies in one of the blocks. */
export const addressSet = (blocks: readonly Cidr[]): AddressSet =>
  each((version) =>
    merge(
      blocks
        .filter((block) => block.version === version)
        .map(({ first, last }) => ({ start: first, end: last })),
    ),
  );

const subtract = (ranges: readonly Range[], holes: readonly Range[]): Range[] =>
  holes.reduce<Range[]>(
    (left, hole) =>
      left.flatMap(({ start, end }) => [
        ...(start < hole.start ? [{ start, end: end < hole.start ? end : hole.start - 1n }] : []),
        ...(end > hole.end ? [{ start: start > hole.end ? start : hole.end + 1n, end }] : []),
      ]),
    [...ranges],
  );

export const difference = (whole: AddressSet, part: AddressSet): AddressSet =>
  each((version) => subtract(whole[version], part[version]));

export const intersects = (left: AddressSet, right: AddressSet): boolean =>
  VERSIONS.some((version) =>
    left[version].some((range) =>
      right[version].some(({ start, end }) => start <= range.end && range.start <= end),
    ),
  );

export const isSubset = (part: AddressSet, whole: AddressSet): boolean =>
  VERSIONS.every((version) => subtract(part[version], whole[version]).length === 0);

/** The largest block that begins a range and does not leave it. */
function firstBlock({ start, end }: Range, version: IpVersion): Cidr {
  let size = 1n;
  let prefix = bitsOf(version);
  while (prefix > 0 && start % (size * 2n) === 0n && start + size * 2n - 1n <= end) {
    size *= 2n;
    prefix -= 1;
  }
  return { version, prefix, first: start, last: start + size - 1n };
}

function cover(range: Range, version: IpVersion): Cidr[] {
  const blocks: Cidr[] = [];
  for (let { start } = range; start <= range.end; start = blocks.at(-1)!.last + 1n) {
    blocks.push(firstBlock({ start, end: range.end }, version));
  }
  return blocks;
}

/** The fewest blocks that make up the set, ascending, IPv4 first. */
export const blocksOf = (set: AddressSet): Cidr[] =>
  VERSIONS.flatMap((version) => set[version].flatMap((range) => cover(range, version)));
