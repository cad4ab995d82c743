import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { isBusy } from './errors.ts';
import { Mutex } from './mutex.ts';
import { storable } from './parameters.ts';

const STATEMENTS_KEPT = 500;
const BUSY_ATTEMPTS = 200;

export interface SqliteSettings {
  /** A file, or ':memory:'. */
  readonly path: string;
  /** False trades the last transactions before a power cut for speed ([database] sqlite_synchronous). */
  readonly synchronous: boolean;
}

/** One handle to the file, with its prepared statements. */
class Handle {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, pragmas: readonly string[]) {
    this.#database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 0 });
    for (const pragma of pragmas) this.#database.exec(`PRAGMA ${pragma}`);
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  run<Row>(query: CompiledQuery): QueryResult<Row> {
    const statement = this.#statement(query.sql);
    const parameters = query.parameters.map(toSqlite);
    const columns = statement.columns().map((column) => column.name);
    if (columns.length === 0) {
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
    }
    const rows = statement.all(...parameters) as unknown as unknown[][];
    return { rows: rows.map((values) => toRow(columns, values) as Row) };
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

function toSqlite(value: unknown): SQLInputValue {
  const plain = storable(value);
  return typeof plain === 'boolean' ? Number(plain) : plain;
}

function toRow(columns: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) row[columns[index]!] = values[index];
  return row;
}

/** Repeats while another process holds the file's lock; waiting does not block the event loop. */
async function whenFree<T>(work: () => T): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || attempt === BUSY_ATTEMPTS) throw error;
      await sleep(Math.random() * Math.min(5 * attempt, 50));
    }
  }
}

/**
 * Writes and transactions go one after the other through one handle; reads outside a transaction have their own,
 * which in WAL mode sees the last commit and waits for nobody. A database in memory has only the one handle.
 */
class SqliteDriver implements Driver {
  readonly #settings: SqliteSettings;
  readonly #writing = new Mutex();
  #writer: Handle | undefined;
  #reader: Handle | undefined;

  constructor(settings: SqliteSettings) {
    this.#settings = settings;
  }

  async init(): Promise<void> {
    const { path, synchronous } = this.#settings;
    const speed = `synchronous = ${synchronous ? 'FULL' : 'OFF'}`;
    if (path === ':memory:') {
      this.#writer = new Handle(path, [speed]);
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    this.#writer = await whenFree(() => new Handle(path, ['journal_mode = WAL', speed]));
    this.#reader = await whenFree(() => new Handle(path, ['query_only = ON']));
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this.#writer!, this.#reader, this.#writing);
  }

  beginTransaction = (connection: DatabaseConnection): Promise<void> =>
    (connection as SqliteConnection).begin();
  commitTransaction = (connection: DatabaseConnection): Promise<void> =>
    (connection as SqliteConnection).end('COMMIT');
  rollbackTransaction = (connection: DatabaseConnection): Promise<void> =>
    (connection as SqliteConnection).end('ROLLBACK');

  releaseConnection = async (connection: DatabaseConnection): Promise<void> =>
    (connection as SqliteConnection).free();

  async destroy(): Promise<void> {
    this.#reader?.close();
    this.#writer?.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #writer: Handle;
  readonly #reader: Handle | undefined;
  readonly #writing: Mutex;
  #inTransaction = false;
  #release: (() => void) | undefined;

  constructor(writer: Handle, reader: Handle | undefined, writing: Mutex) {
    this.#writer = writer;
    this.#reader = reader;
    this.#writing = writing;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#inTransaction) {
      if (!this.#writer.inTransaction) throw new Error('an earlier error has undone this transaction');
      return this.#writer.run(query);
    }
    const reader = this.#reader;
    if (reader !== undefined && query.query.kind === 'SelectQueryNode') {
      return whenFree(() => reader.run<Row>(query));
    }
    const release = await this.#writing.lock();
    try {
      return await whenFree(() => this.#writer.run<Row>(query));
    } finally {
      release();
    }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }

  async begin(): Promise<void> {
    this.#release = await this.#writing.lock();
    // IMMEDIATE: two processes that read first and write later cannot run into each other.
    await whenFree(() => this.#writer.execute('BEGIN IMMEDIATE'));
    this.#inTransaction = true;
  }

  async end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    // An error such as a full disk has already undone the transaction.
    if (statement === 'ROLLBACK' && !this.#writer.inTransaction) return;
    await whenFree(() => this.#writer.execute(statement));
  }

  /** Lets the next writer in, whatever became of this one. */
  free(): void {
    if (this.#inTransaction && this.#writer.inTransaction) this.#writer.execute('ROLLBACK');
    this.#inTransaction = false;
    this.#release?.();
    this.#release = undefined;
  }
}

/** SQLite has one writer, so a transaction holds every row it could lock: FOR UPDATE is left out. */
class CompilerWithoutLocks extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== 'ForUpdate' && node.modifier !== 'ForShare') super.visitSelectModifier(node);
  }
}

/** kysely over Node's own SQLite. */
export const sqliteDialect = (settings: SqliteSettings): Dialect => ({
  createAdapter: (): DialectAdapter => new SqliteAdapter(),
  createDriver: (): Driver => new SqliteDriver(settings),
  createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
  createQueryCompiler: (): QueryCompiler => new CompilerWithoutLocks(),
});
