import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { silentLog } from '../../../src/log/silent.ts';
import { openDatabase } from '../../../src/server/db/database.ts';
import { tableNames } from '../../../src/server/db/migrate.ts';
import { type MariaDbServer, startMariaDb } from '../../../src/server/db/testing.ts';
import { startApi } from '../../conformance/api.ts';
import { differencesFromModels, ourManage, pythonManage, startPythonServer, without } from './python.ts';
import { differences, schemaLines, withDb } from './schema.ts';

/** Python's branches and heads come in the order of a hash; where a script stands only it knows, ours tells release and name. */
const sorted = (text: string) => text.split('\n').sort().join('\n');
const withoutPlaces = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/^(Path|Release|Name): /.test(line))
    .sort()
    .join('\n');
/** The sentences of Neutron's scripts, and when they were written, are not ours to tell. */
const withoutSentences = (text: string) => text.replace(/(?<=\)), .*$/gm, '');
const withoutDescriptions = (text: string) =>
  withoutPlaces(text.replace(/^( .*)?\n/gm, '').replace(/(?<=^Branches into: )(\w+), (\w+)/m, inOrder));
const inOrder = (_pair: string, one: string, other: string) => [one, other].sort().join(', ');
const same = (text: string) => text;

/** Commands that both answer alike on a database at Zed's heads, status and standard output. */
const COMMANDS: readonly [string, (text: string) => string][] = [
  ['current', sorted],
  ['current --verbose', withoutPlaces],
  ['heads', sorted],
  ['history', withoutSentences],
  ['history --verbose', withoutDescriptions],
  ['branches', sorted],
  ['check_migration', sorted],
  ['has_offline_migrations', same],
  ['upgrade head', same],
  ['upgrade heads', same],
  ['upgrade --expand', same],
  ['upgrade --contract', same],
  ['upgrade', same],
  ['upgrade --expand heads', same],
  ['upgrade --expand --contract', same],
  ['downgrade kilo', same],
  ['stamp head', same],
  ['stamp heads', same],
  ['stamp nope', same],
  ['--subproject neutron current', sorted],
  ['--subproject vpnaas current', same],
  ['check_everything', same],
];

/** Foreign keys without MariaDB's numbers, which follow the order in which they were made. */
const unnumbered = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/_ibfk_\d+/, '_ibfk')).sort();

