import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { Db } from './database.ts';
import { createStatements } from './ddl.ts';
import type { TableDefinitions } from './schema/definition.ts';
import { type Database, tables } from './schema/index.ts';
import { ntsTables } from './schema/nts.ts';
import vendorTables from './schema/vendor-tables.json' with { type: 'json' };

/** Neutron's schema version that the definitions describe: Zed's two alembic heads. */
export const HEADS = ['5881373af7f5', '5c85685d616d'] as const;

/** Every table of Neutron's schema: ours to use, and those of vendors' plugins that its migrations also create. */
export const allTables: TableDefinitions = { ...tables, ...(vendorTables as unknown as TableDefinitions) };

/**
 * The character set to create tables in: Neutron's take the database's own, and so does what its later migrations add;
 * a foreign key between two sets would fail. One that cannot hold every letter is not taken.
 */
async function charsetFor(db: Db): Promise<string | undefined> {
  if (db.dialect !== 'mariadb') return undefined;
  const own = sql<{ name: string }>`select @@character_set_database as name`;
  const [{ name } = { name: '' }] = (await own.execute(db.kysely)).rows;
  return name.startsWith('utf8') ? undefined : 'utf8mb3';
}

/** Creates those of the tables that are missing. */
export async function createTables(db: Db, definitions: TableDefinitions): Promise<void> {
  const statements = createStatements(definitions, db.dialect, await charsetFor(db));
  const create = async (connection: Kysely<Database>): Promise<void> => {
    const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
    // Tables refer to each other in circles, so the order cannot satisfy the references.
    if (db.dialect === 'mariadb') await run('SET FOREIGN_KEY_CHECKS = 0');
    for (const statement of statements) await run(statement);
    if (db.dialect === 'mariadb') await run('SET FOREIGN_KEY_CHECKS = 1');
  };
  // SQLite writes the file once for the whole; MariaDB commits every CREATE on its own.
  await (db.dialect === 'sqlite' ? db.transaction(create) : db.kysely.connection().execute(create));
}

/**
 * Creates this project's own tables where they are missing, as in a database that Python's Neutron made. Rejects
 * when the database's user may not.
 */
export async function createOwnTables(db: Db): Promise<void> {
  const there = await tableNames(db);
  const missing = Object.entries(ntsTables).filter(([name]) => !there.has(name));
  if (missing.length > 0) await createTables(db, Object.fromEntries(missing));
}

/** Creates whatever table is missing and marks an unmarked database as Zed. */
export async function createSchema(db: Db): Promise<void> {
  await createTables(db, allTables);
  await db.transaction(async (tx) => {
    const stamped = await tx.selectFrom('alembic_version').select('version_num').execute();
    if (stamped.length > 0) return;
    await tx
      .insertInto('alembic_version')
      .values(HEADS.map((version_num) => ({ version_num })))
      .execute();
  });
}

/** Names of the tables in the database. */
export async function tableNames(db: Pick<Db, 'kysely' | 'dialect'>): Promise<ReadonlySet<string>> {
  const names =
    db.dialect === 'mariadb'
      ? sql<{
          name: string;
        }>`select table_name as name from information_schema.tables where table_schema = database()`
      : sql<{ name: string }>`select name from sqlite_master where type = 'table'`;
  const { rows } = await names.execute(db.kysely);
  return new Set(rows.map(({ name }) => name));
}
