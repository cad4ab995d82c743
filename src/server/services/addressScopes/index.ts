import { randomUUID } from 'node:crypto';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import { listRows } from '../listing.ts';
import type { Item, RequestContext, ResourceService, Tx } from '../service.ts';
import { shareWithAll } from '../shares.ts';
import { transact, type Work } from '../work.ts';
import { findScope, loadScopes, lockScope, scopeQuery, scopeShape, visibleScopes } from './rows.ts';

/** The address scopes resource. */
export function createAddressScopeService(server: ServerContext): ResourceService {
  const { kysely } = server.db;

  async function get(db: typeof kysely | Tx, context: RequestContext, id: string): Promise<Item> {
    const [item] = await loadScopes(db, [await findScope(db, context, id)], context.projectId);
    return item!;
  }

  async function createOne({ tx, context }: Work, item: Item): Promise<Item> {
    const id = randomUUID();
    const project_id = item.tenant_id as string;
    const values = {
      id,
      project_id,
      name: item.name as string,
      ip_version: item.ip_version as number,
      shared: 0,
    };
    await tx.insertInto('address_scopes').values(values).execute();
    if (item.shared === true) await shareWithAll(tx, 'addressscoperbacs', id, project_id);
    return get(tx, context, id);
  }

  return {
    async list(context, query) {
      const rows = await listRows(
        scopeQuery(kysely).where(visibleScopes(context)),
        scopeShape(context),
        query,
      );
      return loadScopes(kysely, rows, context.projectId);
    },
    get: (context, id) => get(kysely, context, id),
    create: (context, items) =>
      transact(server, context, async (work) => {
        const created: Item[] = [];
        for (const item of items) created.push(await createOne(work, item));
        return created;
      }),
    update: (context, id, changes) =>
      transact(server, context, async ({ tx }) => {
        await lockScope(tx, id);
        const before = await get(tx, context, id);
        if (before.shared === true && changes.shared === false) {
          const reason = "Shared address scope can't be unshared";
          throw fault('AddressScopeUpdateError', { address_scope_id: id, reason });
        }
        if ('name' in changes) {
          const name = changes.name as string;
          await tx.updateTable('address_scopes').set({ name }).where('id', '=', id).execute();
        }
        if (changes.shared === true) await shareWithAll(tx, 'addressscoperbacs', id, context.projectId);
        return get(tx, context, id);
      }),
    delete: (context, id) =>
      transact(server, context, async ({ tx }) => {
        await lockScope(tx, id);
        await findScope(tx, context, id);
        const user = await tx
          .selectFrom('subnetpools')
          .select('id')
          .where('address_scope_id', '=', id)
          .limit(1)
          .executeTakeFirst();
        if (user !== undefined) throw fault('AddressScopeInUse', { address_scope_id: id });
        await tx.deleteFrom('address_scopes').where('id', '=', id).execute();
      }),
  };
}
