import type { Side } from './side.ts';
import type { Target } from './target/target.ts';

/** How a figure is counted; of `/s` more is better, of everything else less. `×` is a quotient of two figures of one side. */
export type Unit = 'ms' | 's' | '/s' | 'MiB' | '×' | 'writes' | 'Mbit/s';

/** What one round of one side gave. */
export interface Sample {
  /** One per operation, or one for the whole round, in the row's unit. */
  readonly values: readonly number[];
  /** Milliseconds of processor time per operation, of every process of what is measured. */
  readonly cpu?: number;
  /** Requests without a good answer, or without any in time. */
  readonly failures?: number;
  /** The end did not come while it was waited for: the values, which are times, are at least so much. */
  readonly unfinished?: boolean;
}

/** All that is given must hold. */
export interface Goal {
  /** So many times better than the peer, in the unit and in processor time. */
  readonly times?: number;
  /** In the row's unit. */
  readonly atMost?: number;
  /** So many times as much as another row of the same side, which is the same among fewer; also in processor time. */
  readonly growth?: { readonly from: string; readonly atMost: number };
}

/** One figure, as data: the alternation, the statistics, the tables and their judgement derive. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  readonly goal: Goal;
  /** Ports that the database holds besides: so many as no API would make in reasonable time (target/seed.ts). */
  readonly ports?: number;
  /** Rows of one setting that follow each other are measured on the same things, which take long to make: see Target.kept. */
  readonly setting?: string;
  /** Rounds of each side, in turns; three when not given. */
  readonly rounds?: Readonly<Record<Side, number>>;
  /** What `measure` is to do in a round: fewer where the peer would take minutes. 1 when not given. */
  readonly operations?: Readonly<Record<Side, number>>;
  measure(target: Target, operations: number): Promise<Sample>;
  /** What the bare kernel, database or HTTP server needs for the same work, in the row's unit. */
  readonly floor: Floor;
  /** Why the goal is missed, and what it would take: prose, of the latest run in docs/performance.md. */
  readonly missed?: string;
}

export interface Floor {
  readonly what: string;
  measure(target: Target): Promise<number>;
}
