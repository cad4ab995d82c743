import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../../../config/option.ts';
import { quotas as options } from '../../../config/options/index.ts';
import { type Tx as DatabaseTx, type Db, RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { lockAndCount, reservations } from './counting.ts';
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

/** By resource and project. */
type Checks = Map<string, { readonly resource: QuotaResource; readonly projectId: string }>;

/** The driver without quotas. */
const NO_QUOTAS = 'neutron.db.quota.driver_null.DbQuotaDriverNull';

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

  /** What transactions have to be counted for. */
  const checked = new WeakMap<DatabaseTx, Checks>();

  /** In one order in all transactions, so that none waits for one that waits for it. */
  async function hold(tx: DatabaseTx, checks: Checks): Promise<void> {
    for (const key of [...checks.keys()].sort()) {
      const { resource, projectId } = checks.get(key)!;
      const fallback = defaults[resource];
      const { limit, taken } = await lockAndCount(tx, resource, projectId, fallback);
      const most = limit ?? fallback;
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
