import { once } from 'node:events';
import { type Kysely, sql } from 'kysely';
import type { Log } from '../../log/log.ts';
import type { Json, RpcContext, Target, Transport } from '../../messaging/transport.ts';
import { asciiJson } from '../db/asciiJson.ts';
import type { Db } from '../db/database.ts';
import { defer } from '../db/deferred.ts';
import type { Database } from '../db/schema/index.ts';
import { together } from '../db/together.ts';
import type { Tx } from '../services/service.ts';
import { databaseTime } from '../services/standardAttributes.ts';

/** A cast that a change causes. */
export interface OutboxMessage {
  readonly target: Target;
  readonly method: string;
  readonly args: { [key: string]: Json };
  readonly context: RpcContext;
}

/**
 * Casts that must follow a change, kept in the same transaction: sent after the commit, removed when the broker has
 * them. What a crash leaves behind is sent by the next process that publishes.
 */
export interface Outbox {
  /** What a transaction adds is written by one statement, the last before its commit. */
  add(tx: Tx, ...messages: readonly OutboxMessage[]): Promise<void>;
  /** Publishes soon what this transaction added; call when it is committed. */
  kick(tx: Tx): void;
  /** Resolves when everything committed so far has been published. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

interface Surroundings {
  readonly db: Db;
  readonly log: Log;
  readonly transport: Transport;
  /** How long the broker may take none of what it is given before other processes get their turn. */
  readonly patienceMs?: number;
}

const BATCH = 500;
/** How often to look for what another process left behind, and how long to wait after a failure. */
const PAUSE_MS = 1000;
/** More than the time in which a cast waits for a receiver that is about to be back. */
const PATIENCE_MS = 15_000;
const LOCK = 'nts_outbox';

const storedQuery = (connection: Kysely<Database>) =>
  connection.selectFrom('nts_outbox').selectAll().orderBy('id').limit(BATCH);

const removal = (connection: Kysely<Database>, sent: readonly number[]) =>
  connection.deleteFrom('nts_outbox').where('id', 'in', sent);

const lockQuery = (connection: Kysely<Database>) =>
  connection.selectNoFrom(sql<number>`get_lock(${LOCK}, 10)`.as('locked'));
const unlockQuery = (connection: Kysely<Database>) =>
  connection.selectNoFrom(sql<number>`release_lock(${LOCK})`.as('unlocked'));

type Stored = Awaited<ReturnType<ReturnType<typeof storedQuery>['execute']>>;

/** Publishes what it is given: the ids of what the broker has, and why it has not all. */
type Publish = (rows: Stored) => Promise<{ readonly sent: readonly number[]; readonly failure?: unknown }>;

/**
 * Publishes what is stored first and removes what was sent; rejects when not all was. True when there may be more.
 * Several servers may publish: MariaDB's named lock, which ends with its connection, lets one at a time.
 */
async function publishStored(db: Db, publish: Publish): Promise<boolean> {
  if (db.dialect === 'sqlite') {
    const stored = await storedQuery(db.kysely).execute();
    if (stored.length === 0) return false;
    const { sent, failure } = await publish(stored);
    if (sent.length > 0) await removal(db.kysely, sent).execute();
    if (failure !== undefined) throw failure;
    return stored.length === BATCH;
  }
  return db.kysely.connection().execute(async (connection) => {
    const unlock = unlockQuery(connection);
    try {
      const [[lock], stored] = await together(connection, lockQuery(connection), storedQuery(connection));
      if (lock?.locked !== 1) return true;
      const { sent, failure } = stored.length > 0 ? await publish(stored) : { sent: [] };
      if (sent.length > 0) await together(connection, removal(connection, sent), unlock);
      else await unlock.execute();
      if (failure !== undefined) throw failure;
      return stored.length === BATCH;
    } catch (error) {
      // The connection goes back to the pool; to unlock what is not locked does nothing.
      await unlock.execute().catch(() => undefined);
      throw error;
    }
  });
}

/** Starts publishing. Messages of one topic leave in the order they were added. */
export function openOutbox({ db, log, transport, patienceMs = PATIENCE_MS }: Surroundings): Outbox {
  const logger = log.named('neutron.notify.outbox');
  let closed = false;
  let running: Promise<void> | undefined;
  let again = false;
  let failing = false;
  /** The broker has not said yet what became of messages that were given up: there is no sense in giving it more. */
  let stuck = false;

  /** Messages of one topic one after the other, topics beside each other, until the broker is out of reach or takes none. */
  const publish: Publish = async (rows) => {
    const messages = rows.map(({ id, payload }) => ({ id, ...(JSON.parse(payload) as OutboxMessage) }));
    const sent: number[] = [];
    const patience = new AbortController();
    const { signal } = patience;
    const givenUp = new Error(`the broker took none for ${patienceMs / 1000} s`);
    const timer = setTimeout(() => patience.abort(givenUp), patienceMs);
    const casting = Promise.allSettled(
      [...Map.groupBy(messages, ({ target }) => target.topic).values()].map(async (ofTopic) => {
        for (const { id, target, method, args, context } of ofTopic) {
          signal.throwIfAborted();
          await transport.cast(target, method, args, context, signal);
          sent.push(id);
          if (!signal.aborted) timer.refresh();
        }
      }),
    );
    await Promise.race([casting, once(signal, 'abort')]);
    clearTimeout(timer);
    if (signal.aborted) {
      stuck = true;
      void casting.then(() => {
        stuck = false;
        void start();
      });
      return { sent: [...sent], failure: givenUp };
    }
    const failed = (await casting).find((outcome) => outcome.status === 'rejected');
    return { sent, ...(failed ? { failure: failed.reason } : {}) };
  };

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        while (!closed && (await publishStored(db, publish)));
      } while (again && !closed);
      if (failing) logger.info('Notifications are being delivered again.');
      failing = false;
    } catch (error) {
      if (!failing && !closed) {
        logger.error(`Notifications wait in the outbox: ${error instanceof Error ? error.message : error}`);
      }
      failing = true;
    } finally {
      running = undefined;
    }
  }

  function start(): Promise<void> {
    if (closed || stuck) return Promise.resolve();
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = run();
    return running;
  }

  const timer = setInterval(() => void start(), PAUSE_MS);
  timer.unref();
  transport.on('connected', () => void start());
  void start();

  /** What transactions have added. */
  const added = new WeakMap<Tx, OutboxMessage[]>();

  async function write(tx: Tx, messages: readonly OutboxMessage[]): Promise<void> {
    const created_at = databaseTime();
    const values = messages.map((message) => ({ created_at, payload: asciiJson(message) }));
    // A statement must fit into the database's max_allowed_packet.
    for (let at = 0; at < values.length; at += BATCH) {
      await defer(tx, tx.insertInto('nts_outbox').values(values.slice(at, at + BATCH)));
    }
  }

  return {
    async add(tx, ...messages) {
      if (messages.length === 0) return;
      const before = added.get(tx);
      if (before) {
        for (const message of messages) before.push(message);
        return;
      }
      const all = [...messages];
      added.set(tx, all);
      db.beforeCommit(tx, () => write(tx, all));
    },
    kick(tx) {
      if (added.has(tx)) void start();
    },
    drain: start,
    async close() {
      closed = true;
      clearInterval(timer);
      await running;
    },
  };
}
