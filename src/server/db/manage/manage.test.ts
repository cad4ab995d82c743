import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../../log/silent.ts';
import { openDatabase } from '../database.ts';
import { allTables, HEADS, tableNames } from '../migrate.ts';
import { type MariaDbServer, startMariaDb } from '../testing.ts';
import { manage } from './manage.ts';

/** Lines printed and the exit status. */
async function managed(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const status = await manage(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

let directory: string;
let server: MariaDbServer;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'neutron-manage-'));
  server = await startMariaDb();
});
after(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const HEADS_SHOWN = 'Running current for neutron ...\n5881373af7f5 (head)\n5c85685d616d (head)\nOK';

for (const dialect of ['sqlite', 'mariadb'] as const) {
  describe(`neutron-db-manage on ${dialect}`, () => {
    let url: string;
    let file: string;
    const run = (...argv: string[]) => managed('--config-file', file, ...argv);
    const query = async <T>(
      work: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
    ): Promise<T> => {
      const db = await openDatabase(url, silentLog);
      try {
        return await work(db);
      } finally {
        await db.close();
      }
    };
    before(async () => {
      url = dialect === 'sqlite' ? `sqlite:///${join(directory, 'n.sqlite')}` : await server.emptyDatabase();
      file = join(directory, `${dialect}.conf`);
      await writeFile(file, `[DEFAULT]\nverbose = True\n[database]\nconnection = ${url}\n`);
    });

    test('an empty database has no revision and needs servers stopped', async () => {
      assert.equal((await run('current')).out, 'Running current for neutron ...\nOK');
      const offline = await run('has_offline_migrations');
      assert.equal(offline.status, 1);
      assert.match(offline.out, /^Need to apply migrations from neutron contract branch\./);
    });

    test('upgrade head makes every table, also when run again', async () => {
      for (const target of [['head'], ['heads'], ['--expand'], ['--contract']]) {
        assert.equal((await run('upgrade', ...target)).status, 0);
      }
      const names = await query(tableNames);
      for (const name of Object.keys(allTables)) assert.ok(names.has(name), name);
      assert.equal((await run('current')).out, HEADS_SHOWN);
      assert.equal((await run('has_offline_migrations')).out, 'No offline migrations pending.');
    });

    test('a database made by Python gets our own tables and keeps its rows', async () => {
      await query(async (db) => {
        await db.kysely.schema.dropTable('nts_outbox').execute();
        await db.kysely.insertInto('standardattributes').values({ resource_type: 'networks' }).execute();
      });
      assert.equal((await run('upgrade', 'heads')).status, 0);
      const rows = await query((db) => db.kysely.selectFrom('standardattributes').selectAll().execute());
      assert.equal(rows.length, 1);
      assert.ok((await query(tableNames)).has('nts_outbox'));
    });

    test('an older release is named and left alone', async () => {
      await run('stamp', '34af2b5c5a59');
      await run('stamp', '4af11ca47297');
      const { status, err } = await run('upgrade', 'head');
      assert.equal(status, 1);
      assert.match(err, /The database is at Liberty \(34af2b5c5a59, 4af11ca47297\); this is Neutron Zed/);
      assert.match(err, /upgrade --contract, then .* upgrade heads\. Nothing was changed\.$/);
    });

    test('a later release is refused', async () => {
      await query((db) =>
        db.kysely
          .updateTable('alembic_version')
          .set({ version_num: 'fffffffffff' })
          .where('version_num', '=', '34af2b5c5a59')
          .execute(),
      );
      const { status, err } = await run('upgrade', 'head');
      assert.equal(status, 1);
      assert.match(err, /no release of Neutron up to 2026\.1 has fffffffffff/);
      const stamped = await run('stamp', 'heads');
      assert.equal(stamped.status, 255);
      assert.match(stamped.out, /FAILED: Can't locate revision identified by 'fffffffffff'/);
    });

    test('an upgrade that stopped half-way is named, and one of a release without Linux bridges', async () => {
      const stamp = (...ids: string[]) =>
        query(async (db) => {
          await db.kysely.deleteFrom('alembic_version').execute();
          const values = ids.map((version_num) => ({ version_num }));
          await db.kysely.insertInto('alembic_version').values(values).execute();
        });
      const states: [string[], RegExp][] = [
        [['5881373af7f5', '7d9d8eeec6ad'], /to Zed has stopped half-way, the contract branch among it/],
        [['4e6e655746f6', '5c85685d616d'], /to Zed has stopped half-way \(4e6e655746f6/],
        [['34cf8b009713', '7d9d8eeec6ad'], /to Yoga has stopped half-way, the contract branch/],
        [
          ['34cf8b009713', '5c85685d616d'],
          /The database is at Yoga .*2\): neutron-db-manage \S+ \S+ upgrade heads/,
        ],
        [['5881373af7f5'], /a stamp has lost the row of the contract branch: .* stamp heads, ours/],
        [['kilo'], /The database is at Kilo/],
        [['6f1145bff34c', '5c85685d616d'], /to Neutron 2023\.2 \(Bobcat\) has stopped half-way/],
        [['5bcb7b31ec7d', '7d9d8eeec6ad'], /to Neutron 2024\.2 \(Dalmatian\) has stopped half-way/],
        [['ad80a9f07c5c', '5c85685d616d'], /Neutron 2025\.1 \(Epoxy\)'s .* no Linux bridge driver any more/],
      ];
      for (const [ids, expected] of states) {
        await stamp(...ids);
        const { status, err } = await run('upgrade', 'heads');
        assert.equal(status, 1);
        assert.match(err, expected);
      }
      await stamp('5881373af7f5', '5c85685d616d');
    });

    test('stamp heads writes the heads down and nothing else', async () => {
      assert.equal((await run('stamp', 'heads')).status, 0);
      assert.equal((await run('current')).out, HEADS_SHOWN);
    });

    test('tables without a revision are not touched', async () => {
      await run('stamp', 'base');
      const { status, err } = await run('upgrade', 'heads');
      assert.equal(status, 1);
      assert.match(err, /no revision in alembic_version/);
    });
  });
}

describe('neutron-db-manage without a database', () => {
  const usage = /^usage: neutron-db-manage/;
  const cases: readonly [string[], number, 'out' | 'err', RegExp][] = [
    [
      ['heads'],
      0,
      'out',
      /^Running heads for neutron \.\.\.\n5c85685d616d \(contract\) \(head\)\n5881373af7f5 \(expand\) \(head\)\nOK$/,
    ],
    [
      ['history'],
      0,
      'out',
      /\n97c25b0d2353 -> 2e0d7a8a1586 \(contract\), \nb12a3ef66e62 \(89ab9a816d70\) -> 97c25b0d2353/,
    ],
    [['history'], 0, 'out', /\n<base> -> kilo \(branchpoint\), \nOK$/],
    [
      ['branches'],
      0,
      'out',
      /\nkilo \(branchpoint\)\n {5}-> 354db87e3225 \(expand\)\n {5}-> 30018084ec99 \(contract\)\n\nOK$/,
    ],
    [['check_migration'], 0, 'out', /^Running branches for neutron/],
    [['check'], 0, 'out', /^Running branches for neutron/],
    [['downgrade', 'kilo'], 1, 'err', /^Downgrade no longer supported$/],
    [['upgrade'], 1, 'err', /^You must provide a revision or relative delta$/],
    [['upgrade', 'nothing'], 1, 'err', /No such revision or branch 'nothing'/],
    [['nope'], 2, 'err', /argument command: invalid choice: 'nope' \(choose from 'current', 'history'/],
    [[], 2, 'err', /the following arguments are required: command/],
    [['current', '--nope'], 2, 'err', usage],
    [['--help'], 0, 'out', usage],
    [['--version'], 0, 'out', /^neutron-db-manage 21\.0\.0$/],
    [
      ['--subproject', 'vpnaas', 'current'],
      0,
      'err',
      /^argument --subproject: Invalid String.* value: vpnaas$/,
    ],
    [
      ['upgrade', '--expand', 'heads'],
      1,
      'err',
      /^Phase upgrade options do not accept revision specification$/,
    ],
    [['upgrade', '--expand', '--contract'], 2, 'err', /not allowed with argument --expand$/],
    [['--config-file', '/nonexistent.conf', 'current'], 1, 'err', /nonexistent\.conf: .*does not exist/],
    [['--database-connection', 'mysql://u:secret@127.0.0.1:1/n', 'current'], 1, 'err', /ECONNREFUSED/],
    [['--database-connection', 'oracle://u:secret@h/n', 'current'], 1, 'err', /scheme oracle is not one of/],
  ];
  for (const [argv, status, stream, expected] of cases) {
    test(`${argv.join(' ') || '(nothing)'} → ${status}`, async () => {
      const result = await managed(...argv);
      assert.equal(result.status, status);
      assert.match(result[stream], expected);
      assert.ok(!`${result.out}${result.err}`.includes('secret'));
    });
  }

  test('the heads are those that the schema is stamped with', async () => {
    const { out } = await managed('heads');
    for (const head of HEADS) assert.ok(out.includes(head));
  });
});
