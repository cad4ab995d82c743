import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { pythonText } from '../../../resources/pythonText.ts';
import type { Db } from '../../db/database.ts';
import type { Database } from '../../db/schema/index.ts';
import { badRequest, fault } from '../../errors/index.ts';
import { listRows, type Shape } from '../listing.ts';
import type { Item, ResourceService, Tx } from '../service.ts';
import type { ServiceProvider } from './providers.ts';

export type ProfileRow = Selectable<Database['serviceprofiles']>;

const columns = ['id', 'description', 'driver', 'enabled', 'metainfo'] as const;
const shape: Shape = {
  columns: Object.fromEntries(columns.map((name) => [name, `serviceprofiles.${name}`])),
  id: 'serviceprofiles.id',
  missing: () => undefined,
};

/** The row of a service profile; throws ServiceProfileNotFound. */
export async function getProfile(queries: Kysely<Database>, id: string): Promise<ProfileRow> {
  const row = await queries.selectFrom('serviceprofiles').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw fault('ServiceProfileNotFound', { sp_id: id });
  return row;
}

const LONGEST_METAINFO = 4096;

/** The text that is stored of any JSON value, as Python writes it. */
function metainfoText(value: unknown): string | null {
  if (value === null) return null;
  const text = pythonText(value);
  if (text.length <= LONGEST_METAINFO) return text;
  const message = `Invalid input for metainfo. Reason: '${text}' exceeds maximum length of ${LONGEST_METAINFO}.`;
  throw badRequest(message);
}

const present = ({ enabled, ...row }: ProfileRow): Item => ({ ...row, enabled: enabled === 1 });

/** Locks the profile, too: who binds it meanwhile waits, as the binding would be deleted with it. */
async function checkUnbound(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('serviceprofiles').select('id').where('id', '=', id).forUpdate().execute();
  const binding = await tx
    .selectFrom('flavorserviceprofilebindings')
    .select('flavor_id')
    .where('service_profile_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (binding !== undefined) throw fault('ServiceProfileInUse', { sp_id: id });
}

/** The service_profiles resource. A profile that a flavor has is neither changed nor deleted. */
export function createProfileService(db: Db, providers: readonly ServiceProvider[]): ResourceService {
  /** An empty driver stands for none. */
  function checkDriver(driver: unknown): void {
    if (driver && !providers.some((provider) => provider.driver === driver)) {
      throw fault('ServiceProfileDriverNotFound', { driver });
    }
  }

  return {
    async list(_context, query) {
      const rows = await listRows(db.kysely.selectFrom('serviceprofiles').selectAll(), shape, query);
      return rows.map(present);
    },

    get: async (_context, id) => present(await getProfile(db.kysely, id)),

    create: (_context, items) =>
      db.transaction(async (tx) => {
        const rows = items.map((item) => {
          if (!item.driver && !item.metainfo) throw fault('ServiceProfileEmpty');
          checkDriver(item.driver);
          return {
            id: randomUUID(),
            description: item.description as string | null,
            driver: item.driver as string,
            enabled: item.enabled === false ? 0 : 1,
            metainfo: metainfoText(item.metainfo),
          };
        });
        await tx.insertInto('serviceprofiles').values(rows).execute();
        return rows.map(present);
      }),

    update: (_context, id, changes) =>
      db.transaction(async (tx) => {
        checkDriver(changes.driver);
        await checkUnbound(tx, id);
        await getProfile(tx, id);
        const values = {
          ...('description' in changes ? { description: changes.description as string | null } : {}),
          ...('driver' in changes ? { driver: changes.driver as string } : {}),
          ...('enabled' in changes ? { enabled: changes.enabled === false ? 0 : 1 } : {}),
          ...('metainfo' in changes ? { metainfo: metainfoText(changes.metainfo) } : {}),
        };
        if (Object.keys(values).length > 0) {
          await tx.updateTable('serviceprofiles').set(values).where('id', '=', id).execute();
        }
        return present(await getProfile(tx, id));
      }),

    delete: (_context, id) =>
      db.transaction(async (tx) => {
        await checkUnbound(tx, id);
        await tx.deleteFrom('serviceprofiles').where('id', '=', id).execute();
      }),
  };
}
