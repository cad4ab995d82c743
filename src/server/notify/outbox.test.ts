import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { silentLog } from '../../log/silent.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import type { Transport } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import { until } from '../../testing/until.ts';
import { databases, type TestDatabase } from '../db/testing.ts';
import { openOutbox } from './outbox.ts';

const message = (number: number, topic = 'topic') => ({
  target: { topic, version: '1.0', fanout: true },
  method: 'happened',
  args: { number },
  context: adminContext(),
});
/** A transport whose casts fail while `broken`; it remembers what it took. */
function fragile(): Transport & { broken: boolean; taken: unknown[] } {
  const transport = inProcess(new Bus());
  const fragile = {
    ...transport,
    broken: false,
    taken: [] as unknown[],
    cast: async (_target: unknown, _method: string, args: { [key: string]: unknown }) => {
      if (fragile.broken) throw new Error('no broker');
      fragile.taken.push(args.number);
    },
  };
  return fragile;
}

for (const [name, open] of Object.entries(databases()))
  describe(`the outbox (${name})`, () => {
    let db: TestDatabase;
    before(async () => {
      db = await open();
    });
    after(() => db.close());
    const waiting = () => db.kysely.selectFrom('nts_outbox').select('id').execute();

    it('sends what is committed, in order, and forgets it', async () => {
      const transport = fragile();
      const outbox = openOutbox({ db, log: silentLog, transport });
      await db.transaction((tx) => outbox.add(tx, message(1), message(2), message(3)));
      await assert.rejects(
        db.transaction(async (tx) => {
          await outbox.add(tx, message(4));
          throw new Error('rolled back');
        }),
      );
      await outbox.drain();
      await outbox.drain();
      assert.deepEqual(transport.taken, [1, 2, 3]);
      assert.deepEqual(await waiting(), []);
      await outbox.close();
    });

    it('keeps what the broker does not take, over a restart, and sends it once', async () => {
      const transport = fragile();
      transport.broken = true;
      const before = openOutbox({ db, log: silentLog, transport });
      await db.transaction((tx) => before.add(tx, message(1), message(2)));
      await before.drain();
      assert.deepEqual(transport.taken, []);
      await before.close();
      assert.equal((await waiting()).length, 2);
      transport.broken = false;
      const restarted = openOutbox({ db, log: silentLog, transport });
      await restarted.drain();
      assert.deepEqual(transport.taken, [1, 2]);
      assert.deepEqual(await waiting(), []);
      await restarted.close();
    });

    it('leaves the turn to the next after a failure, and what was sent before it is not sent again', async () => {
      const transport = fragile();
      const failing = openOutbox({
        db,
        log: silentLog,
        transport: {
          ...transport,
          cast: async (target, method, args, context) => {
            if (args.number === 2) throw new Error('no broker');
            await transport.cast(target, method, args, context);
          },
        },
      });
      await db.transaction((tx) => failing.add(tx, message(1), message(2)));
      await failing.drain();
      await failing.close();
      if (db.dialect === 'mariadb') {
        const { rows } = await sql<{ free: number }>`select is_free_lock('nts_outbox') as free`.execute(
          db.kysely,
        );
        assert.deepEqual(rows, [{ free: 1 }]);
      }
      const next = openOutbox({ db, log: silentLog, transport });
      await next.drain();
      assert.deepEqual(transport.taken, [1, 2]);
      await next.close();
    });

    it('leaves the turn to the next when its broker takes nothing, and tries again when it does', async () => {
      const transport = fragile();
      const asked: unknown[] = [];
      const back = Promise.withResolvers<void>();
      const cutOff = openOutbox({
        db,
        log: silentLog,
        patienceMs: 50,
        transport: {
          ...transport,
          cast: async (target, method, args, context, signal) => {
            asked.push(args.number);
            await back.promise;
            signal?.throwIfAborted();
            await transport.cast(target, method, args, context);
          },
        },
      });
      await db.transaction((tx) => cutOff.add(tx, message(1), message(2)));
      await cutOff.drain();
      await cutOff.drain();
      assert.deepEqual([asked, (await waiting()).length], [[1], 2]);
      const next = openOutbox({ db, log: silentLog, transport });
      await next.drain();
      assert.deepEqual([transport.taken, await waiting()], [[1, 2], []]);
      await next.close();
      await db.transaction((tx) => cutOff.add(tx, message(3)));
      back.resolve();
      await until('the broker has what waited', () => transport.taken.length === 3);
      assert.deepEqual(
        [transport.taken, asked],
        [
          [1, 2, 3],
          [1, 3],
        ],
      );
      await cutOff.close();
    });

    it('ends, and keeps its messages, while the broker takes nothing', async () => {
      const transport = { ...fragile(), cast: () => new Promise<void>(() => {}) };
      const outbox = openOutbox({ db, log: silentLog, patienceMs: 50, transport });
      await db.transaction((tx) => outbox.add(tx, message(1)));
      void outbox.drain();
      await outbox.close();
      assert.equal((await waiting()).length, 1);
    });
  });
