import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { pythonText } from '../../../resources/pythonText.ts';
import type { Db } from '../../db/database.ts';
import { isForeignKeyViolation } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { listRows, type Shape } from '../listing.ts';
import type { Item, ResourceService } from '../service.ts';

type Queries = Kysely<Database>;
export type FlavorRow = Selectable<Database['flavors']>;

const columns = ['id', 'name', 'description', 'enabled', 'service_type'] as const;
const shape: Shape = {
  columns: Object.fromEntries(columns.map((name) => [name, `flavors.${name}`])),
  id: 'flavors.id',
  missing: () => undefined,
};

/** The row of a flavor; throws FlavorNotFound, for what is no id at all too. */
export async function getFlavor(queries: Queries, flavor: unknown): Promise<FlavorRow> {
  const id = pythonText(flavor);
  const row = await queries.selectFrom('flavors').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw fault('FlavorNotFound', { flavor_id: id });
  return row;
}

async function present(queries: Queries, rows: readonly FlavorRow[]): Promise<Item[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const bindings = await queries
    .selectFrom('flavorserviceprofilebindings')
    .selectAll()
    .where('flavor_id', 'in', ids)
    .orderBy('service_profile_id')
    .execute();
  const byFlavor = Map.groupBy(bindings, ({ flavor_id }) => flavor_id);
  return rows.map(({ enabled, ...row }) => ({
    ...row,
    enabled: enabled === 1,
    service_profiles: (byFlavor.get(row.id) ?? []).map(({ service_profile_id }) => service_profile_id),
  }));
}

/** The flavors resource. `service_profiles` in a body says nothing, as in Neutron: profiles are bound one by one. */
export function createFlavorService(db: Db): ResourceService {
  const one = async (queries: Queries, id: string) =>
    (await present(queries, [await getFlavor(queries, id)]))[0]!;

  return {
    async list(_context, query) {
      const rows = await listRows(db.kysely.selectFrom('flavors').selectAll(), shape, query);
      return present(db.kysely, rows);
    },

    get: (_context, id) => one(db.kysely, id),

    create: (_context, items) =>
      db.transaction(async (tx) => {
        const rows = items.map((item) => ({
          id: randomUUID(),
          name: item.name as string,
          description: item.description as string | null,
          service_type: item.service_type as string,
          enabled: item.enabled === false ? 0 : 1,
        }));
        await tx.insertInto('flavors').values(rows).execute();
        return present(tx, rows);
      }),

    update: (_context, id, changes) =>
      db.transaction(async (tx) => {
        await getFlavor(tx, id);
        const values = {
          ...('name' in changes ? { name: changes.name as string } : {}),
          ...('description' in changes ? { description: changes.description as string | null } : {}),
          ...('enabled' in changes ? { enabled: changes.enabled === false ? 0 : 1 } : {}),
        };
        if (Object.keys(values).length > 0) {
          await tx.updateTable('flavors').set(values).where('id', '=', id).execute();
        }
        return one(tx, id);
      }),

    delete: (_context, id) =>
      db.transaction(async (tx) => {
        try {
          await tx.deleteFrom('flavors').where('id', '=', id).execute();
        } catch (error) {
          if (isForeignKeyViolation(error)) throw fault('FlavorInUse', { flavor_id: id });
          throw error;
        }
      }),
  };
}
