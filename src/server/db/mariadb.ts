import { readFileSync } from 'node:fs';
import { CompiledQuery, type Dialect, MysqlAdapter, MysqlDialect } from 'kysely';
import { createPool, format, type Pool } from 'mysql2';
import { deferring } from './deferred.ts';
import { storable } from './parameters.ts';
import type { SeveralStatements } from './together.ts';
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

/** MariaDB, unlike MySQL, can give back the rows that an INSERT or DELETE touched. */
class MariadbAdapter extends MysqlAdapter implements SeveralStatements {
  readonly takesSeveralStatements = true;

  override get supportsReturning(): boolean {
    return true;
  }
}

/** UTC; and every statement sees what is committed, so that no gap locks are held and a retry finds the other's row. */
function sessionStatements(sqlMode: string): string[] {
  const mode = sqlMode === '' ? '' : `, sql_mode = '${sqlMode.replaceAll("'", '')}'`;
  return [`set time_zone = '+00:00'${mode}`, 'set session transaction isolation level read committed'];
}

/** The server, or the account, has as many connections as it may have. */
const CROWDED = [1040, 1203, 1226];
const CROWDED_PAUSE_MS = 50;
const CROWDED_ATTEMPTS = 200;

/** A pool that waits for its turn when other processes use up the server's max_connections, rather than failing at once. */
const patient = (pool: Pool): Pick<Pool, 'getConnection' | 'end'> => ({
  end: pool.end.bind(pool),
  getConnection(done) {
    const ask = (left: number): void =>
      pool.getConnection((error, connection) => {
        if (!CROWDED.includes(error?.errno ?? 0) || left === 0) return done(error, connection);
        setTimeout(ask, CROWDED_PAUSE_MS * (1 + Math.random()), left - 1);
      });
    ask(CROWDED_ATTEMPTS);
  },
});

/** kysely over a mysql2 pool; sessions are UTC, dates stay text, UPDATE counts matched rows. */
export function mariadbDialect(
  location: Extract<DatabaseLocation, { dialect: 'mariadb' }>,
  settings: PoolSettings,
): Dialect {
  const { dialect: _dialect, ssl, ...where } = location;
  const pool = createPool({
    ...where,
    ...(ssl === undefined ? {} : { ssl: readFiles(ssl) }),
    charset: 'utf8mb4_general_ci',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    queryFormat: (statement: string, values: readonly unknown[] = []) =>
      format(
        statement,
        values.map((value) => storable(value)),
        true,
        'Z',
      ),
    multipleStatements: true,
    connectionLimit: settings.size,
    maxIdle: settings.size,
    idleTimeout: settings.recycleSeconds * 1000,
    enableKeepAlive: true,
  });
  const dialect = new MysqlDialect({
    pool: patient(pool),
    onCreateConnection: async (connection) => {
      for (const statement of sessionStatements(settings.sqlMode)) {
        await connection.executeQuery(CompiledQuery.raw(statement));
      }
    },
  });
  return {
    createAdapter: () => new MariadbAdapter(),
    createDriver: () => deferring(dialect.createDriver()),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}
