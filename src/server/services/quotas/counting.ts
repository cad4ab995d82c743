import { type Kysely, type SqlBool, sql } from 'kysely';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/schema/index.ts';
import type { Tx } from '../service.ts';
import { databaseTime } from '../standardAttributes.ts';
import { type QuotaResource, quotaResourceNames, tablesOf } from './resources.ts';

/** The limit that a project has of its own. */
const ownLimit = (db: Kysely<Database>, resource: QuotaResource, projectId: string) =>
  db
    .selectFrom('quotas')
    .select('limit')
    .where('project_id', '=', projectId)
    .where('resource', '=', resource);

const lockQuery = (db: Kysely<Database>, resource: QuotaResource, projectId: string) =>
  db
    .updateTable('quotausages')
    .set({ dirty: 1 })
    .where('project_id', '=', projectId)
    .where('resource', '=', resource);

/** Locks the project's row of a resource until the transaction ends: others that make one wait. */
export async function lockUsage(tx: Tx, resource: QuotaResource, projectId: string): Promise<void> {
  const locked = await lockQuery(tx, resource, projectId).executeTakeFirst();
  if (locked.numUpdatedRows > 0n) return;
  try {
    await tx.insertInto('quotausages').values({ project_id: projectId, resource, dirty: 1 }).execute();
  } catch (error) {
    throw isDuplicate(error) ? new RetryTransaction('another transaction counts the same quota') : error;
  }
}

/** What Python Neutron's servers have reserved for a project and is not there yet. */
export const reservations = (db: Kysely<Database>, projectId: string, now = databaseTime()) =>
  db
    .selectFrom('reservations')
    .innerJoin('resourcedeltas', 'resourcedeltas.reservation_id', 'reservations.id')
    .where('reservations.project_id', '=', projectId)
    .where('reservations.expiration', '>=', now);

/** The project's own limit, and how many it has and is about to get. */
function countQuery(db: Kysely<Database>, resource: QuotaResource, projectId: string, now = databaseTime()) {
  const present = tablesOf(resource).map(
    (table) => sql<number>`(select count(*) from ${sql.table(table)} where project_id = ${projectId})`,
  );
  const waiting = reservations(db, projectId, now)
    .select((eb) => eb.fn.sum<number>('resourcedeltas.amount').as('amount'))
    .where('resourcedeltas.resource', '=', resource);
  const taken = sql<number>`${sql.join(present, sql` + `)} + coalesce(${waiting}, 0)`;
  return db.selectNoFrom([ownLimit(db, resource, projectId).as('limit'), taken.as('taken')]);
}

interface Counted {
  readonly projectId: string;
  /** The limit of projects that have none of their own. */
  readonly fallback: number;
  readonly now: string;
}

/** Locks the project's row where it has a limit, and counts. */
const lockingCount = (resource: QuotaResource) =>
  prepared((db, { projectId, fallback, now }: Counted) => {
    const isLimited = sql<SqlBool>`coalesce(${ownLimit(db, resource, projectId)}, ${fallback}) >= 0`;
    return [
      lockQuery(db, resource, projectId).where(isLimited),
      countQuery(db, resource, projectId, now),
    ] as const;
  });
const lockingCounts = new Map(quotaResourceNames.map((resource) => [resource, lockingCount(resource)]));

/**
 * Locks the project's row of a resource when it has a limit, and counts; in one round trip but for its first.
 * @param fallback the limit of projects that have none of their own
 */
export async function lockAndCount(
  tx: Tx,
  resource: QuotaResource,
  projectId: string,
  fallback: number,
): Promise<{ readonly limit: number | null; readonly taken: number }> {
  // Most projects have the default; where that is none, most have none.
  if (fallback >= 0) {
    const now = databaseTime();
    const [[locked], [count]] = await lockingCounts.get(resource)!(tx, { projectId, fallback, now });
    if (locked!.numUpdatedRows > 0n || (count!.limit ?? fallback) < 0) return count!;
  } else {
    const row = await ownLimit(tx, resource, projectId).executeTakeFirst();
    if ((row?.limit ?? fallback) < 0) return { limit: fallback, taken: 0 };
  }
  await lockUsage(tx, resource, projectId);
  return countQuery(tx, resource, projectId).executeTakeFirstOrThrow();
}
