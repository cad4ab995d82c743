import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import type { Asking } from '../asking.ts';
import { loadModel, type Model } from '../model/index.ts';
import type { Waiting } from '../present.ts';
import type { Task } from './due.ts';
import { waitableOf } from './resources.ts';
import { struggling, unapplied } from './unapplied.ts';

export interface WaitingParts {
  readonly db: Kysely<Database>;
  readonly asking: Asking;
  /** Seconds without a report after which an agent counts as dead. */
  readonly downSeconds: number;
}

const found = async (
  tasks: readonly Task[],
  look: (task: Task) => Promise<Waiting | undefined>,
): Promise<Waiting[]> => (await Promise.all(tasks.map(look))).filter((one) => one !== undefined);

/**
 * What agents have yet to apply of a resource as it is in the database now: each is asked, and applies it meanwhile. Of
 * a resource that is gone, who still has it. Empty for resources that no agent applies. `since`, as the database writes
 * times, is when the waiting began.
 */
export async function stillUnapplied(
  resource: string,
  id: string,
  since: string,
  { db, asking, downSeconds }: WaitingParts,
): Promise<readonly Waiting[]> {
  const kind = waitableOf(resource);
  if (!kind) return [];
  const due = async () => kind.due(await loadModel(db, await kind.wanted(db, id), downSeconds), id, db);
  const { tasks, waiting, hopeless } = await due();
  if (hopeless) return waiting;
  const left = await found(tasks, (task) => unapplied(task, asking, since));
  // What agents did meanwhile may have changed what the database says.
  return left.length > 0 ? left : (await due()).waiting;
}

/** What agents are known to be still at, for a diagnosis: it disturbs none of them. */
export async function knownUnapplied(
  resource: string,
  id: string,
  model: Model,
  { db, asking }: Pick<WaitingParts, 'db' | 'asking'>,
): Promise<readonly Waiting[]> {
  const kind = waitableOf(resource);
  if (!kind) return [];
  const { tasks } = await kind.due(model, id, db);
  return found(tasks, (task) => struggling(task, asking));
}
