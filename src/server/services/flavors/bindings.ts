import type { Kysely } from 'kysely';
import type { Db } from '../../db/database.ts';
import { isDuplicate, isForeignKeyViolation } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { ResourceService, Tx } from '../service.ts';
import { getFlavor } from './flavors.ts';
import { getProfile } from './profiles.ts';
import type { ServiceProvider } from './providers.ts';

type Queries = Kysely<Database>;

const bindingsOf = (queries: Queries, flavorId: string) =>
  queries
    .selectFrom('flavorserviceprofilebindings')
    .selectAll()
    .where('flavor_id', '=', flavorId)
    .orderBy('service_profile_id');

/**
 * The provider that a flavor leads to: of its first profile's driver.
 * @throws FlavorServiceProfileBindingNotFound, ServiceProfileDisabled, ServiceProfileDriverNotFound
 */
export async function nextProvider(
  queries: Queries,
  providers: readonly ServiceProvider[],
  flavorId: unknown,
): Promise<ServiceProvider> {
  const flavor = await getFlavor(queries, flavorId);
  const binding = await bindingsOf(queries, flavor.id).limit(1).executeTakeFirst();
  if (binding === undefined) {
    throw fault('FlavorServiceProfileBindingNotFound', { sp_id: '', fl_id: flavor.id });
  }
  const profile = await getProfile(queries, binding.service_profile_id);
  if (profile.enabled !== 1) throw fault('ServiceProfileDisabled');
  const provider = providers.find(({ driver }) => driver === profile.driver);
  if (provider === undefined) throw fault('ServiceProfileDriverNotFound', { driver: profile.driver });
  return provider;
}

/** The profiles of one flavor, added and removed one by one. */
export function flavorProfiles(db: Db, flavorId: string): ResourceService {
  const notBound = (id: string) =>
    fault('FlavorServiceProfileBindingNotFound', { sp_id: id, fl_id: flavorId });

  async function bind(tx: Tx, profileId: string): Promise<void> {
    const profile = await getProfile(tx, profileId);
    try {
      await tx
        .insertInto('flavorserviceprofilebindings')
        .values({ flavor_id: flavorId, service_profile_id: profile.id })
        .execute();
    } catch (error) {
      if (isForeignKeyViolation(error)) {
        await getProfile(tx, profileId);
        throw fault('FlavorNotFound', { flavor_id: flavorId });
      }
      if (!isDuplicate(error)) throw error;
      throw fault('FlavorServiceProfileBindingExists', { sp_id: profile.id, fl_id: flavorId });
    }
  }

  return {
    async list() {
      const bindings = await bindingsOf(db.kysely, flavorId).execute();
      return bindings.map(({ service_profile_id }) => ({ id: service_profile_id }));
    },

    /** Neutron answers with nothing in it. */
    async get(_context, id) {
      const binding = await bindingsOf(db.kysely, flavorId)
        .where('service_profile_id', '=', id)
        .executeTakeFirst();
      if (binding === undefined) throw notBound(id);
      return {};
    },

    /** Neutron answers with the flavor's id, not the profile's. */
    create: (_context, items) =>
      db.transaction(async (tx) => {
        for (const { id } of items) await bind(tx, id as string);
        return items.map(() => ({ id: flavorId }));
      }),

    delete: (_context, id) =>
      db.transaction(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('flavorserviceprofilebindings')
          .where('flavor_id', '=', flavorId)
          .where('service_profile_id', '=', id)
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw notBound(id);
      }),
  };
}

/** Which provider the next instance of a flavor gets. */
export const flavorNextProviders = (
  db: Db,
  providers: readonly ServiceProvider[],
  flavorId: string,
): ResourceService => ({
  async list() {
    const { driver, name } = await nextProvider(db.kysely, providers, flavorId);
    return [{ provider: name, driver }];
  },
  async get() {
    throw fault('HTTPNotFound');
  },
});
