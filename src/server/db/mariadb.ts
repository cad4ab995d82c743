import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
} from 'kysely';
import { createPool, type Pool, type PoolConnection } from 'mysql2';
import { MariadbConnection } from './mariadbConnection.ts';
import type { SeveralStatements } from './together.ts';
import type { DatabaseLocation } from './url.ts';

export interface PoolSettings {
  readonly size: number;
  /** Of the connections that nobody uses, those that are kept; the others are closed within a second. */
  readonly kept: number;
  /** Idle connections are given up after this, before a firewall or the server's wait_timeout does it; negative: never. */
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

/**
 * UTC; and every statement sees what is committed, so that no gap locks are held and a retry finds the other's row. How many
 * rows a list of ids finds is looked up in the index: statistics are of when the table was opened, and where it had a
 * hundredth of its rows then, a whole index would be read for a thousand of them.
 */
function sessionStatements(sqlMode: string): string {
  const mode = sqlMode === '' ? '' : `, sql_mode = '${sqlMode.replaceAll("'", '')}'`;
  return `set time_zone = '+00:00', eq_range_index_dive_limit = 0, in_predicate_conversion_threshold = 0${mode};
    set session transaction isolation level read committed`;
}

/** The server, or the account, has as many connections as it may have. */
const CROWDED = [1040, 1203, 1226];
const CROWDED_PAUSE_MS = 50;
const CROWDED_ATTEMPTS = 200;
/** Of the statements that are asked again and again, those that one connection has the server keep. */
const STATEMENTS_KEPT = 100;

/** A connection of the pool; waits for its turn when other processes use up the server's max_connections. */
async function connectionOf(pool: Pool): Promise<PoolConnection> {
  for (let left = CROWDED_ATTEMPTS; ; left -= 1) {
    try {
      return await new Promise((resolve, reject) => {
        pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
      });
    } catch (error) {
      if (!CROWDED.includes((error as { errno?: number }).errno ?? 0) || left === 0) throw error;
      await sleep(CROWDED_PAUSE_MS * (1 + Math.random()));
    }
  }
}

/** Transactions have the isolation level of their session. */
function driverOf(pool: Pool, session: string): Driver {
  const known = new WeakSet<PoolConnection>();
  const own = (connection: DatabaseConnection) => connection as MariadbConnection;
  return {
    init: async () => {},
    async acquireConnection() {
      const raw = await connectionOf(pool);
      const connection = new MariadbConnection(raw);
      if (known.has(raw)) return connection;
      try {
        await connection.executeQuery(CompiledQuery.raw(session));
      } catch (error) {
        raw.destroy();
        throw error;
      }
      known.add(raw);
      return connection;
    },
    beginTransaction: async (connection) => own(connection).begin(),
    commitTransaction: (connection) => own(connection).end('commit'),
    rollbackTransaction: (connection) => own(connection).end('rollback'),
    releaseConnection: async (connection) => own(connection).release(),
    destroy: () =>
      new Promise((resolve, reject) => {
        pool.end((error) => (error ? reject(error) : resolve()));
      }),
  };
}

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
    multipleStatements: true,
    maxPreparedStatements: STATEMENTS_KEPT,
    connectionLimit: settings.size,
    // The driver looks for idle connections only when not all may be idle.
    maxIdle: Math.min(settings.kept, settings.size - 1),
    idleTimeout: settings.recycleSeconds < 0 ? Number.POSITIVE_INFINITY : settings.recycleSeconds * 1000,
    gracefulEnd: true,
    enableKeepAlive: true,
  });
  return {
    createAdapter: () => new MariadbAdapter(),
    createDriver: () => driverOf(pool, sessionStatements(settings.sqlMode)),
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  };
}
