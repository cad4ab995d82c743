import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { databases } from './testing.ts';
import { together } from './together.ts';

const quota = (limit: number) => ({ id: `quota${limit}`, project_id: 'p', resource: `kind${limit}`, limit });

for (const [name, open] of Object.entries(databases()))
  describe(`queries that are run together (${name})`, () => {
    test('each gives its own rows, and sees what those before it wrote', async (t) => {
      const db = await open();
      t.after(() => db.close());
      const [made, limits, none] = await db.transaction((tx) =>
        together(
          tx,
          tx.insertInto('quotas').values([quota(1), quota(2)]),
          tx.selectFrom('quotas').select('limit').orderBy('limit'),
          tx.selectFrom('networks').select('id').where('name', '=', "it's; a ? name"),
        ),
      );
      assert.deepEqual([made, limits, none], [[], [{ limit: 1 }, { limit: 2 }], []]);
    });

    test('a single one gives its rows, too', async (t) => {
      const db = await open();
      t.after(() => db.close());
      const [[one]] = await together(
        db.kysely,
        db.kysely.selectFrom('quotas').select(db.kysely.fn.countAll().as('n')),
      );
      assert.equal(Number(one?.n), 0);
    });

    test('the first that fails ends it, and nothing of the transaction stays', async (t) => {
      const db = await open();
      t.after(() => db.close());
      const twice = db.transaction((tx) =>
        together(
          tx,
          tx.insertInto('quotas').values(quota(1)),
          tx.insertInto('quotas').values(quota(1)),
          tx.insertInto('quotas').values(quota(2)),
        ),
      );
      await assert.rejects(twice, /UNIQUE|Duplicate/);
      assert.deepEqual(await db.kysely.selectFrom('quotas').selectAll().execute(), []);
    });
  });
