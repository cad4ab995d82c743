import type { Kysely } from 'kysely';
import { type Check, runChecks } from '../../health/checks.ts';
import type { ResourceName } from '../../resources/index.ts';
import type { Database } from '../db/schema/index.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import type { Item } from '../services/service.ts';
import { askAccounts } from './accounts.ts';
import type { Asking } from './asking.ts';
import { type Judge, judged } from './judge.ts';
import { loadModel, type Model, type Wanted } from './model/index.ts';
import { type Diagnosis, diagnosisOf, type Waiting } from './present.ts';

/** A resource with the part of the deployment that it depends on. */
export interface Subjected<Facts> {
  readonly facts: Facts;
  readonly model: Model;
}

/** How the members of one resource are diagnosed. */
export interface Kind<Facts> {
  readonly resource: ResourceName;
  /** What of the deployment one of them depends on. */
  wanted(id: string): Wanted | Promise<Wanted>;
  /** All of them, for the list of all problems; absent for a kind that has no part in it. */
  all?(model: Model): Iterable<Facts>;
  find(model: Model, id: string): Facts | undefined;
  /** The agents to ask about themselves; absent for none. */
  asks?(facts: Facts, model: Model): readonly ReportingAgent[];
  /** They compare themselves with the kernel first. */
  readonly comparing?: true;
  /** What is looked at. */
  readonly judges: readonly Judge<Facts>[];
  /** What is looked at only when somebody asks for this one: rows are read that only it needs. */
  readonly closer: readonly Check<Subjected<Facts>>[];
  /** Shown besides. */
  more?(subjected: Subjected<Facts>): Item;
}

/** What agents have yet to apply of a resource. */
export type WaitingFor = (resource: ResourceName, id: string, model: Model) => Promise<readonly Waiting[]>;

/** Seconds that a check of its own may take. */
const CLOSER_SECONDS = 3;

export interface Asker {
  readonly downSeconds: number;
  readonly waitingFor: WaitingFor;
  readonly asking: Asking;
}

/** Diagnoses one of a kind; undefined when there is none of this id. */
export async function diagnose<Facts>(
  kind: Kind<Facts>,
  id: string,
  db: Kysely<Database>,
  { downSeconds, waitingFor, asking }: Asker,
): Promise<(Diagnosis & Item) | undefined> {
  const stored = await loadModel(db, await kind.wanted(id), downSeconds);
  const facts = kind.find(stored, id);
  if (facts === undefined) return undefined;
  const [accounts, closer, waiting] = await Promise.all([
    askAccounts(asking, kind.asks?.(facts, stored) ?? [], kind.comparing),
    runChecks(kind.closer, { facts, model: stored }, CLOSER_SECONDS),
    waitingFor(kind.resource, id, stored),
  ]);
  const model = { ...stored, accounts };
  const checked = [...judged(kind.judges, facts, model), ...closer];
  return { ...diagnosisOf(kind.resource, id, checked, waiting), ...kind.more?.({ facts, model }) };
}
