import { existsSync } from 'node:fs';
import type { Config } from '../config/option.ts';
import { silentLog } from '../log/silent.ts';
import { type Db, openDatabase } from '../server/db/database.ts';
import { databaseUrl } from '../server/db/settings.ts';
import { parseDatabaseUrl } from '../server/db/url.ts';

/** The server's database, for one look: one connection, nothing tried twice. Rejects when there is none. */
export async function openToLook(config: Config): Promise<Db> {
  const url = databaseUrl(config);
  const location = parseDatabaseUrl(url);
  // Opening would make the file.
  if (location.dialect !== 'mariadb' && !existsSync(location.path))
    throw new Error(`there is no file ${location.path}`);
  return openDatabase(url, silentLog, { connectAttempts: 0, poolSize: 1, transactionAttempts: 1 });
}
