import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { start } from '../../src/linux/process.ts';
import type { RabbitServer } from '../../src/messaging/rabbit/testing.ts';
import type { TestDatabase } from '../../src/server/db/testing.ts';
import { freePort } from '../../src/testing/freePort.ts';
import { until } from '../../src/testing/until.ts';
import { startBackends } from '../../tests/concurrency/backends.ts';

const program = join(import.meta.dirname, '../../bin/neutron-server');

/** MariaDB, RabbitMQ and neutron-server on loopback, as in production: durable commits, two API workers, one for RPC. */
export interface Backend {
  readonly url: string;
  readonly rabbit: RabbitServer;
  readonly db: TestDatabase;
  /** Process ids by what runs there: `server` (the supervisor), its workers by their roles, `mariadb`, `rabbitmq`. */
  processes(): Promise<ReadonlyMap<string, number[]>>;
  /** Lines of the server's log at WARNING and above, but for there being no DHCP agent. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
}

const configuration = (port: number, database: string, broker: string, directory: string) => `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
state_path = ${directory}
host = controller
auth_strategy = noauth
core_plugin = ml2
service_plugins = router
transport_url = ${broker}
api_workers = 2
rpc_workers = 1
notify_nova_on_port_status_changes = False
notify_nova_on_port_data_changes = False
[database]
connection = ${database}
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_vxlan]
vni_ranges = 1:16000
[quotas]
quota_network = -1
quota_subnet = -1
quota_port = -1
quota_security_group_rule = -1
`;

const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);

/** The part that a worker plays, from the environment that its supervisor gave it. */
async function roleOf(pid: number): Promise<string> {
  const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  const role = environment.find((entry) => entry.startsWith('NEUTRON_SERVER_ROLE='))?.split('=')[1];
  return `${role?.replace('rpc-periodic', 'rpc')} worker`;
}

/** Starts everything; what fails on the way ends what was started. `nodeOptions` are for the server's processes. */
export async function startBackend(nodeOptions = ''): Promise<Backend> {
  const backends = await startBackends();
  const { db, rabbit, mariadb, directory } = backends;
  const log = join(directory, 'server.log');
  let server: ReturnType<typeof start> | undefined;

  async function close(): Promise<void> {
    if (server && server.exitCode === null && server.signalCode === null) {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
    }
    await backends.close();
  }

  try {
    // The tests' database takes short cuts that no cloud may take.
    await sql`set global innodb_flush_log_at_trx_commit = 1`.execute(db.kysely);
    await sql`set global innodb_buffer_pool_size = 536870912`.execute(db.kysely);
    const port = await freePort();
    const file = join(directory, 'neutron.conf');
    await writeFile(file, configuration(port, db.url, rabbit.url, directory));
    server = start([program, '--config-file', file, '--log-file', log], {
      env: { NODE_OPTIONS: nodeOptions },
    });
    server.stdout.resume();
    server.stderr.resume();
    const url = `http://127.0.0.1:${port}`;
    await until('neutron-server to answer', async () => (await fetch(url)).ok, 60);
    const main = server.pid!;
    return {
      url,
      rabbit,
      db,
      async processes() {
        const workers = await childrenOf(main);
        const roles = await Promise.all(workers.map(roleOf));
        const found = Map.groupBy(workers, (pid) => roles[workers.indexOf(pid)]!);
        return found.set('server', [main]).set('mariadb', [mariadb.pid]).set('rabbitmq', [rabbit.pid]);
      },
      async complaints() {
        return (await readFile(log, 'utf8'))
          .split('\n')
          .filter((line) => / (WARNING|ERROR|CRITICAL) (?!neutron.scheduler.dhcp)/.test(line));
      },
      close,
    };
  } catch (error) {
    const said = await readFile(log, 'utf8').catch(() => '');
    await close();
    throw new Error(`the server did not start: ${said.slice(-1000)}`, { cause: error });
  }
}
