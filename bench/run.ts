import { figuresOf, type Result } from './report/figures.ts';
import type { Row, Sample } from './row.ts';
import type { Side } from './side.ts';
import type { Remote } from './target/remote.ts';
import { quiet } from './target/usage.ts';

const DEFAULT_ROUNDS = 3;

/** Rounds of a row in their order: the sides take turns, and take turns in being the first. */
export function turns(row: Row, sides: readonly Side[]): Side[] {
  const rounds = (side: Side) => row.rounds?.[side] ?? DEFAULT_ROUNDS;
  return Array.from({ length: Math.max(...sides.map(rounds)) }, (_, round) =>
    (round % 2 === 0 ? sides : sides.toReversed()).filter((side) => round < rounds(side)),
  ).flat();
}

const operationsOf = (row: Row, side: Side): number => row.operations?.[side] ?? 1;

/**
 * Operations that are not counted, before the first round: servers in production run for long, and ours is compiled as it
 * runs. None where one alone takes long.
 */
const warmUpOf = (row: Row, side: Side): number => {
  const operations = operationsOf(row, side);
  return operations === 1 ? 0 : side === 'ours' ? operations : 2;
};

/** Measures a row on every cloud, in turns, each when the others have come to rest. */
export async function measureRow(row: Row, clouds: readonly Remote[]): Promise<Result> {
  const hosts = clouds.flatMap(({ lab }) => [...lab.hosts.values()]);
  const samples: Record<Side, Sample[]> = { ours: [], peer: [] };
  let floor: number | undefined;
  let error: string | undefined;
  try {
    for (const cloud of clouds) await cloud.prepare(row);
    await quiet(hosts);
    // Before any round, as a setting stays after them. What keeps it from being measured does not keep the rounds.
    await clouds
      .find(({ side }) => side === 'ours')!
      .floor(row)
      .then(
        (value) => {
          floor = value;
        },
        (reason: Error) => {
          error = reason.message;
        },
      );
    for (const cloud of clouds) {
      const operations = warmUpOf(row, cloud.side);
      if (operations > 0) await cloud.measure(row, operations);
    }
    for (const side of turns(
      row,
      clouds.map((cloud) => cloud.side),
    )) {
      await quiet(hosts);
      samples[side].push(
        await clouds.find((cloud) => cloud.side === side)!.measure(row, operationsOf(row, side)),
      );
    }
  } catch (reason) {
    error = reason instanceof Error ? reason.message : String(reason);
  }
  const of = (side: Side) => (samples[side].length > 0 ? { [side]: figuresOf(samples[side]) } : {});
  return {
    row,
    ...of('ours'),
    ...of('peer'),
    ...(floor === undefined ? {} : { floor }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Rows in the order to measure them in: the database only grows. */
export const inOrder = (rows: readonly Row[]): Row[] =>
  rows.toSorted((one, other) => (one.ports ?? 0) - (other.ports ?? 0));
