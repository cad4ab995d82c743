import type { Row, Sample, Unit } from '../row.ts';

/** What one side's rounds come to. */
export interface Figures {
  /** Of all values of all rounds, in the row's unit. */
  readonly p50: number;
  readonly p95: number;
  readonly values: number;
  /** Milliseconds of processor time per operation, the rounds' median. */
  readonly cpu?: number;
  readonly failures: number;
  /** A round did not come to its end: the values are at least so much. */
  readonly unfinished?: boolean;
}

/** A row with what was measured. */
export interface Result {
  readonly row: Row;
  readonly ours?: Figures;
  readonly peer?: Figures;
  readonly floor?: number;
  /** Why there are no figures, or not all. */
  readonly error?: string;
}

/** The value below or at which a share of the values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const values = samples.flatMap((sample) => sample.values);
  const cpus = samples.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  return {
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    values: values.length,
    ...(cpus.length > 0 ? { cpu: percentile(cpus, 0.5) } : {}),
    failures: samples.reduce((sum, { failures = 0 }) => sum + failures, 0),
    ...(samples.some(({ unfinished }) => unfinished) ? { unfinished: true } : {}),
  };
}

const moreIsBetter = (unit: Unit) => unit === '/s' || unit === 'Mbit/s';

/** How many times better ours is: in the row's unit, and in processor time. Undefined where one of both is missing. */
export function ratios({ row, ours, peer }: Result): { readonly wall?: number; readonly cpu?: number } {
  if (!ours || !peer) return {};
  return {
    wall: moreIsBetter(row.unit) ? ours.p50 / peer.p50 : peer.p50 / ours.p50,
    ...(ours.cpu !== undefined && peer.cpu !== undefined ? { cpu: peer.cpu / ours.cpu } : {}),
  };
}

/** How much more it takes than the row that its growth is counted from. */
export function growth({ row, ours }: Result, all: readonly Result[]): { wall?: number; cpu?: number } {
  const before = all.find((other) => other.row.name === row.goal.growth?.from)?.ours;
  if (!ours || !before) return {};
  return {
    wall: ours.p50 / before.p50,
    ...(ours.cpu !== undefined && before.cpu !== undefined ? { cpu: ours.cpu / before.cpu } : {}),
  };
}

/** Whether both of two ratios are good; one that was not measured is. Undefined without the first. */
const both = (
  { wall, cpu }: { readonly wall?: number; readonly cpu?: number },
  good: (ratio: number) => boolean,
): boolean | undefined => (wall === undefined ? undefined : good(wall) && (cpu === undefined || good(cpu)));

/** Whether the goal is met; undefined when there is none, or when that needs figures that are not there. */
export function met(result: Result, all: readonly Result[]): boolean | undefined {
  const { row, ours, error } = result;
  const { times, atMost, growth: grown } = row.goal;
  if (error) return false;
  if (!ours) return undefined;
  const verdicts = [
    ...(atMost === undefined ? [] : [ours.p50 <= atMost]),
    ...(times === undefined ? [] : [both(ratios(result), (ratio) => ratio >= times)]),
    ...(grown === undefined ? [] : [both(growth(result, all), (ratio) => ratio <= grown.atMost)]),
  ];
  if (ours.failures > 0 || ours.unfinished || verdicts.includes(false)) return false;
  return verdicts.length === 0 || verdicts.includes(undefined) ? undefined : true;
}
