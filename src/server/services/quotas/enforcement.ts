import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../../../config/option.ts';
import { quotas as options } from '../../../config/options/index.ts';
import { type Tx as DatabaseTx, RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
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
   * Called in the transaction that makes `delta` of a resource, before it inserts them. Two such transactions of one
   * project wait for each other, so the limit holds exactly.
   *
   * @throws OverQuota (409)
   */
  check(tx: DatabaseTx, resource: QuotaResource, projectId: string, delta?: number): Promise<void>;
}

/** The driver without quotas. */
const NO_QUOTAS = 'neutron.db.quota.driver_null.DbQuotaDriverNull';

const count = (db: Kysely<Database>, table: string, projectId: string) =>
  sql<{ used: number }>`
    select count(*) as used from ${sql.table(table)} where project_id = ${projectId}
  `.execute(db);

/** Locks the project's row of a resource until the transaction ends: others that make one wait. */
export async function lockUsage(tx: DatabaseTx, resource: QuotaResource, projectId: string): Promise<void> {
  const locked = await tx
    .updateTable('quotausages')
    .set({ dirty: 1 })
    .where('project_id', '=', projectId)
    .where('resource', '=', resource)
    .executeTakeFirst();
  if (locked.numUpdatedRows > 0n) return;
  try {
    await tx.insertInto('quotausages').values({ project_id: projectId, resource, dirty: 1 }).execute();
  } catch (error) {
    throw isDuplicate(error) ? new RetryTransaction('another transaction counts the same quota') : error;
  }
}

/** The limits that the options of [quotas] give; every negative one means none. */
function defaultLimits(config: Config, names: readonly QuotaResource[]): Limits {
  const given: Readonly<Record<string, unknown>> = config.group(options);
  const limit = (name: QuotaResource) => Number(given[`quota_${name}`] ?? given.default_quota);
  return Object.fromEntries(names.map((name) => [name, Math.max(limit(name), -1)])) as Limits;
}

export function createQuotas(config: Config): Quotas {
  const names: readonly QuotaResource[] =
    config.group(options).quota_driver === NO_QUOTAS ? [] : quotaResourceNames;
  const defaults = defaultLimits(config, names);

  async function used(db: Kysely<Database>, resource: QuotaResource, projectId: string): Promise<number> {
    let total = 0;
    for (const table of tablesOf(resource)) {
      const { rows } = await count(db, table, projectId);
      total += Number(rows[0]?.used ?? 0);
    }
    return total;
  }

  const reserved: Quotas['reserved'] = async (db, projectId) => {
    const rows = await db
      .selectFrom('reservations')
      .innerJoin('resourcedeltas', 'resourcedeltas.reservation_id', 'reservations.id')
      .select((eb) => ['resourcedeltas.resource', eb.fn.sum<number>('resourcedeltas.amount').as('amount')])
      .where('reservations.project_id', '=', projectId)
      .where('reservations.expiration', '>=', databaseTime())
      .groupBy('resourcedeltas.resource')
      .execute();
    return Object.fromEntries(rows.map(({ resource, amount }) => [resource, Number(amount)]));
  };

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
    async check(tx, resource, projectId, delta = 1) {
      const row = await tx
        .selectFrom('quotas')
        .select('limit')
        .where('project_id', '=', projectId)
        .where('resource', '=', resource)
        .executeTakeFirst();
      const limit = row?.limit ?? defaults[resource];
      if (limit < 0 || !names.includes(resource)) return;
      await lockUsage(tx, resource, projectId);
      const waiting = (await reserved(tx, projectId))[resource] ?? 0;
      if ((await used(tx, resource, projectId)) + waiting + delta > limit) {
        throw fault('OverQuota', { overs: [resource] });
      }
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
