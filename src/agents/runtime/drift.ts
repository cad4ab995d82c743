import type { Differs } from '../../health/catalogue/drift.ts';
import type { Finding, Subject } from '../../health/finding.ts';
import type { Problem } from '../../health/problem.ts';
import type { Difference } from '../../linux/difference.ts';

/** One kind of what differs, of one thing. */
export interface Drift {
  readonly problem: Problem<Differs>;
  /** Whose it is; absent when it concerns the whole host. */
  readonly subject?: Subject;
  readonly differences: readonly Difference[];
  /** Marks it for the work that applies it as ever; resolves when that has ended, with its error or undefined. */
  heal(): Promise<unknown>;
}

/** One look at everything that an agent is to have in the kernel. */
export interface Look {
  /** Objects that were compared, by kind. */
  readonly compared: Readonly<Record<string, number>>;
  readonly drift: readonly Drift[];
  /** Whether nothing had to be left out because it was being worked on. */
  readonly complete: boolean;
}

const MOST_LINES = 20;

/** A drift as a finding; its evidence names the objects. */
export function findingOf({ problem, subject, differences }: Drift, host: string): Finding {
  const count = (kind: Difference['kind']) => differences.filter((one) => one.kind === kind).length;
  const lines = differences.map(({ kind, what }) => `${WORDS[kind]}: ${what}`);
  const surplus = lines.length - MOST_LINES;
  return problem.found(
    {
      of: subject ? `${subject.resource} ${subject.id}` : 'this host',
      missing: count('missing'),
      foreign: count('foreign'),
      unset: count('unset'),
    },
    {
      host,
      ...(subject ? { subject } : {}),
      evidence: surplus > 0 ? [...lines.slice(0, MOST_LINES), `and ${surplus} more`] : lines,
    },
  );
}

const WORDS = { missing: 'missing', foreign: 'not ours', unset: 'not set' } as const;

/** Adds looks up. */
export function joined(looks: readonly Look[]): Look {
  const compared: Record<string, number> = {};
  for (const look of looks)
    for (const [kind, count] of Object.entries(look.compared)) compared[kind] = (compared[kind] ?? 0) + count;
  return {
    compared,
    drift: looks.flatMap(({ drift }) => drift),
    complete: looks.every(({ complete }) => complete),
  };
}

const LANES = 4;

/** Runs `work` for every item, a few at a time, so that a look at many things does not fill the machine. */
export async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const lane = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
