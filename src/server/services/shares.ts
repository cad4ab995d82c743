import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../db/schema/index.ts';

/** Tables of RBAC policies: whom an object is shared with, '*' for all. */
export type RbacTable =
  | 'networkrbacs'
  | 'securitygrouprbacs'
  | 'subnetpoolrbacs'
  | 'addressscoperbacs'
  | 'addressgrouprbacs';

/** What a policy lets its target do. */
export type Access = 'access_as_shared' | 'access_as_external';

/** Where the object whose id is in the column is shared with the project. */
export const isSharedWith = (table: RbacTable, idColumn: string, projectId: string) =>
  sql<SqlBool>`exists (select 1 from ${sql.table(table)} shares where shares.object_id = ${sql.ref(idColumn)}
    and shares.action = 'access_as_shared' and shares.target_project in ('*', ${projectId}))`;

/** Those of the objects that are shared with the project. */
export async function sharedOf(
  db: Kysely<Database>,
  table: RbacTable,
  ids: readonly string[],
  projectId: string,
): Promise<Set<string>> {
  const rows = await db
    .selectFrom(table)
    .select('object_id')
    .distinct()
    .where('object_id', 'in', ids)
    .where('action', '=', 'access_as_shared')
    .where('target_project', 'in', ['*', projectId])
    .execute();
  return new Set(rows.map(({ object_id }) => object_id));
}
