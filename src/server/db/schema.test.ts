import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { allTables, tableNames } from './migrate.ts';
import type { TableDefinition } from './schema/definition.ts';
import { observedTables } from './schema/testing.ts';
import { type MariaDbServer, sqliteForTest, startMariaDb, type TestDatabase } from './testing.ts';

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** The order of keys does not count, the order of columns does. */
const comparable = (table: TableDefinition) => ({
  columns: Object.entries(table.columns),
  primaryKey: table.primaryKey,
  unique: table.unique ?? {},
  indexes: table.indexes ?? {},
  foreignKeys: (table.foreignKeys ?? []).toSorted(byName).map((key) => ({ ...key })),
  checks: table.checks ?? {},
});

describe('the schema in MariaDB', () => {
  let server: MariaDbServer;
  let db: TestDatabase;
  before(async () => {
    server = await startMariaDb();
    db = await server.database();
  });
  after(async () => {
    await db.close();
    await server.stop();
  });

  test('information_schema says of every table what its definition says', async () => {
    const observed = await observedTables(db.kysely);
    assert.deepEqual(Object.keys(observed).sort(), Object.keys(allTables).sort());
    assert.equal(Object.keys(observed).length, 191);
    for (const [name, definition] of Object.entries(allTables)) {
      const { engine, collation, ...table } = observed[name]!;
      assert.deepEqual([engine, collation], ['InnoDB', 'utf8mb3_general_ci'], name);
      assert.deepEqual(comparable(table), comparable(definition), name);
    }
  });
});

describe('the schema in SQLite', () => {
  let db: TestDatabase;
  before(async () => {
    db = await sqliteForTest();
  });
  after(() => db.close());

  test('has every table with every column', async () => {
    const there = await tableNames(db);
    for (const [name, definition] of Object.entries(allTables)) {
      assert.ok(there.has(name), name);
      const columns = await sql<{ name: string }>`select name from pragma_table_info(${name})`.execute(
        db.kysely,
      );
      assert.deepEqual(
        columns.rows.map((column) => column.name),
        Object.keys(definition.columns),
      );
    }
  });

  test('accepts only the words of an enum, and has Neutron’s defaults', async () => {
    const rule = { id: 'r', security_group_id: 'g', standard_attr_id: 1 };
    await assert.rejects(
      db.kysely
        .insertInto('securitygrouprules')
        .values({ ...rule, direction: 'sideways' })
        .execute(),
      /CHECK constraint failed/,
    );
    const id = db.kysely
      .insertInto('standardattributes')
      .values({ resource_type: 'networks' })
      .returningAll();
    assert.equal((await id.executeTakeFirstOrThrow()).revision_number, 0);
  });
});
