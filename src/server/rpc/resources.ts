import { endpoint } from '../../rpc/interface.ts';
import { resourcesPull, type VersionedObject } from '../../rpc/resources.ts';
import type { ServerContext } from '../context.ts';
import { addressGroupQuery, addressGroupShape, loadAddressGroups } from '../services/addressGroups/rows.ts';
import { listRows } from '../services/listing.ts';
import { addressGroupObject } from './versionedObjects.ts';

type Filters = Readonly<Record<string, unknown>>;

/**
 * Versioned objects for agents that ask for them: address groups. Of the other types they ask for (QoS policies, port
 * forwardings, trunks) there are none yet, which is an answer; without one an agent would try again and again.
 */
export function resourcesEndpoint({ db }: Pick<ServerContext, 'db'>) {
  async function find(type: string, filters: Filters): Promise<VersionedObject[]> {
    if (type !== 'AddressGroup') return [];
    const wanted = Object.entries(filters).map(([name, value]) => [name, [value].flat()] as const);
    const query = { filters: Object.fromEntries(wanted), sorts: [] };
    const rows = await listRows(addressGroupQuery(db.kysely), addressGroupShape, query);
    return (await loadAddressGroups(db.kysely, rows, '')).map(addressGroupObject);
  }
  return endpoint(resourcesPull, {
    pull: async (_, { resource_type, resource_id }) =>
      (await find(resource_type, { id: resource_id }))[0] ?? null,
    bulk_pull: (_, { resource_type, filter_kwargs }) => find(resource_type, filter_kwargs ?? {}),
  });
}