describe('neutron-db-manage, ours and Python’s', { skip: without }, () => {
  let directory: string;
  let mariadb: MariaDbServer;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'neutron-databases-'));
    mariadb = await startMariaDb();
  });
  after(async () => {
    await mariadb.stop();
    await rm(directory, { recursive: true });
  });

  /** A database without tables, in the character set that MariaDB takes when nothing is said. */
  async function fresh(name: string): Promise<{ readonly url: string; readonly file: string }> {
    const url = await mariadb.emptyDatabase('utf8mb4');
    const file = join(directory, `${name}.conf`);
    await writeFile(file, `[database]\nconnection = ${url}\n`);
    return { url, file };
  }

  const lines = (url: string) => withDb(url, schemaLines);
  const ownTables = (url: string) =>
    withDb(url, async (db) => [...(await tableNames(db))].filter((name) => name.startsWith('nts_')).sort());
  const networks = (url: string) =>
    withDb(url, async (db) => (await sql`select * from networks order by id`.execute(db.kysely)).rows);

  let ours: { readonly url: string; readonly file: string };
  let pythons: typeof ours;

  test('both make the same database of an empty one, and say the same', async () => {
    [ours, pythons] = [await fresh('ours'), await fresh('pythons')];
    const [one, other] = await Promise.all([
      ourManage(ours.file, 'upgrade', 'head'),
      pythonManage(pythons.file, 'upgrade', 'head'),
    ]);
    assert.deepEqual([one.status, one.out], [0, 'Running upgrade for neutron ...\nOK']);
    assert.deepEqual([other.status, other.out], [one.status, one.out]);
    assert.deepEqual(one.err.split('\n').slice(0, 4), other.err.split('\n').slice(0, 4));
    assert.deepEqual(differences(await lines(pythons.url), await lines(ours.url)), []);
  });

  test('ours is what Neutron’s models describe, as alembic compares', async () => {
    assert.deepEqual(await differencesFromModels(ours.url), []);
  });

  test('Python accepts what ours made, and changes nothing', async () => {
    const before = await lines(ours.url);
    const tables = await ownTables(ours.url);
    assert.ok(tables.length > 0);
    const upgraded = await pythonManage(ours.file, 'upgrade', 'heads');
    assert.deepEqual([upgraded.status, upgraded.out], [0, 'Running upgrade for neutron ...\nOK']);
    assert.doesNotMatch(upgraded.err, /Running upgrade/);
    assert.deepEqual(await lines(ours.url), before);
    assert.deepEqual(await ownTables(ours.url), tables);
  });

  test('ours accepts what Python made, and adds its own tables alone', async () => {
    const before = await lines(pythons.url);
    assert.deepEqual(await ownTables(pythons.url), []);
    assert.equal((await ourManage(pythons.file, 'upgrade', 'heads')).status, 0);
    assert.deepEqual(await ownTables(pythons.url), await ownTables(ours.url));
    assert.deepEqual(await lines(pythons.url), before);
  });

  for (const [line, form] of COMMANDS) {
    test(`alike: ${line}`, async () => {
      const argv = line.split(' ');
      const [python, own] = [
        await pythonManage(pythons.file, ...argv),
        await ourManage(pythons.file, ...argv),
      ];
      assert.equal(own.status, python.status, own.err);
      assert.equal(form(own.out), form(python.out));
      if (line === 'upgrade --expand --contract') assert.ok(python.err.endsWith(own.err));
      else if (line !== 'check_everything') assert.equal(own.err, python.err);
    });
  }

  test('a server of each on the other’s database reads, changes and deletes what the other made', async () => {
    const db = await openDatabase(pythons.url, silentLog);
    const api = await startApi(async () => ({ ...db, url: pythons.url }));
    const project_id = 'bba0714c43444fba93f0d459cf3b0d13';
    try {
      const made = await api.request('admin', 'POST', '/v2.0/networks', { network: { name: 'ours' } });
      assert.equal(made.status, 201, made.text);
      const { id } = (made.body as { network: { id: string } }).network;
      const python = await startPythonServer(pythons.url, directory);
      try {
        const read = await python.request('GET', `/v2.0/networks/${id}`);
        assert.equal((read.body as { network: { name: string } }).network.name, 'ours');
        const network = { name: 'pythons', project_id };
        const other = await python.request('POST', '/v2.0/networks', { network });
        assert.equal(other.status, 201);
        const otherId = (other.body as { network: { id: string } }).network.id;
        const subnet = { network_id: otherId, ip_version: 4, cidr: '10.1.0.0/24', project_id };
        assert.equal((await python.request('POST', '/v2.0/subnets', { subnet })).status, 201);
        const changed = await api.request('admin', 'PUT', `/v2.0/networks/${otherId}`, {
          network: { name: 'both' },
        });
        assert.equal(changed.status, 200, changed.text);
        const port = await api.request('admin', 'POST', '/v2.0/ports', { port: { network_id: otherId } });
        assert.equal(port.status, 201, port.text);
        const portId = (port.body as { port: { id: string } }).port.id;
        assert.equal((await python.request('DELETE', `/v2.0/ports/${portId}`)).status, 204);
        assert.equal((await python.request('DELETE', `/v2.0/networks/${id}`)).status, 204);
        assert.equal((await api.request('admin', 'DELETE', `/v2.0/networks/${otherId}`)).status, 204);
      } finally {
        await python.stop();
      }
    } finally {
      await api.close();
    }
  });

  test('a database of Liberty is refused untouched; the commands that the refusal names bring it here', async () => {
    const old = await fresh('liberty');
    assert.equal((await pythonManage(old.file, 'upgrade', 'liberty')).status, 0);
    await withDb(old.url, async (db) => {
      await sql`insert into networks (id, name, tenant_id, status, admin_state_up)
        values ('6a9ff8a8-3c1e-4b5f-8c3e-7f3a3f1b9a01', 'old', 't1', 'ACTIVE', 1)`.execute(db.kysely);
      await sql`insert into quotas (id, tenant_id, resource, \`limit\`) values ('q1', 't1', 'network', 7)`.execute(
        db.kysely,
      );
    });
    const before = [await lines(old.url), await networks(old.url), await ownTables(old.url)];
    const refused = await ourManage(old.file, 'upgrade', 'heads');
    assert.equal(refused.status, 1);
    assert.match(refused.err, /The database is at Liberty .* upgrade --contract, then .* upgrade heads\./);
    assert.deepEqual([await lines(old.url), await networks(old.url), await ownTables(old.url)], before);

    // Without the first of the two Python's program fails, and changes nothing either.
    assert.equal((await pythonManage(old.file, 'upgrade', '--contract')).status, 0);
    const half = await ourManage(old.file, 'upgrade', 'heads');
    assert.match(half.err, /half-way/);
    assert.equal((await pythonManage(old.file, 'upgrade', 'heads')).status, 0);
    assert.equal((await ourManage(old.file, 'upgrade', 'heads')).status, 0);
    const kept = await networks(old.url);
    assert.deepEqual(
      kept.map((row) => [(row as { name: string }).name, (row as { project_id: string }).project_id]),
      [['old', 't1']],
    );
    assert.deepEqual(differences(unnumbered(await lines(pythons.url)), unnumbered(await lines(old.url))), []);
  });
});
