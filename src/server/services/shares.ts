import { randomUUID } from 'node:crypto';
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import { isDuplicate } from '../db/errors.ts';
import type { Database } from '../db/schema/index.ts';
import type { RequestContext, Tx } from './service.ts';

/** Tables of RBAC policies: whom an object is shared with, '*' for all. */
export type RbacTable =
  | 'networkrbacs'
  | 'securitygrouprbacs'
  | 'subnetpoolrbacs'
  | 'addressscoperbacs'
  | 'addressgrouprbacs'
  | 'qospolicyrbacs';

/** What a policy lets its target do. */
export type Access = 'access_as_shared' | 'access_as_external';

/** Where the object whose id is in the column is shared with the project. */
export const isSharedWith = (table: RbacTable, idColumn: string, projectId: string) =>
  sql<SqlBool>`exists (select 1 from ${sql.table(table)} shares where shares.object_id = ${sql.ref(idColumn)}
    and shares.action = 'access_as_shared' and shares.target_project in ('*', ${projectId}))`;

/** What a caller sees of a kind of objects: an administrator all, a project its own and those shared with it. */
export const ownOrShared = (
  table: string,
  shares: RbacTable,
  { isAdmin, projectId }: Pick<RequestContext, 'isAdmin' | 'projectId'>,
) =>
  isAdmin
    ? sql<SqlBool>`true`
    : sql<SqlBool>`(${sql.ref(`${table}.project_id`)} = ${projectId} or ${isSharedWith(shares, `${table}.id`, projectId)})`;

/** Those of the objects that are shared with the project, each as often as it is, to be collected by `sharedIn`. */
export const sharedQuery = (
  db: Kysely<Database>,
  table: RbacTable,
  ids: readonly string[] | Expression<string>,
  projectId: string,
) =>
  db
    .selectFrom(table)
    .select('object_id')
    .where('object_id', 'in', ids)
    .where('action', '=', 'access_as_shared')
    .where('target_project', 'in', ['*', projectId]);

/** Ids out of the rows of `sharedQuery`. */
export const sharedIn = (rows: readonly { readonly object_id: string }[]): ReadonlySet<string> =>
  new Set(rows.map(({ object_id }) => object_id));

export const sharedOf = async (...what: Parameters<typeof sharedQuery>): Promise<ReadonlySet<string>> =>
  sharedIn(await sharedQuery(...what).execute());

/** Shares an object with every project, as an RBAC policy of `owner` would; does nothing when it is so already. */
export async function shareWithAll(tx: Tx, table: RbacTable, id: string, owner: string): Promise<void> {
  const policy = { object_id: id, action: 'access_as_shared', target_project: '*' };
  try {
    await tx
      .insertInto(table)
      .values({ id: randomUUID(), project_id: owner, ...policy })
      .execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
