import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { defer } from '../db/deferred.ts';
import type { Database } from '../db/schema/index.ts';
import type { Item, Tx } from './service.ts';

/** The columns of standardattributes that every resource shows, as a query selects them beside the resource's own. */
export const standardColumns = [
  'standardattributes.created_at',
  'standardattributes.updated_at',
  'standardattributes.description',
  'standardattributes.revision_number',
] as const;

export interface StandardRow {
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly description: string | null;
  readonly revision_number: number;
}

/** The time as the database holds it: `YYYY-MM-DD HH:MM:SS` in UTC. */
export const databaseTime = (time = new Date()) => time.toISOString().slice(0, 19).replace('T', ' ');

/** A time of the database as the API shows it: `YYYY-MM-DDTHH:MM:SSZ`. */
export const apiTime = (time: string | null) => (time === null ? null : `${time.replace(' ', 'T')}Z`);

/** Description, then tags, then times and revision: the two places where an item shows its standard attributes. */
export const presentTimes = (row: StandardRow): Item => ({
  created_at: apiTime(row.created_at),
  updated_at: apiTime(row.updated_at),
  revision_number: row.revision_number,
});

/** Makes the row that holds a new resource's description, times and revision; returns its id. */
export async function createStandardAttributes(
  tx: Tx,
  resourceType: keyof Database,
  description: string,
  revision = 0,
): Promise<number> {
  const [id] = await createManyStandardAttributes(tx, [{ resource: resourceType, description, revision }]);
  return id!;
}

/** One row of standardattributes to make; `revision` is 0 unless told. */
export interface NewStandardAttributes {
  readonly resource: keyof Database;
  readonly description?: unknown;
  readonly revision?: number;
}

/** A row that has no id yet. */
type UnnumberedRow = StandardRow & { readonly resource_type: string };

/** The rows of new resources, made now. */
export function newStandardRows(resources: readonly NewStandardAttributes[]): UnnumberedRow[] {
  const now = databaseTime();
  return resources.map(({ resource, description, revision }) => ({
    resource_type: resource,
    created_at: now,
    updated_at: now,
    description: (description as string | null | undefined) ?? null,
    revision_number: revision ?? 0,
  }));
}

/** Writes rows in one statement; their ids in the order given. */
export async function insertStandardRows(tx: Tx, rows: readonly UnnumberedRow[]): Promise<number[]> {
  if (rows.length === 0) return [];
  const made = await tx.insertInto('standardattributes').values(rows).returning('id').execute();
  return made.map(({ id }) => id).sort((a, b) => a - b);
}

/** Makes the rows of several new resources in one statement; their ids in the order given. */
export const createManyStandardAttributes = (tx: Tx, resources: readonly NewStandardAttributes[]) =>
  insertStandardRows(tx, newStandardRows(resources));

/**
 * Counts a change of resources: updated_at now, with a new description when given. Neutron counts what it writes one
 * after the other one by one, so `by` may be more than 1.
 */
export async function bumpRevision(
  tx: Tx,
  ids: readonly number[],
  description?: string,
  by = 1,
): Promise<void> {
  if (ids.length === 0) return;
  const bump = tx
    .updateTable('standardattributes')
    .set({
      revision_number: sql`revision_number + ${by}`,
      updated_at: databaseTime(),
      ...(description === undefined ? {} : { description }),
    })
    .where('id', 'in', [...ids]);
  await defer(tx, bump);
}

/** Gives new resources their tags. */
export async function insertTags(
  tx: Tx,
  resources: readonly (readonly [standardAttrId: number, tags: readonly string[]])[],
): Promise<void> {
  const rows = resources.flatMap(([standard_attr_id, tags]) =>
    tags.map((tag) => ({ standard_attr_id, tag })),
  );
  if (rows.length > 0) await tx.insertInto('tags').values(rows).execute();
}

const tagRows = (db: Kysely<Database>) =>
  db.selectFrom('tags').select(['standard_attr_id', 'tag']).orderBy('tag');

/** The tags of those resources of a table for which the condition holds, to be grouped by `tagsBy`. */
export const tagsWhere = (db: Kysely<Database>, table: keyof Database, condition: RawBuilder<SqlBool>) =>
  tagRows(db).where(
    'standard_attr_id',
    'in',
    sql<number>`(select standard_attr_id from ${sql.table(table)} where ${condition})`,
  );

/** The tags of resources by their own ids, to be grouped by `tagsBy`. */
export const tagsQuery = (db: Kysely<Database>, table: keyof Database, ids: readonly string[]) =>
  tagsWhere(db, table, sql<SqlBool>`id in (${sql.join(ids)})`);

/** Tags by standard_attr_id, each sorted; a resource without tags has none in the map. */
export function tagsBy(
  rows: readonly { readonly standard_attr_id: number; readonly tag: string }[],
): Map<number, string[]> {
  const tags = new Map<number, string[]>();
  for (const { standard_attr_id, tag } of rows) {
    const known = tags.get(standard_attr_id);
    if (known) known.push(tag);
    else tags.set(standard_attr_id, [tag]);
  }
  return tags;
}

/** The tags of resources by standard_attr_id, as `tagsBy` gives them. */
export const tagsOf = async (db: Kysely<Database>, ids: readonly number[]): Promise<Map<number, string[]>> =>
  tagsBy(
    ids.length === 0
      ? []
      : await tagRows(db)
          .where('standard_attr_id', 'in', [...ids])
          .execute(),
  );
