import { sql } from 'kysely';
import type { Log } from '../../log/log.ts';
import type { Json, RpcContext, Target, Transport } from '../../messaging/transport.ts';
import { asciiJson } from '../db/asciiJson.ts';
import type { Db } from '../db/database.ts';
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
}

interface Row {
  readonly id: number;
  readonly message: OutboxMessage;
}

const BATCH = 500;
/** How often to look for what another process left behind, and how long to wait after a failure. */
const PAUSE_MS = 1000;
const LOCK = 'nts_outbox';

/** Several servers may publish: MariaDB's named lock, which ends with its connection, lets one at a time. */
async function exclusively(db: Db, work: (connection: Db['kysely']) => Promise<boolean>): Promise<boolean> {
  if (db.dialect === 'sqlite') return work(db.kysely);
  return db.kysely.connection().execute(async (connection) => {
    const got = await sql<{ locked: number }>`select get_lock(${LOCK}, 10) as locked`.execute(connection);
    if (got.rows[0]?.locked !== 1) return true;
    try {
      return await work(connection);
    } finally {
      await sql`select release_lock(${LOCK})`.execute(connection);
    }
  });
}

/** Starts publishing. Messages of one topic leave in the order they were added. */
export function openOutbox({ db, log, transport }: Surroundings): Outbox {
  const logger = log.named('neutron.notify.outbox');
  let closed = false;
  let running: Promise<void> | undefined;
  let again = false;
  let failing = false;

  async function publish(rows: readonly Row[], connection: Db['kysely']): Promise<void> {
    const topics = Map.groupBy(rows, ({ message }) => message.target.topic);
    const sent: number[] = [];
    const outcomes = await Promise.allSettled(
      [...topics.values()].map(async (messages) => {
        for (const { id, message } of messages) {
          await transport.cast(message.target, message.method, message.args, message.context);
          sent.push(id);
        }
      }),
    );
    if (sent.length > 0) await connection.deleteFrom('nts_outbox').where('id', 'in', sent).execute();
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Publishes one batch; true when there may be more. */
  const batch = (): Promise<boolean> =>
    exclusively(db, async (connection) => {
      const stored = await connection
        .selectFrom('nts_outbox')
        .selectAll()
        .orderBy('id')
        .limit(BATCH)
        .execute();
      if (stored.length === 0) return false;
      await publish(
        stored.map(({ id, payload }) => ({ id, message: JSON.parse(payload) as OutboxMessage })),
        connection,
      );
      return stored.length === BATCH;
    });

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        while (await batch());
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
    if (closed) return Promise.resolve();
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
      await tx
        .insertInto('nts_outbox')
        .values(values.slice(at, at + BATCH))
        .execute();
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
