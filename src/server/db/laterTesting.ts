import { sql } from 'kysely';
import type { Db } from './database.ts';
import { changesUpTo, laterReleases } from './later.ts';

/** Makes of Zed's MariaDB database one of a later release, as that release's neutron-db-manage would. */
export async function makeLater(db: Db, release: string): Promise<void> {
  const head = laterReleases.find((one) => one.release === release)!.expand.at(-1)!;
  await db.kysely.connection().execute(async (connection) => {
    for (const { ddl } of changesUpTo(head)) {
      for (const statement of ddl) await sql.raw(statement).execute(connection);
    }
  });
  await db.kysely
    .updateTable('alembic_version')
    .set({ version_num: head })
    .where('version_num', '=', '5881373af7f5')
    .execute();
}
