import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { changes, changesUpTo, laterReleases } from './later.ts';
import { revisionOf } from './manage/revisions.ts';
import { tableNames } from './migrate.ts';
import { tables } from './schema/index.ts';
import vendorTables from './schema/vendor-tables.json' with { type: 'json' };
import { schemaState } from './state.ts';
import { makeLater } from './testing/later.ts';
import { type MariaDbServer, startMariaDb, type TestDatabase } from './testing.ts';

const usable = laterReleases.filter(({ linuxBridge }) => linuxBridge);

test('every revision of a usable release has its change, in order, and none is Zed’s', () => {
  const told = changes.map(({ revision }) => revision);
  assert.deepEqual(
    told,
    usable.flatMap(({ expand }) => expand),
  );
  assert.deepEqual(
    laterReleases.flatMap(({ expand }) => expand).filter((id) => revisionOf(id) !== undefined),
    [],
  );
  assert.equal(changesUpTo('fc153938cdc1').length, 1);
  assert.equal(changesUpTo('5bcb7b31ec7d').length, changes.length);
});

describe('a database of a later release', () => {
  let server: MariaDbServer;
  let db: TestDatabase;
  before(async () => {
    server = await startMariaDb();
  });
  after(() => server.stop());

  for (const { release } of usable) {
    test(`${release} is recognised and used as it is, with every table that this server names`, async () => {
      db = await server.database();
      await makeLater(db, release);
      const state = await schemaState(db);
      assert.deepEqual([state.kind, state.release], ['current', release]);
      const there = await tableNames(db);
      assert.deepEqual(
        Object.keys(tables).filter((name) => !there.has(name)),
        [],
      );
      if (release !== '2024.2') await db.close();
    });
  }

  test('only tables of vendors are gone', async () => {
    const there = await tableNames(db);
    const gone = Object.keys(vendorTables).filter((name) => !there.has(name));
    assert.ok(gone.length > 40);
    assert.deepEqual(
      gone.filter((name) => name in tables),
      [],
    );
  });

  test('rows to which Zed could not be true are named, with what to do, and go', async () => {
    const run = (statement: string) => sql.raw(statement).execute(db.kysely);
    await run(`insert into standardattributes (resource_type) values ('networks'), ('ports'), ('routers')`);
    const id = (kind: string) => `(select max(id) from standardattributes where resource_type = '${kind}')`;
    await run(`insert into networks (id, standard_attr_id) values ('n', ${id('networks')})`);
    await run(`insert into ports (id, name, network_id, mac_address, admin_state_up, status, device_id,
      device_owner, standard_attr_id) values ('p', 'fast', 'n', 'fa', 1, 'DOWN', '', '', ${id('ports')})`);
    await run(`insert into routers (id, name, standard_attr_id) values ('r', '', ${id('routers')})`);
    await run(`insert into router_extra_attributes (router_id) values ('r')`);
    await run(`insert into porttrusted values ('p', 0)`);
    await run(`insert into porthints values ('p', '{}')`);
    assert.equal((await schemaState(db)).kind, 'current');

    await run('update porttrusted set trusted = 1');
    await run('update router_extra_attributes set enable_default_route_bfd = 1');
    const { kind, text, foreign } = await schemaState(db);
    assert.equal(kind, 'foreign');
    assert.deepEqual(
      foreign?.map(({ names }) => names),
      [['r'], ['fast']],
    );
    assert.match(text, /1 ports that are trusted .*\(fast\); without: openstack port set --not-trusted PORT/);
    assert.match(text, /Nothing was changed\.$/);
    await db.close();
  });
});
