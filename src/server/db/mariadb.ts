import { readFileSync } from 'node:fs';
import { CompiledQuery, type Dialect, MysqlDialect } from 'kysely';
import { createPool } from 'mysql2';
import type { DatabaseLocation } from './url.ts';

export interface PoolSettings {
  readonly size: number;
  /** Idle connections are given up after this, before a firewall or the server's wait_timeout does it. */
  readonly recycleSeconds: number;
  readonly sqlMode: string;
}

const readFiles = (ssl: { readonly [name: string]: string | undefined }): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ssl).flatMap(([name, file]) =>
      file === undefined ? [] : [[name, readFileSync(file, 'utf8')]],
    ),
  );

/** kysely over a mysql2 pool; sessions are UTC, dates stay text, UPDATE counts matched rows. */
export function mariadbDialect(
  location: Extract<DatabaseLocation, { dialect: 'mariadb' }>,
  settings: PoolSettings,
): Dialect {
  const { dialect: _, ssl, ...where } = location;
  const pool = createPool({
    ...where,
    ...(ssl === undefined ? {} : { ssl: readFiles(ssl) }),
    charset: 'utf8mb4_general_ci',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    connectionLimit: settings.size,
    maxIdle: settings.size,
    idleTimeout: settings.recycleSeconds * 1000,
    enableKeepAlive: true,
  });
  return new MysqlDialect({
    pool,
    onCreateConnection: async (connection) => {
      const mode = settings.sqlMode === '' ? '' : `, sql_mode = '${settings.sqlMode.replaceAll("'", '')}'`;
      await connection.executeQuery(CompiledQuery.raw(`set time_zone = '+00:00'${mode}`));
    },
  });
}
