import { randomInt } from 'node:crypto';
import { merge, type Range } from '../../../net/ranges.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';

const CHUNK = 1000;

interface Sync {
  readonly ranges: readonly Range[];
  readonly stored: readonly { readonly number: number; readonly allocated: boolean }[];
  insert(numbers: number[]): Promise<unknown>;
  remove(numbers: number[]): Promise<unknown>;
}

async function inChunks(
  numbers: readonly number[],
  work: (chunk: number[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < numbers.length; at += CHUNK) await work(numbers.slice(at, at + CHUNK));
}

/** Adds a free row for each number of the ranges that has none, and removes free rows outside them. */
export async function syncNumbers({ ranges, stored, insert, remove }: Sync): Promise<void> {
  const wanted = new Set<number>();
  for (const { start, end } of ranges) {
    for (let number = Number(start); number <= Number(end); number += 1) wanted.add(number);
  }
  const surplus: number[] = [];
  for (const { number, allocated } of stored) {
    if (!wanted.delete(number) && !allocated) surplus.push(number);
  }
  try {
    await inChunks([...wanted], insert);
  } catch (error) {
    throw isDuplicate(error) ? new RetryTransaction('another server starts on this database') : error;
  }
  await inChunks(surplus, remove);
}

/**
 * A free number of the ranges, found from a random place on, so that servers side by side seldom ask for the same one.
 * `firstFree` looks for the lowest free number between two bounds.
 */
export async function pickFree(
  ranges: readonly Range[],
  firstFree: (from: number, to: number) => Promise<number | undefined>,
): Promise<number | undefined> {
  const merged = merge(ranges);
  if (merged.length === 0) return undefined;
  const first = randomInt(merged.length);
  const start = merged[first]!;
  const middle = Number(start.start) + randomInt(Number(start.end - start.start) + 1);
  const rounds = [
    [middle, Number(start.end)],
    ...[...merged.slice(first + 1), ...merged.slice(0, first)].map((range) => [
      Number(range.start),
      Number(range.end),
    ]),
    [Number(start.start), middle - 1],
  ] as const;
  for (const [from, to] of rounds) {
    const found = from! <= to! ? await firstFree(from!, to!) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
