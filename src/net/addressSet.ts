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

/** What the holes leave of the ranges; both are ascending and disjoint, and gone through once. */
function subtract(ranges: readonly Range[], holes: readonly Range[]): Range[] {
  const left: Range[] = [];
  let next = 0;
  for (const { start, end } of ranges) {
    let from = start;
    while (next < holes.length && holes[next]!.end < start) next += 1;
    for (let at = next; at < holes.length && holes[at]!.start <= end; at += 1) {
      const hole = holes[at]!;
      if (hole.start > from) left.push({ start: from, end: hole.start - 1n });
      from = hole.end + 1n;
    }
    if (from <= end) left.push({ start: from, end });
  }
  return left;
}

function meet(left: readonly Range[], right: readonly Range[]): boolean {
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    if (left[l]!.end < right[r]!.start) l += 1;
    else if (right[r]!.end < left[l]!.start) r += 1;
    else return true;
  }
  return false;
}

export const difference = (whole: AddressSet, part: AddressSet): AddressSet =>
  each((version) => subtract(whole[version], part[version]));

export const intersects = (left: AddressSet, right: AddressSet): boolean =>
  VERSIONS.some((version) => meet(left[version], right[version]));

export const isSubset = (part: AddressSet, whole: AddressSet): boolean =>
  VERSIONS.every((version) => subtract(part[version], whole[version]).length === 0);

/** The position of a number's highest bit. */
const highestBit = (number: bigint): number => number.toString(2).length - 1;

/** The largest block that begins a range and does not leave it. */
function firstBlock({ start, end }: Range, version: IpVersion): Cidr {
  const bits = bitsOf(version);
  const aligned = start === 0n ? bits : highestBit(start & -start);
  const size = Math.min(aligned, highestBit(end - start + 1n));
  return { version, prefix: bits - size, first: start, last: start + (1n << BigInt(size)) - 1n };
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
