import type { Compilable, Kysely } from 'kysely';
import { prepared } from '../db/prepared.ts';
import type { Database } from '../db/schema/index.ts';
import { type Together, together } from '../db/together.ts';
import type { Seer } from './service.ts';

interface One {
  readonly id: string;
  readonly projectId: string;
}

/** An administrator, for whom nothing counts as shared. */
export const everybody: Seer = { isAdmin: true, projectId: '' };

/** Prepared queries about one thing as somebody sees it; those of administrators have a text of their own. */
export function preparedFor<const Queries extends readonly Compilable<unknown>[]>(
  build: (db: Kysely<Database>, id: string, seer: Seer) => Queries,
): (db: Kysely<Database>, id: string, seer: Seer) => Promise<Together<Queries>> {
  const of = (isAdmin: boolean) =>
    prepared((db, { id, projectId }: One) => build(db, id, { isAdmin, projectId }));
  const [administrators, projects] = [of(true), of(false)];
  return (db, id, { isAdmin, projectId }) => (isAdmin ? administrators : projects)(db, { id, projectId });
}

/** Queries about things by their ids as somebody sees them, in one round trip; of one thing, which is asked for most, they are prepared. */
export function askedByIds<const Queries extends readonly Compilable<unknown>[]>(
  build: (db: Kysely<Database>, ids: readonly string[], seer: Seer) => Queries,
): (db: Kysely<Database>, ids: readonly string[], seer: Seer) => Promise<Together<Queries>> {
  const askOne = preparedFor((db, id, seer) => build(db, [id], seer));
  return (db, ids, seer) =>
    ids.length === 1 ? askOne(db, ids[0]!, seer) : together(db, ...build(db, ids, seer));
}
