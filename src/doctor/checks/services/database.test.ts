import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { silentLog } from '../../../log/silent.ts';
import { openDatabase } from '../../../server/db/database.ts';
import { makeLater } from '../../../server/db/testing/later.ts';
import { type MariaDbServer, sqliteForTest, startMariaDb } from '../../../server/db/testing.ts';
import { freePort } from '../../../testing/freePort.ts';
import { codesOf, consult, serverFiles } from './testing.ts';

let server: MariaDbServer;
before(async () => {
  server = await startMariaDb();
});
after(() => server.stop());

const look = (url: string) => consult('database', serverFiles(`[database]\nconnection = ${url}\n`));

/** Lets statements run as the administrator of the server. */
async function administer(...statements: readonly string[]): Promise<void> {
  const db = await openDatabase(server.url('mysql'), silentLog, { connectAttempts: 0 });
  for (const statement of statements) await sql.raw(statement).execute(db.kysely);
  await db.close();
}

const as = (url: string, user: string, password: string) =>
  url.replace('neutron:neutron@', `${user}:${password}@`);

test('a database with its tables passes', async () => {
  const db = await server.database();
  const result = await look(db.url);
  assert.deepEqual(codesOf(result), []);
  assert.match(
    result.result === 'pass' ? result.evidence[0]! : '',
    /MariaDB.* at 127\.0\.0\.1:\d+: user neutron/,
  );
  await db.close();
});

test('one without tables, one that is not there, and one for somebody else', async () => {
  const empty = await server.emptyDatabase();
  assert.deepEqual(codesOf(await look(empty)), ['database_not_migrated']);
  assert.deepEqual(codesOf(await look(server.url('nowhere'))), ['database_missing']);
  const refused = await look(as(empty, 'neutron', 'NEUTRON_DBPASS'));
  assert.deepEqual(codesOf(refused), ['database_refuses_user']);
  assert.doesNotMatch(JSON.stringify(refused), /NEUTRON_DBPASS/);
});

test('a user without all rights, and tables that are not utf8 or of another release', async () => {
  const db = await server.database();
  const name = new URL(db.url).pathname.slice(1);
  await administer(
    `create or replace user 'poor'@'%' identified by 'poor'`,
    `grant select, insert, update, delete on ${name}.* to 'poor'@'%'`,
  );
  const poor = await look(as(db.url, 'poor', 'poor'));
  assert.deepEqual(codesOf(poor), ['database_privileges_missing']);
  assert.match(JSON.stringify(poor), /CREATE, ALTER, DROP, INDEX, REFERENCES/);

  await administer(`create table ${name}.foreign_letters (name varchar(9)) charset latin1`);
  assert.deepEqual(codesOf(await look(db.url)), ['database_charset']);
  await administer(`drop table ${name}.foreign_letters`);

  const expand = (id: string) =>
    administer(
      `update ${name}.alembic_version set version_num = '${id}' where version_num <> '5c85685d616d'`,
    );
  await expand('34cf8b009713');
  assert.deepEqual(codesOf(await look(db.url)), ['database_other_release']);
  await expand('I43e0b669096');
  assert.deepEqual(codesOf(await look(db.url)), ['database_half_migrated']);
  await expand('5881373af7f5');
  await makeLater(db, '2024.2');
  assert.deepEqual(codesOf(await look(db.url)), []);
  await expand('ad80a9f07c5c');
  assert.deepEqual(codesOf(await look(db.url)), ['database_other_release']);
  await administer(`delete from ${name}.alembic_version`);
  assert.deepEqual(codesOf(await look(db.url)), ['database_unmarked']);
  await db.close();
});

test('a port at which nothing listens, and a URL that is none', async () => {
  const silent = await look(`mysql://neutron:neutron@127.0.0.1:${await freePort()}/neutron`);
  assert.deepEqual(codesOf(silent), ['database_unreachable']);
  assert.match(JSON.stringify(silent), /connection refused/);
  assert.deepEqual(codesOf(await look('postgresql://neutron:neutron@127.0.0.1/neutron')), [
    'database_url_invalid',
  ]);
});

test('SQLite: a file with tables passes, one that is not there is not made, one that is no database is named', async () => {
  const db = await sqliteForTest();
  assert.deepEqual(codesOf(await look(db.url)), []);
  await db.close();
  const directory = mkdtempSync(join(tmpdir(), 'neutron-doctor-'));
  const path = join(directory, 'neutron.sqlite');
  assert.deepEqual(codesOf(await look(`sqlite:///${path}`)), []);
  assert.ok(!existsSync(path));
  writeFileSync(path, 'this is no database at all, but long enough to be looked at as one');
  assert.deepEqual(codesOf(await look(`sqlite:///${path}`)), ['database_file_unusable']);
  rmSync(directory, { recursive: true });
});
