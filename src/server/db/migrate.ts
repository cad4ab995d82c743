import { CompiledQuery, type Kysely } from 'kysely';
import type { Db } from './database.ts';
import { createStatements } from './ddl.ts';
import type { TableDefinitions } from './schema/definition.ts';
import { type Database, tables } from './schema/index.ts';
import vendorTables from './schema/vendor-tables.json' with { type: 'json' };

/** Neutron's schema version that the definitions describe: Zed's two alembic heads. */
export const HEADS = ['5881373af7f5', '5c85685d616d'] as const;

/** Every table of Neutron's schema: ours to use, and those of vendors' plugins that its migrations also create. */
export const allTables: TableDefinitions = { ...tables, ...(vendorTables as unknown as TableDefinitions) };

/** Creates whatever table is missing and marks an unmarked database as Zed. */
export async function createSchema(db: Db): Promise<void> {
  const create = async (connection: Kysely<Database>): Promise<void> => {
    const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
    // Tables refer to each other in circles, so the order cannot satisfy the references.
    if (db.dialect === 'mariadb') await run('SET FOREIGN_KEY_CHECKS = 0');
    for (const statement of createStatements(allTables, db.dialect)) await run(statement);
    if (db.dialect === 'mariadb') await run('SET FOREIGN_KEY_CHECKS = 1');
    const stamped = await connection.selectFrom('alembic_version').select('version_num').execute();
    if (stamped.length > 0) return;
    await connection
      .insertInto('alembic_version')
      .values(HEADS.map((version_num) => ({ version_num })))
      .execute();
  };
  // SQLite writes the file once for the whole; MariaDB commits every CREATE on its own.
  await (db.dialect === 'sqlite' ? db.transaction(create) : db.kysely.connection().execute(create));
}
