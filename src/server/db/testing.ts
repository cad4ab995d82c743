import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { run } from '../../linux/process.ts';
import { silentLog } from '../../log/silent.ts';
import { freePort } from '../../testing/freePort.ts';
import { type Db, openDatabase } from './database.ts';
import { createSchema } from './migrate.ts';

/** A database for one test; close() also removes it. */
export interface TestDatabase extends Db {
  readonly url: string;
}

/** A fresh SQLite file with the whole schema. */
export async function sqliteForTest(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-sqlite-'));
  const url = `sqlite:///${join(directory, 'neutron.sqlite')}`;
  const db = await openDatabase(url, silentLog, { sqliteSynchronous: false });
  await createSchema(db);
  const close = async (): Promise<void> => {
    await db.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...db, url, close };
}

export interface MariaDbServer {
  readonly port: number;
  readonly pid: number;
  /** URL of a database of that name, which need not exist yet. */
  url(database: string): string;
  /** Makes a database without tables and returns its URL. Its tables will be in utf8mb3, or another character set. */
  emptyDatabase(charset?: string): Promise<string>;
  /** A fresh database with the whole schema. */
  database(): Promise<TestDatabase>;
  /** Ends the server and starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Private MariaDB on loopback in its own temporary directory, user neutron with password neutron. */
export async function startMariaDb(): Promise<MariaDbServer> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-mariadb-'));
  const data = join(directory, 'data');
  const initial = join(directory, 'init.sql');
  const port = await freePort();
  await writeFile(initial, "GRANT ALL ON *.* TO 'neutron'@'%' IDENTIFIED BY 'neutron' WITH GRANT OPTION;\n");
  await run([
    'mariadb-install-db',
    '--no-defaults',
    '--user=root',
    `--datadir=${data}`,
    `--tmpdir=${directory}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
  let server: ChildProcess;
  const url = (database: string): string =>
    `mysql+pymysql://neutron:neutron@127.0.0.1:${port}/${database}?charset=utf8`;

  const start = async (): Promise<void> => {
    server = spawn(
      'mariadbd',
      [
        '--no-defaults',
        '--user=root',
        `--datadir=${data}`,
        // Two servers that share a directory for temporary tables delete each other's.
        `--tmpdir=${directory}`,
        `--socket=${join(directory, 'mariadb.sock')}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--init-file=${initial}`,
        '--skip-name-resolve',
        '--innodb-flush-log-at-trx-commit=0',
        '--innodb-buffer-pool-size=64M',
        '--innodb-log-file-size=16M',
        '--performance-schema=off',
        // Written nowhere until statementsDuring asks; a server that did not log when it prepared a statement logs no values.
        '--general-log',
        '--log-output=NONE',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let output = '';
    server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
    for (let left = 200; ; left -= 1) {
      if (server.exitCode !== null || left === 0) throw new Error(`mariadbd did not start: ${output}`);
      if (output.includes('ready for connections')) return;
      await sleep(50);
    }
  };
  const end = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
  };

  const leave = (): void => {
    server.kill('SIGKILL');
  };
  process.once('exit', leave);
  await start();
  let databases = 0;
  const emptyDatabase = async (charset = 'utf8mb3'): Promise<string> => {
    databases += 1;
    const name = `neutron_${databases}`;
    const connect = ['-h127.0.0.1', `-P${port}`, '-uneutron', '-pneutron'];
    await run([
      'mariadb',
      '--no-defaults',
      ...connect,
      '-e',
      `CREATE DATABASE ${name} CHARACTER SET ${charset} COLLATE ${charset}_general_ci`,
    ]);
    return url(name);
  };
  return {
    port,
    get pid() {
      return server.pid!;
    },
    url,
    emptyDatabase,
    async database() {
      const where = await emptyDatabase();
      const db = await openDatabase(where, silentLog, { connectAttempts: 0 });
      await createSchema(db);
      return { ...db, url: where };
    },
    async restart() {
      await end();
      await start();
    },
    async stop() {
      process.off('exit', leave);
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Makes a database of its own for a test, by dialect; the one MariaDB server of a test file ends with the file. */
export function databases(): Readonly<Record<'sqlite' | 'mariadb', () => Promise<TestDatabase>>> {
  let server: Promise<MariaDbServer> | undefined;
  after(async () => (await server)?.stop());
  return {
    sqlite: sqliteForTest,
    async mariadb() {
      server ??= startMariaDb();
      return (await server).database();
    },
  };
}

/** Waits until a transaction on this MariaDB server waits for a row that another one has locked. */
export async function lockAwaited(db: Db): Promise<void> {
  const waiting = sql`select trx_id from information_schema.innodb_trx where trx_state = 'LOCK WAIT'`;
  // The server looks anew only when nobody has asked for a tenth of a second.
  do await sleep(150);
  while ((await waiting.execute(db.kysely)).rows.length === 0);
}

/** How the outbox publishes: behind an answer, or by the clock. */
const PUBLISHES = /(_lock\(|(select|delete).* from `)'?nts_outbox/;

/**
 * The statements that the MariaDB server is given meanwhile, as its own log has them: what is sent together as one, and those that
 * begin and end transactions, too. Those by which an outbox publishes in its own time are not among them.
 */
export async function statementsDuring(db: Db, work: () => Promise<unknown>): Promise<string[]> {
  await sql`truncate table mysql.general_log`.execute(db.kysely);
  await sql`set global log_output = 'TABLE'`.execute(db.kysely);
  try {
    await work();
  } finally {
    await sql`set global log_output = 'NONE'`.execute(db.kysely);
  }
  const { rows } = await sql<{ text: string }>`
    select convert(argument using utf8mb4) as text from mysql.general_log
    where command_type in ('Query', 'Execute') and argument not like 'set %'
  `.execute(db.kysely);
  return rows.map(({ text }) => text).filter((text) => !PUBLISHES.test(text));
}
