import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { fault } from '../../errors/index.ts';
import { inChunks } from '../chunks.ts';
import { type Shape, standardShape, whether } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import { isSharedWith, ownOrShared, sharedIn, sharedQuery } from '../shares.ts';
import { presentTimes, standardColumns, tagsBy, tagsQuery } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

export const poolQuery = (db: Connection) =>
  db
    .selectFrom('subnetpools')
    .innerJoin('standardattributes', 'standardattributes.id', 'subnetpools.standard_attr_id')
    .selectAll('subnetpools')
    .select(standardColumns);

type PoolRow = Awaited<ReturnType<ReturnType<typeof poolQuery>['execute']>>[number];

/** A pool as those who allocate from it or change it need it. */
export interface Pool extends PoolRow {
  /** CIDRs in the order of the database: as text. */
  readonly prefixes: readonly string[];
  /** With the project that asks. */
  readonly isShared: boolean;
  readonly tags: readonly string[];
}

const isShared = (projectId: string) => isSharedWith('subnetpoolrbacs', 'subnetpools.id', projectId);

/** What a project may see of pools: its own, and those shared with it. */
export const visiblePools = (context: RequestContext) =>
  ownOrShared('subnetpools', 'subnetpoolrbacs', context);

export const poolShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  ...standardShape('subnetpools', [
    'name',
    'ip_version',
    'default_prefixlen',
    'min_prefixlen',
    'max_prefixlen',
    'is_default',
    'default_quota',
    'address_scope_id',
  ]),
  conditions: { shared: whether(isShared(projectId)) },
  missing: () => 'first',
});

/** Pools with their prefixes, shares and tags, in one round trip for thousands of them. */
export const loadPools = (db: Connection, rows: readonly PoolRow[], projectId: string): Promise<Pool[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    const [prefixes, sharedRows, tagRows] = await together(
      db,
      db.selectFrom('subnetpoolprefixes').selectAll().where('subnetpool_id', 'in', ids).orderBy('cidr'),
      sharedQuery(db, 'subnetpoolrbacs', ids, projectId),
      tagsQuery(db, 'subnetpools', ids),
    );
    const [shared, tags] = [sharedIn(sharedRows), tagsBy(tagRows)];
    const prefixesBy = Map.groupBy(prefixes, ({ subnetpool_id }) => subnetpool_id);
    return chunk.map((row) => ({
      ...row,
      prefixes: (prefixesBy.get(row.id) ?? []).map(({ cidr }) => cidr),
      isShared: shared.has(row.id),
      tags: tags.get(row.standard_attr_id) ?? [],
    }));
  });

/** One pool that the caller sees. @throws SubnetPoolNotFound */
export async function findPool(db: Connection, context: RequestContext, id: string): Promise<Pool> {
  const rows = await poolQuery(db).where('subnetpools.id', '=', id).where(visiblePools(context)).execute();
  const [pool] = await loadPools(db, rows, context.projectId);
  if (pool === undefined) throw fault('SubnetPoolNotFound', { subnetpool_id: id });
  return pool;
}

/** The default pool of an IP version, if the caller sees one. */
export async function defaultPool(
  db: Connection,
  context: RequestContext,
  version: number,
): Promise<Pool | undefined> {
  const rows = await poolQuery(db)
    .where('subnetpools.is_default', '=', 1)
    .where('subnetpools.ip_version', '=', version)
    .where(visiblePools(context))
    .execute();
  return (await loadPools(db, rows, context.projectId))[0];
}

/** A pool as the API shows it: Neutron writes prefix lengths as text. */
export const presentPool = (pool: Pool): Item => ({
  id: pool.id,
  name: pool.name,
  tenant_id: pool.project_id,
  default_prefixlen: String(pool.default_prefixlen),
  min_prefixlen: String(pool.min_prefixlen),
  max_prefixlen: String(pool.max_prefixlen),
  is_default: pool.is_default !== 0,
  shared: pool.isShared,
  prefixes: pool.prefixes,
  ip_version: pool.ip_version,
  default_quota: pool.default_quota,
  address_scope_id: pool.address_scope_id,
  description: pool.description,
  tags: pool.tags,
  ...presentTimes(pool),
  project_id: pool.project_id,
});

/** A pool as Neutron answers an update: numbers stay numbers, and what is unset and untouched is left out. */
export function presentUpdatedPool(pool: Pool, changes: Item): Item {
  const { default_prefixlen, min_prefixlen, max_prefixlen } = pool;
  const item = { ...presentPool(pool), default_prefixlen, min_prefixlen, max_prefixlen };
  return Object.fromEntries(Object.entries(item).filter(([key, value]) => value !== null || key in changes));
}
