import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RetryTransaction } from './database.ts';
import { askAlong, defer } from './deferred.ts';
import { duplicateOf } from './errors.ts';
import { databases, statementsDuring } from './testing.ts';
import { together } from './together.ts';

const quota = (limit: number) => ({ id: `quota${limit}`, project_id: 'p', resource: `kind${limit}`, limit });

const open = databases();
for (const [name, database] of Object.entries(open))
  describe(`writes that wait for the next statement (${name})`, () => {
    test('the next statement sees them, and gives its own answer', async (t) => {
      const db = await database();
      t.after(() => db.close());
      await db.transaction(async (tx) => {
        await defer(tx, tx.insertInto('quotas').values([quota(1), quota(2)]));
        const limits = await tx.selectFrom('quotas').select('limit').orderBy('limit').execute();
        assert.deepEqual(limits, [{ limit: 1 }, { limit: 2 }]);
        await defer(tx, tx.deleteFrom('quotas').where('limit', '=', 1));
        const { numUpdatedRows } = await tx.updateTable('quotas').set({ limit: 3 }).executeTakeFirstOrThrow();
        assert.equal(numUpdatedRows, 1n);
        await defer(tx, tx.insertInto('quotas').values(quota(4)));
        const [[updated], found] = await together(
          tx,
          tx.updateTable('quotas').set({ project_id: 'q' }),
          tx.selectFrom('quotas').select('limit').orderBy('limit'),
        );
        assert.deepEqual([updated!.numUpdatedRows, found], [2n, [{ limit: 3 }, { limit: 4 }]]);
        await defer(tx, tx.deleteFrom('quotas'));
        const { insertId } = await tx
          .insertInto('standardattributes')
          .values({ resource_type: 'networks' })
          .executeTakeFirstOrThrow();
        assert.equal(typeof insertId, 'bigint');
      });
    });

    test('a question goes out with the next statement, before which its rows are not known', async (t) => {
      const db = await database();
      t.after(() => db.close());
      await db.transaction(async (tx) => {
        await defer(tx, tx.insertInto('quotas').values([quota(1), quota(2)]));
        const found = await askAlong(tx, tx.selectFrom('quotas').select('limit').orderBy('limit'));
        if (name === 'mariadb') assert.throws(found, /no statement has taken this question along/);
        await tx.insertInto('quotas').values(quota(3)).execute();
        assert.deepEqual(
          found().map(({ limit }) => limit),
          [1, 2],
        );
        const wanted = Array.from({ length: 300 }, (_, at) => at);
        const many = await askAlong(tx, tx.selectFrom('quotas').select('limit').where('limit', 'in', wanted));
        assert.equal(many().length, 3, 'a large one goes at once');
      });
    });

    test('the commit takes the last along', async (t) => {
      const db = await database();
      t.after(() => db.close());
      await db.transaction((tx) => defer(tx, tx.insertInto('quotas').values(quota(1))));
      assert.equal((await db.kysely.selectFrom('quotas').selectAll().execute()).length, 1);
    });

    test('a large one goes at once', async (t) => {
      const db = await database();
      t.after(() => db.close());
      const many = Array.from({ length: 300 }, (_, at) => quota(at));
      await db.transaction((tx) => defer(tx, tx.insertInto('quotas').values(many)));
      assert.equal((await db.kysely.selectFrom('quotas').selectAll().execute()).length, 300);
    });

    test('what fails in the commit undoes everything', async (t) => {
      const db = await database();
      t.after(() => db.close());
      const twice = db.transaction(async (tx) => {
        await tx.insertInto('quotas').values(quota(1)).execute();
        await defer(
          tx,
          tx.insertInto('quotas').values(quota(2)),
          tx.insertInto('quotas').values({ ...quota(3), id: quota(1).id }),
        );
      });
      await assert.rejects(twice, (error) => duplicateOf(error)?.table === 'quotas');
      assert.deepEqual(await db.kysely.selectFrom('quotas').selectAll().execute(), []);
    });

    test('what was undone is written by the next attempt alone, and nothing is left to the next transaction', async (t) => {
      const db = await database();
      t.after(() => db.close());
      let attempts = 0;
      await db.transaction(async (tx) => {
        attempts += 1;
        await defer(tx, tx.insertInto('quotas').values(quota(attempts)));
        if (attempts === 1) throw new RetryTransaction('once more');
      });
      await assert.rejects(
        db.transaction(async (tx) => {
          await tx.selectFrom('quotas').selectAll().execute();
          await defer(tx, tx.insertInto('quotas').values(quota(9)));
          throw new Error('given up');
        }),
        /given up/,
      );
      const limits = await db.kysely.selectFrom('quotas').select('limit').execute();
      assert.deepEqual(limits, [{ limit: 2 }]);
    });
  });

test('MariaDB is asked twice by a transaction of one read and writes that wait; not at all by an empty one', async (t) => {
  const db = await open.mariadb();
  t.after(() => db.close());
  const statements = await statementsDuring(db, async () => {
    await db.transaction(async (tx) => {
      await defer(tx, tx.insertInto('quotas').values(quota(1)));
      await tx.selectFrom('quotas').select('limit').execute();
      await defer(tx, tx.insertInto('quotas').values(quota(2)));
    });
    await db.transaction(async () => undefined);
    await assert.rejects(
      db.transaction(async (tx) => {
        await defer(tx, tx.insertInto('quotas').values(quota(3)));
        throw new Error('given up');
      }),
      /given up/,
    );
  });
  assert.deepEqual(
    statements.map((text) => text.split(';\n').map((statement) => statement.split(' ')[0])),
    [
      ['begin', 'insert', 'select'],
      ['insert', 'commit'],
    ],
  );
});
