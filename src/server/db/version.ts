import { sql } from 'kysely';
import type { Db } from './database.ts';

/** INSERT … RETURNING. */
export const LEAST_VERSION = [10, 5] as const;

/** Whether a server of this version can be used. */
export function isUsable(version: string): boolean {
  const [, major, minor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? [];
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return (
    /mariadb/i.test(version) &&
    (Number(major) > leastMajor || (Number(major) === leastMajor && Number(minor) >= leastMinor))
  );
}

export async function serverVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db.kysely);
  return rows[0]?.version ?? '';
}

/** Why the database's server cannot be used; undefined when it can. */
export async function unusable(db: Db): Promise<string | undefined> {
  if (db.dialect !== 'mariadb') return undefined;
  const version = await serverVersion(db);
  if (isUsable(version)) return undefined;
  const name = /mariadb/i.test(version) ? version : `MySQL ${version}`;
  return (
    `The database server is ${name}; MariaDB ${LEAST_VERSION.join('.')} or later is needed, which can tell what an ` +
    'INSERT or DELETE touched. Bring the database there with mysqldump. Nothing was changed.'
  );
}
