import { type RunningHost, runIn, startIn } from '../host.ts';
import { waitFor } from '../waitFor.ts';

/** In the memory of the host, as all of its /var. */
const IN_MEMORY = '/var/lib/mysql-lab';
const SOCKET = '/run/mysqld/mysqld.sock';

/** A real MariaDB on the host's 3306, with the databases and grants of the guide's first step. */
export async function startMariadb(host: RunningHost, data = IN_MEMORY): Promise<void> {
  const install = [
    'mariadb-install-db',
    '--no-defaults',
    '--user=mysql',
    `--datadir=${data}`,
    '--skip-test-db',
  ];
  await runIn(host, [
    'sh',
    '-ec',
    `mkdir -p ${data} ${data}.tmp /run/mysqld; chown mysql ${data} ${data}.tmp /run/mysqld; "$@"`,
    'sh',
    ...install,
  ]);
  const options = [
    '--user=mysql',
    `--datadir=${data}`,
    // Two servers that share a directory for temporary tables delete each other's, and /tmp is the machine's.
    `--tmpdir=${data}.tmp`,
    `--socket=${SOCKET}`,
    '--bind-address=0.0.0.0',
    '--max-connections=500',
    '--innodb-flush-log-at-trx-commit=1',
  ];
  await startIn(host, ['mariadbd', '--no-defaults', ...options], '/var/log/mariadb.log');
  const sql = ['keystone', 'neutron']
    .flatMap((name) => [
      `create database ${name}`,
      `grant all privileges on ${name}.* to '${name}'@'localhost' identified by '${name}'`,
      `grant all privileges on ${name}.* to '${name}'@'%' identified by '${name}'`,
    ])
    .join('; ');
  const client = ['mariadb', '--no-defaults', '-S', SOCKET, '-uroot', '-e'];
  await waitFor('MariaDB', () => runIn(host, [...client, 'select 1']));
  await runIn(host, [...client, sql]);
}
