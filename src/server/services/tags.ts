import { sql } from 'kysely';
import type { Db, Tx } from '../db/database.ts';
import { isDuplicate } from '../db/errors.ts';
import { fault } from '../errors/index.ts';
import { bumpRevision, tagsOf } from './standardAttributes.ts';

/** What carries the tags. */
export interface Tagged {
  /** Of a resource whose definition has tags. */
  readonly collection: string;
  readonly id: string;
}

/** The table of such a resource: its collection's name without underscores, but for QoS policies. */
const tableOf = (collection: string): string =>
  collection === 'policies' ? 'qos_policies' : collection.replaceAll('_', '');

/** Tags of any resource with standard attributes; every change makes a new revision. */
export interface Tags {
  list(owner: Tagged): Promise<string[]>;
  add(owner: Tagged, tag: string): Promise<void>;
  /** @throws TagNotFound */
  remove(owner: Tagged, tag: string): Promise<void>;
  replace(owner: Tagged, tags: readonly string[]): Promise<string[]>;
}

export function createTags(db: Db): Tags {
  /** The owner's row in standardattributes. */
  async function standardId(tx: Tx, { collection, id }: Tagged): Promise<number> {
    const found = await sql<{ standard_attr_id: number }>`
      select standard_attr_id from ${sql.table(tableOf(collection))} where id = ${id}
    `.execute(tx);
    const row = found.rows[0];
    if (!row) throw fault('TagResourceNotFound', { resource: collection, resource_id: id });
    return row.standard_attr_id;
  }

  const read = async (tx: Tx, standard: number): Promise<string[]> =>
    (await tagsOf(tx, [standard])).get(standard) ?? [];

  return {
    list: (owner) => db.transaction(async (tx) => read(tx, await standardId(tx, owner))),
    add: (owner, tag) =>
      db.transaction(async (tx) => {
        const standard = await standardId(tx, owner);
        try {
          await tx.insertInto('tags').values({ standard_attr_id: standard, tag }).execute();
        } catch (error) {
          if (isDuplicate(error)) return;
          throw error;
        }
        await bumpRevision(tx, [standard]);
      }),
    remove: (owner, tag) =>
      db.transaction(async (tx) => {
        const standard = await standardId(tx, owner);
        const deleted = await tx
          .deleteFrom('tags')
          .where('standard_attr_id', '=', standard)
          .where('tag', '=', tag)
          .executeTakeFirst();
        if (deleted.numDeletedRows === 0n) throw fault('TagNotFound', { tag });
        await bumpRevision(tx, [standard]);
      }),
    replace: (owner, tags) =>
      db.transaction(async (tx) => {
        const standard = await standardId(tx, owner);
        const before = new Set(await read(tx, standard));
        const gone = [...before].filter((tag) => !tags.includes(tag));
        const fresh = tags.filter((tag) => !before.has(tag));
        if (gone.length > 0) {
          const owned = tx.deleteFrom('tags').where('standard_attr_id', '=', standard);
          await owned.where('tag', 'in', gone).execute();
        }
        if (fresh.length > 0) {
          const rows = fresh.map((tag) => ({ standard_attr_id: standard, tag }));
          await tx.insertInto('tags').values(rows).execute();
        }
        if (gone.length + fresh.length > 0) await bumpRevision(tx, [standard]);
        return read(tx, standard);
      }),
  };
}
