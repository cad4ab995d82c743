import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../log/silent.ts';
import { type RabbitServer, rabbitIsInstalled, startRabbit } from '../../messaging/rabbit/testing.ts';
import { freePort } from '../../testing/freePort.ts';
import { until } from '../../testing/until.ts';
import { openDatabase } from '../db/database.ts';
import { type MariaDbServer, startMariaDb, type TestDatabase } from '../db/testing.ts';

const program = join(import.meta.dirname, '../../../bin/neutron-server');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  log(): Promise<string>;
  /** Exit code; after SIGTERM unless it ends by itself. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

describe('neutron-server as a process', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'neutron-server-'));
  });
  after(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  async function start(name: string, lines: readonly string[], sections = ''): Promise<Running> {
    const port = await freePort();
    const file = join(directory, `${name}.conf`);
    const logFile = join(directory, `${name}.log`);
    const own = [`bind_port = ${port}`, 'auth_strategy = noauth', `state_path = ${join(directory, name)}`];
    await writeFile(file, `[DEFAULT]\n${[...own, ...lines].join('\n')}\n${sections}`);
    const child = spawn(program, ['--config-file', file, '--log-file', logFile], { stdio: 'ignore' });
    children.push(child);
    const gone = once(child, 'exit') as Promise<[number | null]>;
    return {
      child,
      url: `http://127.0.0.1:${port}`,
      log: () => readFile(logFile, 'utf8'),
      async end(signal) {
        if (signal) child.kill(signal);
        return (await gone)[0];
      },
    };
  }

  const answers = ({ url }: Running) => until('the API', async () => (await fetch(`${url}/`)).ok);
  const networks = (url: string, init?: RequestInit) => fetch(`${url}/v2.0/networks`, init);
  const create = (url: string) =>
    networks(url, { method: 'POST', body: JSON.stringify({ network: { name: 'n', tenant_id: 'p' } }) });

  describe('embedded', () => {
    let hub: string;
    before(async () => {
      hub = `transport_url = zmq://127.0.0.1:${await freePort()}`;
    });

    test('makes its database, keeps it, reopens its log on SIGHUP, ends on SIGTERM', async () => {
      const first = await start('embedded', [hub]);
      await answers(first);
      assert.equal((await create(first.url)).status, 201);
      const logFile = join(directory, 'embedded.log');
      await rename(logFile, `${logFile}.1`);
      first.child.kill('SIGHUP');
      await until('the new log', async () => (await readFile(logFile, 'utf8')) !== undefined);
      assert.equal(await first.end('SIGTERM'), 0);
      assert.match(
        await first.log(),
        /SIGTERM: finishing the requests in progress[\s\S]*neutron-server has ended/,
      );
      const second = await start('embedded', [hub]);
      await answers(second);
      const { networks: kept } = (await (await networks(second.url)).json()) as { networks: unknown[] };
      assert.equal(kept.length, 1);
      assert.equal(await second.end('SIGTERM'), 0);
    });

    test('refuses a configuration that does not parse, with place and reason', async () => {
      const server = await start('wrong', [hub, 'agent_down_time = soon']);
      assert.equal(await server.end(), 1);
      assert.match(
        await server.log(),
        /ERROR .*agent_down_time.*soon[\s\S]*does not start: correct the configuration/,
      );
    });

    test('refuses to let everybody in from outside', async () => {
      const server = await start('open', [hub, 'bind_host = 0.0.0.0']);
      assert.equal(await server.end(), 1);
      assert.match(await server.log(), /cannot start: .*noauth .*bind_host must be a loopback address/);
    });

    test('a broker that is away does not keep the API from working', async () => {
      const server = await start('brokerless', [
        `transport_url = rabbit://guest:guest@127.0.0.1:${await freePort()}/`,
      ]);
      await answers(server);
      assert.equal((await create(server.url)).status, 201);
      assert.equal(await server.end('SIGTERM'), 0);
    });
  });

  describe('with MariaDB', () => {
    let mariadb: MariaDbServer;
    let db: TestDatabase;
    before(async () => {
      mariadb = await startMariaDb();
      db = await mariadb.database();
    });
    after(async () => {
      await db.close();
      await mariadb.stop();
    });
    const connection = (url: string) => `[database]\nconnection = ${url}\n`;

    test('a database without schema is refused, with the command that makes it', async () => {
      const root = await openDatabase(db.url, silentLog);
      await root.kysely.schema.createSchema('empty').execute();
      await root.close();
      const transport = `transport_url = zmq://127.0.0.1:${await freePort()}`;
      const server = await start('unmigrated', [transport], connection(mariadb.url('empty')));
      assert.equal(await server.end(), 1);
      assert.match(await server.log(), /cannot start: .*neutron-db-manage --config-file \S+ upgrade heads/);
    });

    test('waits for a database that is away, and says so', async () => {
      const absent = `mysql+pymysql://neutron:neutron@127.0.0.1:${await freePort()}/neutron`;
      const transport = `transport_url = zmq://127.0.0.1:${await freePort()}`;
      const retry = 'max_retries = 2\nretry_interval = 0\n';
      const server = await start('patient', [transport], connection(absent) + retry);
      assert.equal(await server.end(), 1);
      assert.match(
        await server.log(),
        /WARNING .*SQL connection failed .*trying 2 more times[\s\S]*cannot start/,
      );
    });

    describe('and RabbitMQ', { skip: rabbitIsInstalled ? false : 'rabbitmq-server is not installed' }, () => {
      let rabbit: RabbitServer;
      before(async () => {
        rabbit = await startRabbit();
      });
      after(() => rabbit.stop());

      test('workers share the port, are replaced when they die, and end together', async () => {
        const lines = [
          `transport_url = ${rabbit.url}`,
          'api_workers = 2',
          'rpc_workers = 1',
          'host = controller',
        ];
        const server = await start('workers', lines, connection(db.url));
        await answers(server);
        const workers = async () => {
          const { stdout } = await import('../../linux/process.ts').then(({ run }) =>
            run(['pgrep', '-P', String(server.child.pid)]),
          );
          return stdout.trim().split('\n').map(Number);
        };
        await until('RPC', async () => /RPC is served as controller/.test(await server.log()));
        const started = await workers();
        assert.equal(started.length, 3);
        process.kill(started[0]!, 'SIGKILL');
        process.kill(started[2]!, 'SIGKILL');
        await until('new workers', async () => {
          const now = await workers();
          return now.length === 3 && !now.includes(started[0]!) && !now.includes(started[2]!);
        });
        await until('the API', async () => (await create(server.url)).status === 201);
        assert.match(await server.log(), /The api worker \(pid \d+\) died \(SIGKILL\)/);
        assert.equal(await server.end('SIGTERM'), 0);
      });
    });
  });
});
