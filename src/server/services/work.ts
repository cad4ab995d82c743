import type { Db } from '../db/database.ts';
import type { RequestContext, Tx } from './service.ts';

/**
 * One transaction of a request, handed from service to service, so that a router, its ports and their addresses are
 * committed together or not at all.
 */
export interface Work {
  readonly tx: Tx;
  readonly context: RequestContext;
  /** Registers what must follow the commit; forgotten when the transaction is rolled back or tried again. */
  after(action: () => Promise<void>): void;
}

interface Surroundings {
  readonly db: Db;
  readonly log: { error(text: string): void };
  readonly outbox: { kick(tx: Tx): void };
}

/**
 * Runs `body` in a transaction (tried again on deadlock) and then, in order, what it registered with `after`.
 * What follows the commit cannot fail the request any more: a failure there is logged.
 */
export async function transact<T>(
  { db, log, outbox }: Surroundings,
  context: RequestContext,
  body: (work: Work) => Promise<T>,
): Promise<T> {
  let actions: (() => Promise<void>)[] = [];
  let committed!: Tx;
  const result = await db.transaction((tx) => {
    actions = [];
    committed = tx;
    return body({ tx, context, after: (action) => actions.push(action) });
  });
  outbox.kick(committed);
  for (const action of actions) {
    try {
      await action();
    } catch (error) {
      log.error(`After commit of ${context.requestId}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return result;
}
