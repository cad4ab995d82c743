import type { Compilable, Transaction } from 'kysely';
import type { Database } from './schema/index.ts';
import type { Statement } from './statement.ts';
import type { SeveralStatements } from './together.ts';

/**
 * Has writes go out with the transaction's next statement, or with its commit, and so without a round trip of their own
 * (MariaDB; with SQLite they are run at once). What they fail with comes from there: it is for writes whose failure means
 * nothing by itself, and for locks of what that statement reads.
 */
export async function defer(tx: Transaction<Database>, ...writes: readonly Compilable[]): Promise<void> {
  for (const write of writes) {
    const statement: Statement = { ...write.compile(), deferred: true };
    await tx.executeQuery(statement);
  }
}

/**
 * Has a question go out with the transaction's next statement, as `defer` does for writes; what it gives tells the rows when
 * that statement has been answered.
 */
export async function askAlong<Row>(
  tx: Transaction<Database>,
  query: Compilable<Row>,
): Promise<() => readonly Row[]> {
  const compiled = query.compile();
  const { takesSeveralStatements } = tx.getExecutor().adapter as Partial<SeveralStatements>;
  if (!takesSeveralStatements) {
    const { rows } = await tx.executeQuery<Row>(compiled);
    return () => rows;
  }
  let rows: readonly Row[] | undefined;
  const statement: Statement = {
    ...compiled,
    deferred: true,
    answered: (found) => {
      rows = found as readonly Row[];
    },
  };
  await tx.executeQuery(statement);
  return () => {
    if (rows === undefined) throw new Error('no statement has taken this question along yet');
    return rows;
  };
}
