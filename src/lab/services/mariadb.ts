import { waitFor } from '../deployments/processes.ts';
import { type RunningHost, runIn, startIn } from '../host.ts';

const DATA = '/var/lib/mysql-lab';
const SOCKET = '/run/mysqld/mysqld.sock';

/** A real MariaDB on the host's 3306, with the databases and grants of the guide's first step. */
export async function startMariadb(host: RunningHost): Promise<void> {
  const install = [
    'mariadb-install-db',
    '--no-defaults',
    '--user=mysql',
    `--datadir=${DATA}`,
    '--skip-test-db',
  ];
  await runIn(host, [
    'sh',
    '-ec',
    `mkdir -p ${DATA} /run/mysqld; chown mysql ${DATA} /run/mysqld; "$@"`,
    'sh',
    ...install,
  ]);
  const options = [
    '--user=mysql',
    `--datadir=${DATA}`,
    `--socket=${SOCKET}`,
    '--bind-address=0.0.0.0',
    '--max-connections=500',
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
