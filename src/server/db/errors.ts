import { UnstorableValue } from './parameters.ts';
import { tables } from './schema/index.ts';

/** What a driver's error says, whichever driver it was. */
interface DriverError {
  readonly code?: string;
  /** mysql2: MariaDB's error number. */
  readonly errno?: number;
  /** node:sqlite: the extended result code. */
  readonly errcode?: number;
  readonly sqlMessage?: string;
  readonly sql?: string;
  readonly message?: string;
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_TOOBIG = 18;
const SQLITE_MISMATCH = 20;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_FOREIGNKEY = 787;

const MARIADB_DUPLICATE = [1062, 1586];
const MARIADB_FOREIGN_KEY = [1216, 1217, 1451, 1452];
/** Out of range, no text of the column's character set, too long, not to be compared with the column's, a list for one value. */
const MARIADB_VALUE = [1264, 1366, 1406, 1292, 1690, 1267, 1918, 1241, 4078];
const MARIADB_COLLATIONS = [1267, 1270, 1271];
/** More values in one statement than it may hold. */
const MARIADB_TOO_MANY = [1390, 1153, 1436];
/** SQLite says of statements only in words what is wrong with them. */
const SQLITE_STATEMENT =
  /^(row value misused|too many SQL variables|too many terms|Expression tree is too large)/;
/** Deadlock, lock wait timeout, record changed since the snapshot, Galera not ready or aborted the write set. */
const MARIADB_CONFLICT = [1213, 1205, 1020, 1047];
const MARIADB_GONE = [1053, 1077, 1079, 1927, 2002, 2003, 2006, 2013, 2014, 2045, 2055];
const CONNECTION_CODES = [
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ECONNRESET',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
];

const facts = (error: unknown): DriverError =>
  typeof error === 'object' && error !== null ? (error as DriverError) : {};

const primaryCode = (error: unknown): number => (facts(error).errcode ?? 0) & 0xff;

/** Another connection holds SQLite's lock. */
export const isBusy = (error: unknown): boolean =>
  primaryCode(error) === SQLITE_BUSY || primaryCode(error) === SQLITE_LOCKED;

/** Concurrent transactions got into each other's way; the whole transaction may be tried again. */
export const isConflict = (error: unknown): boolean =>
  isBusy(error) || MARIADB_CONFLICT.includes(facts(error).errno ?? 0);

/** The connection to the server is gone, or could not be made. */
export function isDisconnect(error: unknown): boolean {
  const { errno, code, message } = facts(error);
  return (
    MARIADB_GONE.includes(errno ?? 0) ||
    CONNECTION_CODES.includes(code ?? '') ||
    (message ?? '').includes('closed state')
  );
}

/** A row that is referred to was deleted, or one that does not exist was referred to. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  facts(error).errcode === SQLITE_CONSTRAINT_FOREIGNKEY ||
  MARIADB_FOREIGN_KEY.includes(facts(error).errno ?? 0);

/** A value that its column cannot hold, or be compared with; or more of them than a statement can hold. */
export const isValueRefused = (error: unknown): boolean =>
  error instanceof UnstorableValue ||
  [...MARIADB_VALUE, ...MARIADB_TOO_MANY].includes(facts(error).errno ?? 0) ||
  [SQLITE_TOOBIG, SQLITE_MISMATCH].includes(primaryCode(error)) ||
  SQLITE_STATEMENT.test(facts(error).message ?? '');

/** Texts whose columns differ in collation met in one place. */
export const mixesCollations = (error: unknown): boolean =>
  MARIADB_COLLATIONS.includes(facts(error).errno ?? 0);

/** Which rule a duplicate broke: `constraint` is the name in the schema, PRIMARY for the primary key. */
export interface Duplicate {
  readonly table?: string;
  readonly constraint: string;
  readonly columns: readonly string[];
}

interface Keys {
  readonly primaryKey: readonly string[];
  readonly unique?: Readonly<Record<string, readonly string[]>>;
}

const keysOf = (table: string | undefined): Keys | undefined =>
  (tables as Readonly<Record<string, Keys>>)[table ?? ''];

const columnsOf = (table: string | undefined, constraint: string): readonly string[] =>
  (constraint === 'PRIMARY' ? keysOf(table)?.primaryKey : keysOf(table)?.unique?.[constraint]) ?? [];

function fromMariadb(message: string, statement: string): Duplicate {
  // Duplicate entry 'x-y' for key 'uniq_agents0agent_type0host' (newer servers put the table's name in front)
  const key = /for key '(?:([^'.]+)\.)?([^']+)'/.exec(message);
  const constraint = key?.[2] ?? '';
  // Of statements that came together, the one that has such a rule.
  const written = [...statement.matchAll(/^(?:insert(?: ignore)? into|update) `([^`]+)`/gm)];
  const names = written.map(([, name]) => name);
  const table = names.find((name) => columnsOf(name, constraint).length > 0) ?? names[0] ?? key?.[1];
  return { ...(table === undefined ? {} : { table }), constraint, columns: columnsOf(table, constraint) };
}

function fromSqlite(message: string): Duplicate {
  // UNIQUE constraint failed: agents.agent_type, agents.host
  const pairs = message
    .slice(message.indexOf(':') + 1)
    .split(',')
    .map((name) => name.trim().split('.') as [string, string]);
  const table = pairs[0]?.[0] ?? '';
  const columns = pairs.map(([, column]) => column);
  const unique = keysOf(table)?.unique ?? {};
  const constraint = Object.keys(unique).find((name) => unique[name]!.join() === columns.join());
  return { table, constraint: constraint ?? 'PRIMARY', columns };
}

/** What was duplicated when `error` is a violation of a unique or primary key, else undefined. */
export function duplicateOf(error: unknown): Duplicate | undefined {
  const { errno, errcode, sqlMessage, sql = '', message = '' } = facts(error);
  if (MARIADB_DUPLICATE.includes(errno ?? 0)) return fromMariadb(sqlMessage ?? message, sql);
  if (errcode === SQLITE_CONSTRAINT_UNIQUE || errcode === SQLITE_CONSTRAINT_PRIMARYKEY) {
    return fromSqlite(message);
  }
  return undefined;
}

/** Whether a unique or primary key was violated, optionally a given one (its name, or PRIMARY). */
export function isDuplicate(error: unknown, constraint?: string): boolean {
  const duplicate = duplicateOf(error);
  return duplicate !== undefined && (constraint === undefined || duplicate.constraint === constraint);
}
