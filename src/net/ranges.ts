/** Inclusive ranges of numbers: allocation pools, VNIs, VLANs. */
export interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

const byStart = (left: Range, right: Range): number =>
  left.start < right.start ? -1 : left.start > right.start ? 1 : 0;

/** Ascending, with neighbours and overlaps joined. */
export function merge(ranges: readonly Range[]): Range[] {
  const merged: { start: bigint; end: bigint }[] = [];
  for (const range of ranges.toSorted(byStart)) {
    const last = merged.at(-1);
    if (last !== undefined && range.start <= last.end + 1n) {
      if (range.end > last.end) last.end = range.end;
    } else merged.push({ ...range });
  }
  return merged;
}

/** What is left of ascending disjoint ranges without the given numbers. */
export function without(ranges: readonly Range[], numbers: Iterable<bigint>): Range[] {
  const holes = [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1));
  const left: Range[] = [];
  let next = 0;
  for (const { start, end } of ranges) {
    let from = start;
    while (next < holes.length && holes[next]! < start) next += 1;
    for (let at = next; at < holes.length && holes[at]! <= end; at += 1) {
      if (holes[at]! > from) left.push({ start: from, end: holes[at]! - 1n });
      from = holes[at]! + 1n;
    }
    if (from <= end) left.push({ start: from, end });
  }
  return left;
}

/** How many numbers the disjoint ranges hold. */
export const count = (ranges: readonly Range[]): bigint =>
  ranges.reduce((sum, { start, end }) => sum + (end - start + 1n), 0n);

/** The number at a position counted over ascending disjoint ranges. */
export function at(ranges: readonly Range[], position: bigint): bigint {
  let left = position;
  for (const { start, end } of ranges) {
    const size = end - start + 1n;
    if (left < size) return start + left;
    left -= size;
  }
  throw new RangeError(`no position ${position}`);
}

/** Up to `wanted` different numbers, at random, among the first `window` of the ranges. */
export function sample(ranges: readonly Range[], wanted: number, window: bigint): bigint[] {
  const total = count(ranges);
  const size = Number(total < window ? total : window);
  const positions = new Set<number>();
  if (wanted * 2 >= size) {
    const all = Array.from({ length: size }, (_, index) => index);
    for (let index = size - 1; index > 0; index -= 1) {
      const other = Math.floor(Math.random() * (index + 1));
      [all[index], all[other]] = [all[other]!, all[index]!];
    }
    for (const position of all.slice(0, wanted)) positions.add(position);
  } else while (positions.size < wanted) positions.add(Math.floor(Math.random() * size));
  return [...positions].map((position) => at(ranges, BigInt(position)));
}

/** The first `wanted` numbers of ascending disjoint ranges. */
export function take(ranges: readonly Range[], wanted: number): bigint[] {
  const taken: bigint[] = [];
  for (const { start, end } of ranges) {
    for (let number = start; number <= end && taken.length < wanted; number += 1n) taken.push(number);
  }
  return taken;
}
