import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, NoResultError, sql, type Transaction } from 'kysely';
import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';
import type { DialectName } from './ddl.ts';
import { isConflict, isDisconnect, isDuplicate, isForeignKeyViolation } from './errors.ts';
import type { Database } from './schema/index.ts';
import { sqliteDialect } from './sqlite.ts';
import { parseDatabaseUrl } from './url.ts';

export type Tx = Transaction<Database>;

/** Thrown inside a transaction to have all of it tried again, e.g. when a chosen address was just taken. */
export class RetryTransaction extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'RetryTransaction';
  }
}

/** The open database. Close it at the end of the process. */
export interface Db {
  readonly kysely: Kysely<Database>;
  readonly dialect: DialectName;
  /**
   * Runs `work` in one transaction and commits. After a deadlock, a lock wait timeout, a lost connection, a row that was
   * just seen and has gone (referred to, or read anew) or RetryTransaction the whole of it runs again, with jitter; `work`
   * therefore must have no effects but on `tx`.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work`, each of whose statements commits by itself, again as a transaction would be run again. What it writes must
   * come to the same when it is written twice.
   */
  statements<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /** Registers what an open transaction does last, when its `work` is through, before the commit. */
  beforeCommit(tx: Tx, last: () => Promise<void>): void;
  close(): Promise<void>;
}

/** What [database] says beside the URL; all have oslo.db's defaults. */
export interface DatabaseSettings {
  readonly sqliteSynchronous?: boolean;
  /** Connections at most; and of those that nobody uses, how many are kept. */
  readonly poolSize?: number;
  readonly poolKept?: number;
  readonly recycleSeconds?: number;
  readonly sqlMode?: string;
  /** Attempts to reach the server at start, -1 for ever; and the pause between two. */
  readonly connectAttempts?: number;
  readonly connectRetrySeconds?: number;
  /** Attempts of a transaction. */
  readonly transactionAttempts?: number;
}

const DEFAULTS = {
  sqliteSynchronous: true,
  poolSize: 15,
  poolKept: 5,
  recycleSeconds: 3600,
  sqlMode: 'TRADITIONAL',
  connectAttempts: 10,
  connectRetrySeconds: 10,
  transactionAttempts: 20,
} as const;

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
/**
 * A row that another transaction took away, or made first, is noticed by the next attempt; one that was never there, or that
 * the request itself makes twice, by none.
 */
const REFERENCE_ATTEMPTS = 3;

async function reach(
  kysely: Kysely<Database>,
  settings: Required<DatabaseSettings>,
  log: Log,
): Promise<void> {
  for (let left = settings.connectAttempts; ; left -= 1) {
    try {
      await sql`select 1`.execute(kysely);
      return;
    } catch (error) {
      if (!isDisconnect(error) || left === 0) throw error;
      const attempts = left < 0 ? 'for ever' : `${left} more times`;
      log.warning(`SQL connection failed (${reasonOf(error)}); trying ${attempts}.`);
      await sleep(settings.connectRetrySeconds * 1000);
    }
  }
}

/** What open transactions still do before they commit. */
type Endings = WeakMap<Tx, (() => Promise<void>)[]>;

interface Persistence {
  readonly transactionAttempts: number;
  readonly log: Log;
}

/** Runs `attempt` until it succeeds; what it rejects with when `isFutile` says so, or when that was the last try. */
async function repeatedly<T>(
  { transactionAttempts, log }: Persistence,
  isFutile: (error: unknown, attempt: number) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (isFutile(error, count) || count >= transactionAttempts) throw error;
      log.debug(`Transaction attempt ${count} failed, trying again: ${reasonOf(error)}`);
      await sleep(Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** count, LONGEST_PAUSE_MS));
    }
  }
}

const isPassing = (error: unknown, attempt: number): boolean =>
  isConflict(error) ||
  error instanceof RetryTransaction ||
  ((isForeignKeyViolation(error) || isDuplicate(error) || error instanceof NoResultError) &&
    attempt < REFERENCE_ATTEMPTS);

const transactions =
  (kysely: Kysely<Database>, endings: Endings, persistence: Persistence): Db['transaction'] =>
  (work) => {
    let committing = false;
    return repeatedly(
      persistence,
      // A connection lost while committing leaves open whether it happened: only the caller can tell.
      (error, attempt) => !isPassing(error, attempt) && !(isDisconnect(error) && !committing),
      () => {
        committing = false;
        return kysely.transaction().execute(async (tx) => {
          const result = await work(tx);
          for (const last of endings.get(tx) ?? []) await last();
          committing = true;
          return result;
        });
      },
    );
  };

/**
 * Opens the database of an SQLAlchemy URL (see parseDatabaseUrl) and waits until it answers. Rejects with the
 * driver's error, or with one that names the URL's scheme; never with the password.
 */
export async function openDatabase(url: string, log: Log, given: DatabaseSettings = {}): Promise<Db> {
  const settings = { ...DEFAULTS, ...given };
  const location = parseDatabaseUrl(url);
  const dialect =
    location.dialect === 'sqlite'
      ? sqliteDialect({ path: location.path, synchronous: settings.sqliteSynchronous })
      : (await import('./mariadb.ts')).mariadbDialect(location, {
          size: settings.poolSize,
          kept: settings.poolKept,
          recycleSeconds: settings.recycleSeconds,
          sqlMode: settings.sqlMode,
        });
  const kysely = new Kysely<Database>({ dialect });
  try {
    await reach(kysely, settings, log);
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
  const endings: Endings = new WeakMap();
  const persistence = { transactionAttempts: settings.transactionAttempts, log };
  return {
    kysely,
    dialect: location.dialect,
    transaction: transactions(kysely, endings, persistence),
    statements: (work) =>
      repeatedly(
        persistence,
        (error, attempt) => !isPassing(error, attempt) && !isDisconnect(error),
        () => work(kysely),
      ),
    beforeCommit: (tx, last) => void endings.set(tx, [...(endings.get(tx) ?? []), last]),
    close: () => kysely.destroy(),
  };
}
