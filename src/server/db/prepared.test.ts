import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { prepared } from './prepared.ts';
import type { Database } from './schema/index.ts';
import { databases, statementsDuring } from './testing.ts';

const quota = (limit: number) => ({ id: `quota${limit}`, project_id: 'p', resource: `kind${limit}`, limit });

interface Asked {
  readonly id: number;
  readonly tag: string;
}

/** Columns of all types, renamed ones, whole tables, rows that are missing and an order that is not that of the keys. */
const manifold = (db: Kysely<Database>, { id, tag }: Asked) =>
  [
    db.selectFrom('quotas').select(['limit', 'resource as kind']).orderBy('limit', 'desc'),
    db.selectFrom('standardattributes as about').selectAll('about').where('id', '<=', id).orderBy('id'),
    db
      .selectFrom('networks')
      .innerJoin('standardattributes as about', 'about.id', 'networks.standard_attr_id')
      .leftJoin('subnets', 'subnets.network_id', 'networks.id')
      .selectAll('networks')
      .select(['about.updated_at', 'about.revision_number as revision', 'subnets.ip_version']),
    db.selectFrom('tags').selectAll().where('tag', 'in', [tag, 'a']).orderBy('tag'),
    db.selectFrom('subnets').select('id'),
  ] as const;

/** They count, or have a limit, or write: such queries share no answer. */
const other = (db: Kysely<Database>, { tag }: Pick<Asked, 'tag'>) =>
  [
    db.insertInto('tags').values({ standard_attr_id: 1, tag }),
    db.selectFrom('tags').select(({ fn }) => [fn.countAll().as('tags')]),
    db.selectFrom('tags').select('tag').orderBy('tag', 'desc').limit(1),
  ] as const;

async function fill(db: Kysely<Database>): Promise<void> {
  const resource = { resource_type: 'networks', revision_number: 1, description: "it's; a ? ü" };
  const dates = { created_at: '2026-01-02 03:04:05', updated_at: '2026-01-02 03:04:05' };
  const attributes = [
    { id: 1, ...resource },
    { id: 2, ...resource, ...dates },
  ];
  await db.insertInto('standardattributes').values(attributes).execute();
  const tags = ['b', 'c', 'a'].map((tag) => ({ standard_attr_id: 2, tag }));
  await db.insertInto('tags').values(tags).execute();
  await db
    .insertInto('quotas')
    .values([quota(20), quota(3)])
    .execute();
  const network = { id: 'n', name: '7', admin_state_up: 1, mtu: 1450, standard_attr_id: 2 };
  await db.insertInto('networks').values(network).execute();
}

const open = databases();

for (const [name, database] of Object.entries(open))
  describe(`prepared queries (${name})`, () => {
    test('give the rows that each gives by itself, with the values of each time', async (t) => {
      const db = await database();
      t.after(() => db.close());
      await fill(db.kysely);
      const ask = prepared(manifold);
      for (const values of [
        { id: 2, tag: 'b' },
        { id: 1, tag: "it's ? ü" },
      ]) {
        const each = await Promise.all(manifold(db.kysely, values).map((query) => query.execute()));
        assert.deepEqual(await ask(db.kysely, values), each);
        assert.deepEqual(await db.transaction((tx) => ask(tx, values)), each);
      }
    });

    test('do anything else, too', async (t) => {
      const db = await database();
      t.after(() => db.close());
      await fill(db.kysely);
      const ask = prepared(other);
      for (const [tag, count] of [
        ['x', 4],
        ['y', 5],
      ] as const) {
        const [, [counted], last] = await ask(db.kysely, { tag });
        assert.deepEqual([Number(counted?.tags), last], [count, [{ tag }]]);
      }
    });
  });

test('on MariaDB queries that only find rows are one statement', async (t) => {
  const db = await open.mariadb();
  t.after(() => db.close());
  const ask = prepared(manifold);
  const sent = await statementsDuring(db, () => ask(db.kysely, { id: 1, tag: 'a' }));
  assert.equal(sent.length, 1);
  assert.equal(sent[0]!.split(' union all ').length, 5);
});

test('texts of tables that differ in collation share an answer', async (t) => {
  const db = await open.mariadb();
  t.after(() => db.close());
  await sql`alter table quotas convert to character set utf8mb3 collate utf8mb3_unicode_ci`.execute(
    db.kysely,
  );
  await fill(db.kysely);
  const ask = prepared((kysely) => [
    kysely.selectFrom('quotas').select('resource').orderBy('limit'),
    kysely.selectFrom('standardattributes').select('resource_type').where('id', '=', 1),
  ]);
  const found = [[{ resource: 'kind3' }, { resource: 'kind20' }], [{ resource_type: 'networks' }]];
  const asked = () => statementsDuring(db, async () => assert.deepEqual(await ask(db.kysely, {}), found));
  // MariaDB refuses to prepare the first text; from then on texts are brought to one collation.
  for (const [statement, ...more] of [await asked(), await asked()]) {
    assert.match(statement!, /convert\(/);
    assert.deepEqual(more, []);
  }
});

test('a server that keeps no more statements answers all the same', async (t) => {
  const db = await open.mariadb();
  t.after(async () => {
    await sql`set global max_prepared_stmt_count = default`.execute(db.kysely);
    await db.close();
  });
  await fill(db.kysely);
  const ask = prepared((kysely) => [
    kysely.selectFrom('quotas').select('resource').orderBy('limit'),
    kysely.selectFrom('standardattributes').select('resource_type').where('id', '=', 1),
  ]);
  await sql`set global max_prepared_stmt_count = 0`.execute(db.kysely);
  const found = [[{ resource: 'kind3' }, { resource: 'kind20' }], [{ resource_type: 'networks' }]];
  assert.deepEqual(await ask(db.kysely, {}), found);
  assert.deepEqual(await ask(db.kysely, {}), found);
});
