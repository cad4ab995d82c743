import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { silentLog } from '../../log/silent.ts';
import { until } from '../../testing/until.ts';
import { openDatabase, RetryTransaction } from './database.ts';
import { duplicateOf, isDuplicate, isForeignKeyViolation, isValueRefused } from './errors.ts';
import { type MariaDbServer, sqliteForTest, startMariaDb, type TestDatabase } from './testing.ts';

const agent = (id: string, host: string) => ({
  id,
  agent_type: 'DHCP agent',
  binary: 'neutron-dhcp-agent',
  topic: 'dhcp_agent',
  host,
  created_at: '2016-04-06 17:12:51',
  started_at: '2016-04-06 17:12:51',
  heartbeat_timestamp: '2016-04-06 17:12:51',
  configurations: '{}',
  load: 0,
});

let server: MariaDbServer;
before(async () => {
  server = await startMariaDb();
});
after(() => server.stop());

for (const dialect of ['sqlite', 'mariadb'] as const) {
  describe(`a database in ${dialect}`, () => {
    let db: TestDatabase;
    before(async () => {
      db = dialect === 'sqlite' ? await sqliteForTest() : await server.database();
    });
    after(() => db.close());

    test('keeps nothing of a transaction that failed', async () => {
      const failing = db.transaction(async (tx) => {
        await tx.insertInto('agents').values(agent('a', 'lost')).execute();
        throw new Error('on purpose');
      });
      await assert.rejects(failing, /on purpose/);
      assert.deepEqual(await db.kysely.selectFrom('agents').selectAll().execute(), []);
    });

    test('goes on after a transaction whose end failed', async () => {
      const undone = db.transaction(async (tx) => {
        await tx.insertInto('agents').values(agent('a', 'lost')).execute();
        await sql`rollback`.execute(tx);
        throw new Error('disk full');
      });
      await assert.rejects(undone, /disk full/);
      await db.transaction((tx) => tx.insertInto('agents').values(agent('a', 'kept')).execute());
      await db.kysely.deleteFrom('agents').execute();
    });

    test('takes no object or list for a value, which would become a part of the statement', async () => {
      for (const value of [{ id: 1 }, {}, ['a', 'b'], [[]], Number.NaN, undefined]) {
        const found = db.kysely
          .selectFrom('agents')
          .selectAll()
          .where('id', '=', value as string)
          .execute();
        await assert.rejects(found, (error) => isValueRefused(error));
      }
    });

    test('gives back what was written, dates as text', async () => {
      await db.transaction((tx) => tx.insertInto('agents').values(agent('a', 'one')).execute());
      const row = await db.kysely.selectFrom('agents').selectAll().executeTakeFirstOrThrow();
      assert.equal(row.created_at, '2016-04-06 17:12:51');
      assert.equal(row.admin_state_up, 1);
      assert.equal(row.description, null);
    });

    test('names the constraint and the columns of a duplicate', async () => {
      const same = db.kysely.insertInto('agents').values(agent('b', 'one')).execute();
      const error = await same.catch((reason: unknown) => reason);
      assert.deepEqual(duplicateOf(error), {
        table: 'agents',
        constraint: 'uniq_agents0agent_type0host',
        columns: ['agent_type', 'host'],
      });
      assert.ok(isDuplicate(error, 'uniq_agents0agent_type0host'));
      assert.ok(!isDuplicate(error, 'PRIMARY'));
      const sameId = db.kysely.insertInto('agents').values(agent('a', 'two')).execute();
      assert.deepEqual(duplicateOf(await sameId.catch((reason: unknown) => reason)), {
        table: 'agents',
        constraint: 'PRIMARY',
        columns: ['id'],
      });
    });

    test('refuses a row that refers to nothing', async () => {
      const orphan = db.kysely.insertInto('tags').values({ standard_attr_id: 77, tag: 'x' }).execute();
      const error = await orphan.catch((reason: unknown) => reason);
      assert.ok(isForeignKeyViolation(error));
      assert.ok(!isDuplicate(error));
    });

    test('deletes what belonged to a deleted row', async () => {
      const [row] = await db.kysely
        .insertInto('standardattributes')
        .values({ resource_type: 'networks' })
        .returning('id')
        .execute();
      await db.kysely.insertInto('tags').values({ standard_attr_id: row!.id, tag: 'x' }).execute();
      await db.kysely.deleteFrom('standardattributes').where('id', '=', row!.id).execute();
      assert.deepEqual(await db.kysely.selectFrom('tags').selectAll().execute(), []);
    });

    test('numbers several rows of one INSERT and gives the numbers back', async () => {
      const rows = [{ resource_type: 'ports' }, { resource_type: 'ports' }, { resource_type: 'ports' }];
      const ids = await db.kysely.insertInto('standardattributes').values(rows).returning('id').execute();
      assert.equal(new Set(ids.map(({ id }) => id)).size, 3);
    });

    test('counts every one of many concurrent read-then-write transactions', async () => {
      await db.kysely.updateTable('agents').set({ load: 0 }).execute();
      const addOne = () =>
        db.transaction(async (tx) => {
          const { load } = await tx
            .selectFrom('agents')
            .select('load')
            .where('id', '=', 'a')
            .forUpdate()
            .executeTakeFirstOrThrow();
          await tx
            .updateTable('agents')
            .set({ load: load + 1 })
            .where('id', '=', 'a')
            .execute();
        });
      await Promise.all(Array.from({ length: 40 }, addOne));
      const { load } = await db.kysely.selectFrom('agents').select('load').executeTakeFirstOrThrow();
      assert.equal(load, 40);
    });

    test('runs a transaction again when it asks for it', async () => {
      let attempts = 0;
      const result = await db.transaction(async () => {
        attempts += 1;
        if (attempts < 3) throw new RetryTransaction('address taken');
        return 'done';
      });
      assert.deepEqual([result, attempts], ['done', 3]);
    });

    test('runs a transaction again when a row that it saw has gone, a few times', async () => {
      let attempts = 0;
      const read = db.transaction(async (tx) => {
        attempts += 1;
        await tx.selectFrom('agents').select('id').where('id', '=', 'gone').executeTakeFirstOrThrow();
      });
      await assert.rejects(read, /no result/);
      assert.equal(attempts, 3);
    });

    test('runs a transaction again when another made its row first, a few times', async () => {
      let attempts = 0;
      const twice = db.transaction(async (tx) => {
        attempts += 1;
        await tx
          .insertInto('agents')
          .values(agent('a', `another${attempts}`))
          .execute();
      });
      await assert.rejects(twice, (error) => isDuplicate(error, 'PRIMARY'));
      assert.equal(attempts, 3);
    });

    test('a reader sees the last commit while a transaction is open', async () => {
      const opened = Promise.withResolvers<void>();
      const read = Promise.withResolvers<void>();
      const writing = db.transaction(async (tx) => {
        await tx.updateTable('agents').set({ topic: 'changed' }).execute();
        opened.resolve();
        await read.promise;
      });
      await opened.promise;
      const during = await db.kysely.selectFrom('agents').select('topic').executeTakeFirstOrThrow();
      read.resolve();
      await writing;
      const afterwards = await db.kysely.selectFrom('agents').select('topic').executeTakeFirstOrThrow();
      assert.deepEqual([during.topic, afterwards.topic], ['dhcp_agent', 'changed']);
    });
  });
}

