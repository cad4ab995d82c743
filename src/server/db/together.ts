import { type Compilable, CompiledQuery, type Kysely } from 'kysely';
import { answerTo, asAnswer, type Written } from './answers.ts';
import type { Database } from './schema/index.ts';

/** What each query gives: its rows; how many it matched for an UPDATE or DELETE, nothing for another write that returns nothing. */
export type Together<Queries extends readonly Compilable<unknown>[]> = {
  -readonly [Key in keyof Queries]: Queries[Key] extends Compilable<infer Row> ? Row[] : never;
};

/** What a dialect's adapter says of a database that runs several statements which come at once. */
export interface SeveralStatements {
  readonly takesSeveralStatements: boolean;
}

/** Several statements as one, whose answer has a part for each. */
export const asOne = (statements: readonly CompiledQuery[]): CompiledQuery =>
  CompiledQuery.raw(
    statements.map(({ sql }) => sql).join(';\n'),
    statements.flatMap(({ parameters }) => parameters),
  );

/**
 * Runs queries that do not need each other's answers, in their order, in one round trip where the database takes several
 * statements at once (MariaDB; SQLite has none to save). The first that fails ends it: those after it are not run.
 */
export async function together<const Queries extends readonly Compilable<unknown>[]>(
  db: Kysely<Database>,
  ...queries: Queries
): Promise<Together<Queries>> {
  const found: unknown[][] = [];
  const { takesSeveralStatements } = db.getExecutor().adapter as Partial<SeveralStatements>;
  if (queries.length > 1 && takesSeveralStatements) {
    const compiled = queries.map((query) => query.compile());
    const { rows } = await db.executeQuery(asOne(compiled));
    found.push(...compiled.map((query, at) => answerTo(query, asAnswer(rows[at] as unknown[] | Written))));
  } else {
    for (const query of queries.map((each) => each.compile())) {
      found.push(answerTo(query, await db.executeQuery(query)));
    }
  }
  return found as Together<Queries>;
}
