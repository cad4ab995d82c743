import { problem } from '../problem.ts';

/** The database, in which the server keeps everything. */

const UPGRADE =
  'neutron-db-manage --config-file /etc/neutron/neutron.conf --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade head';
const CAUSE =
  'The server keeps networks, ports and everything else in the database. Without it the server does not start, or answers every request with an error.';

export const databaseUrlInvalid = problem({
  code: 'database_url_invalid',
  title: 'Address of the database cannot be read',
  severity: 'error',
  sentence: ({ reason }: { reason: string }) => `[database] connection: ${reason}`,
  cause: CAUSE,
  fix: () =>
    'write connection = mysql+pymysql://neutron:PASSWORD@controller/neutron in section [database] of /etc/neutron/neutron.conf; signs like @ and / in the password as %40 and %2F',
  example: { reason: "the database URL ends without the database's name" },
});

export const databaseUnreachable = problem({
  code: 'database_unreachable',
  title: 'Database cannot be reached',
  severity: 'error',
  sentence: ({ address, reason }: { address: string; reason: string }) =>
    `the database at ${address} cannot be reached: ${reason}`,
  cause: CAUSE,
  fix: ({ address }) =>
    `start MariaDB, let it listen on an address that this host reaches (bind-address), and check that [database] connection names it (now ${address})`,
  command: () => 'systemctl restart mariadb',
  dependsOn: ['name_unresolvable'],
  example: { address: 'controller:3306', reason: 'connection refused' },
});

export const databaseRefusesUser = problem({
  code: 'database_refuses_user',
  title: 'Database refuses the user or password',
  severity: 'error',
  sentence: ({ user, address }: DatabaseUser) => `the database at ${address} refuses user ${user}`,
  cause:
    'The user or the password in [database] connection is not one that MariaDB knows, or the user may not come from this host: MariaDB knows users by name and by where they come from.',
  fix: ({ user }) =>
    `give user ${user} its rights with the password of the configuration file (this sets the password), or correct the file`,
  command: ({ user, name }) =>
    `mariadb -e "grant all privileges on ${name}.* to '${user}'@'%' identified by 'PASSWORD'"`,
  dependsOn: ['database_unreachable'],
  example: { user: 'neutron', address: 'controller:3306', name: 'neutron' },
});

interface DatabaseUser {
  readonly user: string;
  readonly address: string;
  readonly name: string;
}

export const databaseMissing = problem({
  code: 'database_missing',
  title: 'Database does not exist',
  severity: 'error',
  sentence: ({ user, address, name }: DatabaseUser) =>
    `at ${address} there is no database ${name}, or user ${user} may not see it`,
  cause: `MariaDB runs and knows the user, but what [database] connection names was not created. ${CAUSE}`,
  fix: ({ user }) =>
    `create the database and give ${user} all rights in it, then create its tables with neutron-db-manage`,
  command: ({ user, name }) =>
    `mariadb -e "create database if not exists ${name}; grant all privileges on ${name}.* to '${user}'@'%'"`,
  dependsOn: ['database_refuses_user'],
  example: { user: 'neutron', address: 'controller:3306', name: 'neutron' },
});

export const databasePrivilegesMissing = problem({
  code: 'database_privileges_missing',
  title: 'Database user may not do what is needed',
  severity: 'error',
  sentence: ({ user, name, missing }: { user: string; name: string; missing: readonly string[] }) =>
    `user ${user} lacks rights in database ${name}: ${missing.join(', ')}`,
  cause:
    'neutron-db-manage creates and changes tables, the server reads and writes rows, as this user. Where a right is missing the one or the other fails half-way.',
  fix: ({ user, name }) => `give ${user} all rights in ${name}`,
  command: ({ user, name }) => `mariadb -e "grant all privileges on ${name}.* to '${user}'@'%'"`,
  example: { user: 'neutron', name: 'neutron', missing: ['CREATE', 'ALTER'] },
});

export const databaseTooOld = problem({
  code: 'database_too_old',
  title: 'Database server is of a version that cannot be used',
  severity: 'error',
  sentence: ({ version, needed }: { version: string; needed: string }) =>
    `the database server is ${version}; ${needed} or later is needed`,
  cause:
    'The server asks MariaDB for what an INSERT or DELETE touched, which older versions and MySQL cannot tell.',
  fix: () => 'upgrade MariaDB; its own upgrade keeps the data',
  example: { version: '5.5.68-MariaDB', needed: 'MariaDB 10.5' },
});

export const databaseCharset = problem({
  code: 'database_charset',
  title: 'Tables that cannot hold every letter',
  severity: 'warning',
  sentence: ({ name, charset, tables }: { name: string; charset: string; tables: number }) =>
    `${tables} tables of database ${name} are in ${charset}, not in utf8`,
  cause:
    'Names and descriptions may be in any script. A table in another character set refuses them, or keeps question marks.',
  fix: ({ name }) =>
    `make a backup with mysqldump, then convert each table of ${name} and the database itself to utf8`,
  command: ({ name }) =>
    `mariadb -N -e "select concat('alter table \\\`', table_name, '\\\` convert to character set utf8;') from information_schema.tables where table_schema = '${name}'"`,
  example: { name: 'neutron', charset: 'latin1_swedish_ci', tables: 189 },
});

