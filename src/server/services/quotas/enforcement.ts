import { randomUUID } from 'node:crypto';
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Config } from '../../../config/option.ts';
import { quotas as options } from '../../../config/options/index.ts';
import { type Tx as DatabaseTx, type Db, RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { databaseTime } from '../standardAttributes.ts';
import { type QuotaResource, quotaResourceNames, tablesOf } from './resources.ts';

export type Limits = Record<QuotaResource, number>;

/** How much a project may have; -1 is no limit. */
export interface Quotas {
  /** What has a limit: nothing with the driver that has no quotas. */
  readonly names: readonly QuotaResource[];
  /** The limits of a project that has none of its own. */
  readonly defaults: Limits;
  /** The limits of one project. */
  limits(db: Kysely<Database>, projectId: string): Promise<Limits>;
  /** How many of a resource a project has. */
  used(db: Kysely<Database>, resource: QuotaResource, projectId: string): Promise<number>;
  /** How many of each resource a project is about to get from Python Neutron's servers, which reserve them first. */
  reserved(db: Kysely<Database>, projectId: string): Promise<Partial<Limits>>;
  /**
   * Called in a transaction that makes some of a resource. Before it commits it fails with OverQuota (409) when the project
   * then has more than it may. Two such transactions of one project wait for each other only there, so the limit holds
   * exactly, and what they do before is done at once.
   */
  check(tx: DatabaseTx, resource: QuotaResource, projectId: string): void;
}

/** What those need who make what has a quota. */
export type QuotaCheck = Pick<Quotas, 'check'>;

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

/** By resource and project. */
type Checks = Map<string, { readonly resource: QuotaResource; readonly projectId: string }>;

/** The driver without quotas. */
const NO_QUOTAS = 'neutron.db.quota.driver_null.DbQuotaDriverNull';

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
export async function lockUsage(tx: DatabaseTx, resource: QuotaResource, projectId: string): Promise<void> {
  const locked = await lockQuery(tx, resource, projectId).executeTakeFirst();
  if (locked.numUpdatedRows > 0n) return;
  try {
    await tx.insertInto('quotausages').values({ project_id: projectId, resource, dirty: 1 }).execute();
  } catch (error) {
    throw isDuplicate(error) ? new RetryTransaction('another transaction counts the same quota') : error;
  }
}

/** What Python Neutron's servers have reserved for a project and is not there yet. */
const reservations = (db: Kysely<Database>, projectId: string, now = databaseTime()) =>
  db
    .selectFrom('reservations')
    .innerJoin('resourcedeltas', 'resourcedeltas.reservation_id', 'reservations.id')
    .where('reservations.project_id', '=', projectId)
    .where('reservations.expiration', '>=', now);

/** The limits that the options of [quotas] give; every negative one means none. */
function defaultLimits(config: Config, names: readonly QuotaResource[]): Limits {
  const given: Readonly<Record<string, unknown>> = config.group(options);
  const limit = (name: QuotaResource) => Number(given[`quota_${name}`] ?? given.default_quota);
  return Object.fromEntries(names.map((name) => [name, Math.max(limit(name), -1)])) as Limits;
}

export function createQuotas(config: Config, db: Pick<Db, 'beforeCommit'>): Quotas {
  const names: readonly QuotaResource[] =
    config.group(options).quota_driver === NO_QUOTAS ? [] : quotaResourceNames;
  const defaults = defaultLimits(config, names);

  async function used(db: Kysely<Database>, resource: QuotaResource, projectId: string): Promise<number> {
    let total = 0;
    for (const table of tablesOf(resource)) {
      const { rows } = await sql<{ used: number }>`
        select count(*) as used from ${sql.table(table)} where project_id = ${projectId}
      `.execute(db);
      total += Number(rows[0]?.used ?? 0);
    }
    return total;
  }

  const reserved: Quotas['reserved'] = async (db, projectId) => {
    const rows = await reservations(db, projectId)
      .select((eb) => ['resourcedeltas.resource', eb.fn.sum<number>('resourcedeltas.amount').as('amount')])
      .groupBy('resourcedeltas.resource')
      .execute();
    return Object.fromEntries(rows.map(({ resource, amount }) => [resource, Number(amount)]));
  };

  /** Locks the project's row of a resource when it has a limit, and counts; in one round trip but for its first. */
  async function lockAndCount(tx: DatabaseTx, resource: QuotaResource, projectId: string) {
    const fallback = defaults[resource];
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

  /** What transactions have to be counted for. */
  const checked = new WeakMap<DatabaseTx, Checks>();

  /** In one order in all transactions, so that none waits for one that waits for it. */
  async function hold(tx: DatabaseTx, checks: Checks): Promise<void> {
    for (const key of [...checks.keys()].sort()) {
      const { resource, projectId } = checks.get(key)!;
      const { limit, taken } = await lockAndCount(tx, resource, projectId);
      const most = limit ?? defaults[resource];
      if (most >= 0 && Number(taken) > most) throw fault('OverQuota', { overs: [resource] });
    }
  }

  return {
    names,
    defaults,
    used,
    reserved,
    async limits(db, projectId) {
      const rows = await db
        .selectFrom('quotas')
        .select(['resource', 'limit'])
        .where('project_id', '=', projectId)
        .execute();
      const own = rows.filter(({ resource }) => resource !== null && resource in defaults);
      return { ...defaults, ...Object.fromEntries(own.map(({ resource, limit }) => [resource, limit])) };
    },
    check(tx, resource, projectId) {
      if (!names.includes(resource)) return;
      const before = checked.get(tx);
      const checks: Checks = before ?? new Map();
      checks.set(`${resource} ${projectId}`, { resource, projectId });
      if (before) return;
      checked.set(tx, checks);
      db.beforeCommit(tx, () => hold(tx, checks));
    },
  };
}

/** Sets limits of one project, keeping its others. */
export async function setLimits(tx: DatabaseTx, projectId: string, limits: Partial<Limits>): Promise<void> {
  for (const [resource, limit] of Object.entries(limits)) {
    const changed = await tx
      .updateTable('quotas')
      .set({ limit })
      .where('project_id', '=', projectId)
      .where('resource', '=', resource)
      .executeTakeFirst();
    if (changed.numUpdatedRows > 0n) continue;
    try {
      await tx
        .insertInto('quotas')
        .values({ id: randomUUID(), project_id: projectId, resource, limit })
        .execute();
    } catch (error) {
      throw isDuplicate(error) ? new RetryTransaction('another transaction sets the same quota') : error;
    }
  }
}
