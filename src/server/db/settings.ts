import { join } from 'node:path';
import type { Config } from '../../config/option.ts';
import { core, database } from '../../config/options/index.ts';
import type { DatabaseSettings } from './database.ts';

/** The URL of [database] connection; without one, an SQLite file in state_path. */
export function databaseUrl(config: Config): string {
  const { connection } = config.group(database);
  return connection ?? `sqlite:///${join(config.group(core).state_path, 'neutron.sqlite')}`;
}

/** Some transactions begin anew by design, e.g. when another took their address, also where no errors are to be retried. */
const FEWEST_ATTEMPTS = 5;

/** How often a transaction is tried with oslo.db's `db_max_retries`, of which -1 is without end. */
export const attemptsOf = (retries: number): number =>
  retries < 0 ? Number.POSITIVE_INFINITY : Math.max(retries, FEWEST_ATTEMPTS);

/** What else [database] says about connections. */
export function databaseSettings(config: Config): DatabaseSettings & { readonly poolSize: number } {
  const options = config.group(database);
  const poolKept = options.max_pool_size ?? 5;
  return {
    sqliteSynchronous: options.sqlite_synchronous,
    poolSize: poolKept + (options.max_overflow ?? 0),
    poolKept,
    recycleSeconds: options.connection_recycle_time,
    sqlMode: options.mysql_sql_mode,
    connectAttempts: options.max_retries,
    connectRetrySeconds: options.retry_interval,
    transactionAttempts: attemptsOf(options.db_max_retries),
  };
}
