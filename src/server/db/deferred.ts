import type { Compilable, Transaction } from 'kysely';
import type { Database } from './schema/index.ts';
import type { Statement } from './statement.ts';

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
