import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import { mixesCollations } from './errors.ts';
import { asFinding, type Finding, oneStatement, rowsOfEach } from './oneAnswer.ts';
import type { Database } from './schema/index.ts';
import type { Statement } from './statement.ts';
import { type SeveralStatements, type Together, together } from './together.ts';

/** Stands for a value that is not known yet. */
class Slot {
  readonly name: string | symbol;

  constructor(name: string | symbol) {
    this.name = name;
  }
}

const slots = <Values extends object>(): Values =>
  new Proxy({}, { get: (_, name) => new Slot(name) }) as Values;

const filled = <Row>(statement: CompiledQuery<Row>, values: object): CompiledQuery<Row> => ({
  ...statement,
  parameters: statement.parameters.map((parameter) =>
    parameter instanceof Slot ? Reflect.get(values, parameter.name) : parameter,
  ),
});

/** What is kept for a database. */
interface Prepared {
  readonly statements: readonly CompiledQuery<unknown>[];
  /** When one statement asks for all. */
  readonly findings?: readonly Finding[];
}

function prepare(db: Kysely<Database>, queries: readonly Compilable<unknown>[], converts: boolean): Prepared {
  const { takesSeveralStatements } = db.getExecutor().adapter as Partial<SeveralStatements>;
  const findings = takesSeveralStatements ? queries.map(asFinding) : [undefined];
  return findings.every((finding) => finding !== undefined)
    ? { statements: [oneStatement(findings, converts).compile(db)], findings }
    : { statements: queries.map((query) => query.compile()) };
}

/**
 * Queries about one thing, or a few, that are asked often: their text is made once for a database, of which `build` gets
 * stand-ins for the values. Where `together` takes one round trip, and all of them only find rows, they get one answer as well:
 * MariaDB sends that of each statement by itself, which costs both sides more than finding it. For thousands of rows
 * `together` is better: rows of one answer are as wide as the widest.
 */
export function prepared<Values extends object, const Queries extends readonly Compilable<unknown>[]>(
  build: (db: Kysely<Database>, values: Values) => Queries,
): (db: Kysely<Database>, values: Values) => Promise<Together<Queries>> {
  const known = new WeakMap<object, Prepared>();
  async function run(db: Kysely<Database>, { statements, findings }: Prepared, values: Values) {
    const asked = statements.map((statement) => filled(statement, values));
    if (!findings) return together(db, ...asked.map(compiled));
    const statement: Statement = { ...asked[0]!, recurring: true };
    const { rows } = await db.executeQuery(statement);
    return rowsOfEach(findings, rows as Record<string, unknown>[]);
  }
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    const attempt = async (converts: boolean) => {
      const kept = converts ? undefined : known.get(adapter);
      const queries = kept ?? prepare(db, build(db, slots()), converts);
      const found = await run(db, queries, values);
      known.set(adapter, queries);
      return found as Together<Queries>;
    };
    try {
      return await attempt(false);
    } catch (error) {
      if (!mixesCollations(error)) throw error;
      return attempt(true);
    }
  };
}

const compiled = <Row>(query: CompiledQuery<Row>): Compilable<Row> => ({ compile: () => query });
