import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { inChunks } from '../chunks.ts';
import { type Shape, whether } from '../listing.ts';
import type { Item, RequestContext, Tx } from '../service.ts';
import { isSharedWith, ownOrShared, sharedOf } from '../shares.ts';

type Connection = Kysely<Database>;

export const scopeQuery = (db: Connection) => db.selectFrom('address_scopes').selectAll();

type ScopeRow = Awaited<ReturnType<ReturnType<typeof scopeQuery>['execute']>>[number];

const isShared = (projectId: string) => isSharedWith('addressscoperbacs', 'address_scopes.id', projectId);

/** What a project may see of address scopes: its own, and those shared with it. */
export const visibleScopes = (context: RequestContext) =>
  ownOrShared('address_scopes', 'addressscoperbacs', context);

export const scopeShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  columns: {
    id: 'address_scopes.id',
    name: 'address_scopes.name',
    tenant_id: 'address_scopes.project_id',
    ip_version: 'address_scopes.ip_version',
  },
  id: 'address_scopes.id',
  conditions: { shared: whether(isShared(projectId)) },
  missing: () => 'first',
});

/** Scopes as the API shows them; `shared` is meant for the project that asks. */
export const loadScopes = (db: Connection, rows: readonly ScopeRow[], projectId: string): Promise<Item[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    const shared = await sharedOf(db, 'addressscoperbacs', ids, projectId);
    return chunk.map(({ id, project_id, name, ip_version }) => ({
      id,
      project_id,
      name,
      shared: shared.has(id),
      ip_version,
      tenant_id: project_id,
    }));
  });

/** One scope that the caller sees. @throws AddressScopeNotFound */
export async function findScope(db: Connection, context: RequestContext, id: string): Promise<ScopeRow> {
  const row = await scopeQuery(db).where('id', '=', id).where(visibleScopes(context)).executeTakeFirst();
  if (row === undefined) throw fault('AddressScopeNotFound', { address_scope_id: id });
  return row;
}

/** Keeps others from joining, changing or removing the scope until the transaction ends. */
export const lockScope = (tx: Tx, id: string) =>
  tx.selectFrom('address_scopes').select('id').where('id', '=', id).forUpdate().execute();
