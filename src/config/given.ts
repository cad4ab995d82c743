import { normalGroup } from './declared.ts';
import type { Entry } from './file.ts';
import type { Origin } from './option.ts';

/** A value that somebody gave for a name. */
export interface Given {
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
  /** Position of the file among all files read; flags come after every file. */
  readonly rank: number;
}

/** A value from the command line. */
export interface Flag {
  /** `group/name` */
  readonly key: string;
  readonly value: string;
  readonly flag: string;
}

/** Everything that was given, by `group/name`, in the order it was read. */
export type GivenValues = ReadonlyMap<string, readonly Given[]>;

export const keyOf = (entry: Entry): string => `${normalGroup(entry.section)}/${entry.name}`;

export function collectGiven(files: readonly (readonly Entry[])[], flags: readonly Flag[]): GivenValues {
  const all = new Map<string, Given[]>();
  const add = (given: Given): void => {
    const known = all.get(given.key);
    if (known === undefined) all.set(given.key, [given]);
    else known.push(given);
  };
  for (const [rank, entries] of files.entries()) {
    for (const entry of entries) {
      const origin = { file: entry.file, line: entry.line };
      add({ key: keyOf(entry), value: entry.value, origin, rank });
    }
  }
  for (const { key, value, flag } of flags) add({ key, value, origin: { flag }, rank: files.length });
  return all;
}

/**
 * The given value that counts among an option's names (the present one first): a later file beats an earlier one
 * whatever name it uses, then the present name beats a former one, then the later line.
 */
export function effective(all: GivenValues, names: readonly string[]): Given | undefined {
  let best: Given | undefined;
  for (const name of names) {
    const last = all.get(name)?.at(-1);
    if (last !== undefined && (best === undefined || last.rank > best.rank)) best = last;
  }
  return best;
}
