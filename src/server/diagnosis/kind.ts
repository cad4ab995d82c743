import type { Kysely } from 'kysely';
import { type Check, runChecks } from '../../health/checks.ts';
import type { ResourceName } from '../../resources/index.ts';
import type { Database } from '../db/schema/index.ts';
import type { Item } from '../services/service.ts';
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
  /** What is always looked at, also for the list of all problems. */
  readonly judges: readonly Judge<Facts>[];
  /** What is looked at only when somebody asks for this one: agents are asked, and rows read that only it needs. */
  readonly closer: readonly Check<Subjected<Facts>>[];
  /** Shown besides. */
  more?(subjected: Subjected<Facts>): Item | Promise<Item>;
}

/** What agents have yet to apply of a resource. */
export type WaitingFor = (resource: ResourceName, id: string, model: Model) => Promise<readonly Waiting[]>;

/** Seconds that a check of its own may take. */
const CLOSER_SECONDS = 3;

/** Diagnoses one of a kind; undefined when there is none of this id. */
export async function diagnose<Facts>(
  kind: Kind<Facts>,
  id: string,
  db: Kysely<Database>,
  { downSeconds, waitingFor }: { readonly downSeconds: number; readonly waitingFor: WaitingFor },
): Promise<(Diagnosis & Item) | undefined> {
  const model = await loadModel(db, await kind.wanted(id), downSeconds);
  const facts = kind.find(model, id);
  if (facts === undefined) return undefined;
  const subjected = { facts, model };
  const [closer, waiting] = await Promise.all([
    runChecks(kind.closer, subjected, CLOSER_SECONDS),
    waitingFor(kind.resource, id, model),
  ]);
  const checked = [...judged(kind.judges, facts, model), ...closer];
  return { ...diagnosisOf(kind.resource, id, checked, waiting), ...(await kind.more?.(subjected)) };
}