export const databaseNotMigrated = problem({
  code: 'database_not_migrated',
  title: 'Database has no tables yet',
  severity: 'error',
  sentence: ({ address, name }: { address: string; name: string }) =>
    `the database ${name} at ${address} holds no tables of Neutron`,
  cause:
    'The tables are created once, by neutron-db-manage, after the database itself and before the first start.',
  fix: () => 'create the tables, then start neutron-server',
  command: () => UPGRADE,
  safe: true,
  dependsOn: ['database_privileges_missing'],
  example: { address: 'controller:3306', name: 'neutron' },
});

export const databaseOtherRelease = problem({
  code: 'database_other_release',
  title: 'Database is of another release',
  severity: 'error',
  sentence: ({ revisions, release }: { revisions: readonly string[]; release: string | undefined }) =>
    `the tables are of ${release === undefined ? 'a release that is not known here' : `release ${release}`} (${revisions.join(', ')}), not of Zed to 2024.2`,
  cause:
    "Each release has tables of its own. This server works with those of Zed, and with those of 2023.1 to 2024.2, the last releases with Linux bridges. It changes none of another release's: it does not start.",
  fix: ({ release }) =>
    release === undefined || /^\d/.test(release)
      ? 'use the server of the release that the tables belong to, or a backup from before their upgrade, or another database'
      : "make a backup, stop every neutron-server, then bring the tables to Zed with Python Neutron's own neutron-db-manage of Zed; docs/databases.md tells how",
  command: () => 'neutron-db-manage --config-file /etc/neutron/neutron.conf current',
  example: { revisions: ['34af2b5c5a59', '4ffceebfada'], release: 'liberty' },
});

export const databaseHalfMigrated = problem({
  code: 'database_half_migrated',
  title: 'Upgrade of the database has stopped half-way',
  severity: 'error',
  sentence: ({ revisions, release }: { revisions: readonly string[]; release: string }) =>
    `the upgrade of the tables to release ${release} is not complete (${revisions.join(', ')})`,
  cause:
    'Tables are changed in two branches, expand and contract, step by step. One of the two is behind, or the program ended in between, so that the tables are those of no release. The server does not start on them.',
  fix: () =>
    'stop every neutron-server, and finish with the neutron-db-manage of the release it began with (of Zed for anything up to Zed); if that fails, restore the backup from before',
  command: () => 'neutron-db-manage --config-file /etc/neutron/neutron.conf current',
  example: { revisions: ['5881373af7f5', '7d9d8eeec6ad'], release: 'zed' },
});

export const databaseForeignRows = problem({
  code: 'database_foreign_rows',
  title: 'Database uses what only a later release knows',
  severity: 'error',
  sentence: ({ release, rows }: { release: string; rows: string; undo: string }) =>
    `the database of release ${release} holds ${rows}`,
  cause:
    'This server works on databases of 2023.1 to 2024.2 as long as nothing in them asks for what Zed cannot do. It would do without, silently; therefore it does not start.',
  fix: () => 'do without it, with the server of that release, before it is replaced',
  command: ({ undo }) => undo,
  example: {
    release: '2024.2',
    rows: '1 ports that are trusted virtual functions (SR-IOV) (vm1-fast); without: openstack port set --not-trusted PORT',
    undo: 'openstack port set --not-trusted PORT',
  },
});

export const databaseUnmarked = problem({
  code: 'database_unmarked',
  title: 'Tables of an unknown release',
  severity: 'error',
  sentence: ({ name }: { name: string }) =>
    `database ${name} has Neutron's tables, and no revision in alembic_version`,
  cause:
    'The table alembic_version says which release the tables are of. It is empty, as after a copy of a part of a database.',
  fix: () => "restore a whole backup; or, if the tables are surely Zed's, mark them so",
  command: () => 'neutron-db-manage --config-file /etc/neutron/neutron.conf stamp heads',
  example: { name: 'neutron' },
});

export const databaseFileUnusable = problem({
  code: 'database_file_unusable',
  title: 'File of the database cannot be used',
  severity: 'error',
  sentence: ({ path, reason }: { path: string; reason: string }) =>
    `the database file ${path} cannot be used: ${reason}`,
  cause: CAUSE,
  fix: () =>
    'let the user of neutron-server read and write the file and its folder; if the file is damaged, restore a backup, or move it away: the server then begins with an empty one',
  command: ({ path }) => `ls -l ${path}`,
  example: { path: '/var/lib/neutron/neutron.sqlite', reason: 'file is not a database' },
});