test('two processes may write one SQLite file at once', async () => {
  const first = await sqliteForTest();
  const second = await openDatabase(first.url, silentLog);
  const add = (db: typeof second, name: string) =>
    db.transaction((tx) => tx.insertInto('agents').values(agent(name, name)).execute());
  const names = Array.from({ length: 30 }, (_, index) => `host${index}`);
  await Promise.all(names.map((name, index) => add(index % 2 === 0 ? first : second, name)));
  const rows = await second.kysely.selectFrom('agents').select('id').execute();
  assert.equal(rows.length, names.length);
  await second.close();
  await first.close();
});

test('a deadlock between two MariaDB transactions is solved by running one again', async () => {
  const db = await server.database();
  await db.kysely
    .insertInto('agents')
    .values([agent('a', 'one'), agent('b', 'two')])
    .execute();
  const bothHold = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  let attempts = 0;
  const lock = (mine: number, ids: readonly [string, string]) =>
    db.transaction(async (tx) => {
      attempts += 1;
      for (const [step, id] of ids.entries()) {
        if (step === 1) await bothHold[1 - mine]!.promise;
        await tx
          .updateTable('agents')
          .set((eb) => ({ load: eb('load', '+', 1) }))
          .where('id', '=', id)
          .execute();
        bothHold[mine]!.resolve();
      }
    });
  await Promise.all([lock(0, ['a', 'b']), lock(1, ['b', 'a'])]);
  const loads = await db.kysely.selectFrom('agents').select('load').execute();
  assert.deepEqual(
    loads.map(({ load }) => load),
    [2, 2],
  );
  assert.ok(attempts >= 3);
  await db.close();
});

test('work goes on after MariaDB was restarted', async () => {
  const db = await server.database();
  await db.transaction((tx) => tx.insertInto('agents').values(agent('a', 'one')).execute());
  await server.restart();
  await db.transaction((tx) => tx.insertInto('agents').values(agent('b', 'two')).execute());
  const rows = await db.kysely.selectFrom('agents').select('id').execute();
  assert.equal(rows.length, 2);
  await db.close();
});

test('connections above those that are kept are closed after a rush, and kept ones when they are too old', async () => {
  const made = await server.database();
  const open = async (poolKept: number, recycleSeconds: number) => {
    const db = await openDatabase(made.url, silentLog, { poolSize: 10, poolKept, recycleSeconds });
    await Promise.all(Array.from({ length: 10 }, () => sql`do sleep(0.2)`.execute(db.kysely)));
    return db;
  };
  const others = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from information_schema.processlist
      where db = database() and id <> connection_id()`.execute(made.kysely);
    return rows[0]!.count;
  };
  const kept = await open(3, 3600);
  await until('three connections', async () => (await others()) === 3);
  await kept.close();
  const recycled = await open(9, 0);
  await until('no connection', async () => (await others()) === 0);
  await recycled.close();
  await made.close();
});

test('a database that cannot be reached keeps no process alive', () => {
  const module = JSON.stringify(join(import.meta.dirname, 'database.ts'));
  const log = JSON.stringify(join(import.meta.dirname, '../../log/silent.ts'));
  const { status, signal } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { openDatabase } from ${module};
       import { silentLog } from ${log};
       await openDatabase('mysql+pymysql://neutron:x@127.0.0.1:1/neutron', silentLog, { connectAttempts: 0 })
         .catch(() => {});`,
    ],
    { timeout: 30_000 },
  );
  assert.deepEqual({ status, signal }, { status: 0, signal: null });
});

test('sessions are UTC and read what is committed', async () => {
  const db = await server.database();
  const { rows } = await sql<{ zone: string; level: string; mode: string }>`
    select @@session.time_zone as zone, @@session.tx_isolation as level, @@session.sql_mode as mode`.execute(
    db.kysely,
  );
  assert.equal(rows[0]!.zone, '+00:00');
  assert.equal(rows[0]!.level, 'READ-COMMITTED');
  assert.match(rows[0]!.mode, /STRICT_TRANS_TABLES/);
  await db.close();
});
