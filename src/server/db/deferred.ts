import {
  type Compilable,
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type Transaction,
} from 'kysely';
import { asAnswer, type Written } from './answers.ts';
import type { Database } from './schema/index.ts';

interface Deferred extends CompiledQuery {
  readonly deferred: true;
}

/** Larger ones go at once, so that what waits never outgrows the server's max_allowed_packet. */
const MOST_PARAMETERS = 200;

const mayWait = (query: CompiledQuery): boolean =>
  (query as Partial<Deferred>).deferred === true && query.parameters.length <= MOST_PARAMETERS;

/**
 * Has writes go out with the transaction's next statement, or with its commit, and so without a round trip of their own
 * (MariaDB; with SQLite they are run at once). What they fail with comes from there: it is for writes whose failure means
 * nothing by itself.
 */
export async function defer(tx: Transaction<Database>, ...writes: readonly Compilable[]): Promise<void> {
  for (const write of writes) {
    const query: Deferred = { ...write.compile(), deferred: true };
    await tx.executeQuery(query);
  }
}

/** A connection that keeps back what need not be sent by itself. */
class DeferringConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  #waiting: CompiledQuery[] = [];
  #isInTransaction = false;
  /** The transaction's BEGIN is kept back too, so one that asks nothing is never begun. */
  #isBegun = false;

  constructor(inner: DatabaseConnection) {
    this.inner = inner;
  }

  begin(): void {
    this.#waiting = [CompiledQuery.raw('begin')];
    this.#isInTransaction = true;
    this.#isBegun = false;
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    this.#isInTransaction = false;
    const written = this.#waiting.slice(this.#isBegun ? 0 : 1);
    if (how === 'rollback') this.#waiting = [];
    if (this.#isBegun || (how === 'commit' && written.length > 0)) {
      await this.executeQuery(CompiledQuery.raw(how));
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#isInTransaction && mayWait(query)) {
      this.#waiting.push(query);
      return { rows: [] };
    }
    const first = this.#waiting;
    this.#waiting = [];
    this.#isBegun = true;
    if (first.length === 0) return this.inner.executeQuery(query);
    const all = [...first, query];
    const { rows } = await this.inner.executeQuery<Row[] | Written>(
      CompiledQuery.raw(
        all.map(({ sql }) => sql).join(';\n'),
        all.flatMap(({ parameters }) => parameters),
      ),
    );
    const answers = rows.slice(first.length);
    return answers.length === 1 ? asAnswer(answers[0]!) : { rows: answers as Row[] };
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery(query);
  }
}

const own = (connection: DatabaseConnection): DeferringConnection => connection as DeferringConnection;

/** A driver of a database that runs several statements which come at once, for which `defer` saves round trips. */
export const deferring = (driver: Driver): Driver => ({
  init: () => driver.init(),
  acquireConnection: async () => new DeferringConnection(await driver.acquireConnection()),
  beginTransaction: async (connection) => own(connection).begin(),
  commitTransaction: (connection) => own(connection).end('commit'),
  rollbackTransaction: (connection) => own(connection).end('rollback'),
  releaseConnection: (connection) => driver.releaseConnection(own(connection).inner),
  destroy: () => driver.destroy(),
});
