import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { inChunks } from '../chunks.ts';
import { type Shape, standardShape } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import { ownOrShared, sharedOf } from '../shares.ts';
import { presentTimes, standardColumns } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

export const addressGroupQuery = (db: Connection) =>
  db
    .selectFrom('address_groups')
    .innerJoin('standardattributes', 'standardattributes.id', 'address_groups.standard_attr_id')
    .selectAll('address_groups')
    .select(standardColumns);

export type AddressGroupRow = Awaited<ReturnType<ReturnType<typeof addressGroupQuery>['execute']>>[number];

/** Groups that rules of a project may refer to: its own and those shared with it. */
export const visibleAddressGroups = (context: Pick<RequestContext, 'isAdmin' | 'projectId'>) =>
  ownOrShared('address_groups', 'addressgrouprbacs', context);

export const addressGroupShape: Shape = {
  ...standardShape('address_groups', ['name']),
  missing: () => 'first',
};

/** Groups with their addresses, keys in the order in which Neutron's actions show them. */
export const loadAddressGroups = (
  db: Connection,
  rows: readonly AddressGroupRow[],
  projectId: string,
): Promise<Item[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    const [addresses, shared] = await Promise.all([
      addressesOf(db, ids),
      sharedOf(db, 'addressgrouprbacs', ids, projectId),
    ]);
    return chunk.map((row) => {
      const { created_at, updated_at, revision_number } = presentTimes(row);
      return {
        id: row.id,
        name: row.name,
        project_id: row.project_id,
        shared: shared.has(row.id),
        addresses: addresses.get(row.id) ?? [],
        revision_number,
        description: row.description,
        created_at,
        updated_at,
        tenant_id: row.project_id,
      };
    });
  });

async function addressesOf(db: Connection, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('address_associations')
    .selectAll()
    .where('address_group_id', 'in', ids)
    .orderBy('address')
    .execute();
  const groups = Map.groupBy(rows, ({ address_group_id }) => address_group_id);
  return new Map([...groups].map(([id, own]) => [id, own.map(({ address }) => address)]));
}
