import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely';
import type { PoolConnection } from 'mysql2';
import { asAnswer, type Written } from './answers.ts';
import { storable } from './parameters.ts';
import type { Statement } from './statement.ts';
import { asOne } from './together.ts';

/** A larger deferred write goes at once, so that what waits never outgrows the server's max_allowed_packet. */
const MOST_PARAMETERS = 200;

/** Too many are kept already (max_prepared_stmt_count), or the tables it knows change too fast (table_definition_cache). */
const KEEPS_NONE = [1461, 1615];

const mayWait = ({ deferred, parameters }: Statement): boolean =>
  deferred === true && parameters.length <= MOST_PARAMETERS;

/** A connection that keeps back what need not be sent by itself, and has the server keep what is asked again and again. */
export class MariadbConnection implements DatabaseConnection {
  readonly #raw: PoolConnection;
  #waiting: Statement[] = [];
  #isInTransaction = false;
  /** The transaction's BEGIN is kept back too, so one that asks nothing is never begun. */
  #isBegun = false;

  constructor(raw: PoolConnection) {
    this.#raw = raw;
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

  release(): void {
    this.#raw.release();
  }

  async executeQuery<Row>(statement: Statement): Promise<QueryResult<Row>> {
    if (this.#isInTransaction && mayWait(statement)) {
      this.#waiting.push(statement);
      return { rows: [] };
    }
    const first = this.#waiting;
    this.#waiting = [];
    this.#isBegun = true;
    try {
      const answer = await this.#send<Row>(first, statement);
      statement.answered?.(answer.rows);
      return answer;
    } catch (error) {
      // The driver's error knows where the answer was read, not where the question was asked.
      if (error instanceof Error) error.stack += new Error().stack?.replace(/^.*\n/, '\n') ?? '';
      throw error;
    }
  }

  async #send<Row>(first: readonly Statement[], statement: Statement): Promise<QueryResult<Row>> {
    if (first.length === 0) return asAnswer(await this.#ask<Row>(statement));
    const answers = (await this.#ask(asOne([...first, statement]))) as (Row[] | Written)[];
    for (const [at, { answered }] of first.entries()) answered?.(answers[at] as Row[]);
    const own = answers.slice(first.length);
    return own.length === 1 ? asAnswer(own[0]!) : { rows: own as Row[] };
  }

  async *streamQuery<Row>(statement: Statement): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery(statement);
  }

  async #ask<Row>({ sql, parameters, recurring }: Statement): Promise<Row[] | Written> {
    const values = parameters.map(storable);
    const by = (how: 'execute' | 'query') =>
      new Promise<Row[] | Written>((resolve, reject) => {
        const done = (error: Error | null, answer: unknown) =>
          error === null ? resolve(answer as Row[] | Written) : reject(error);
        if (how === 'execute') this.#raw.execute(sql, values, done);
        else this.#raw.query(sql, values, done);
      });
    if (!recurring) return by('query');
    try {
      return await by('execute');
    } catch (error) {
      if (!KEEPS_NONE.includes((error as { errno?: number }).errno ?? 0)) throw error;
      return by('query');
    }
  }
}
