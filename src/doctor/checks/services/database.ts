import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import * as problems from '../../../health/catalogue/database.ts';
import { type Check, failing, notChecked, type Outcome } from '../../../health/checks.ts';
import type { Finding, Where } from '../../../health/finding.ts';
import { silentLog } from '../../../log/silent.ts';
import { type Db, openDatabase } from '../../../server/db/database.ts';
import { databaseUrl } from '../../../server/db/settings.ts';
import { foreignText, schemaState } from '../../../server/db/state.ts';
import { type DatabaseLocation, parseDatabaseUrl } from '../../../server/db/url.ts';
import { isUsable, LEAST_VERSION, serverVersion } from '../../../server/db/version.ts';
import type { DoctorContext } from '../../context.ts';
import { missingPrivileges } from './grants.ts';
import { addressOf, inWords, unreachable } from './reach.ts';

type Server = Extract<DatabaseLocation, { dialect: 'mariadb' }>;

/** MariaDB's error numbers. */
const REFUSED = [1045, 1130, 1275, 1698];
const NO_DATABASE = [1044, 1049];

const errnoOf = (error: unknown): number => (error as { errno?: number }).errno ?? 0;

const open = (url: string): Promise<Db> =>
  openDatabase(url, silentLog, { connectAttempts: 0, poolSize: 1, transactionAttempts: 1 });

const rows = async <Row>(db: Db, query: string): Promise<readonly Row[]> =>
  (await sql.raw<Row>(query).execute(db.kysely)).rows;

/** What is wrong with the tables, if anything. */
async function tablesOf(db: Db, name: string, address: string, where: Where): Promise<Finding[]> {
  const { kind, revisions, release, foreign = [], text } = await schemaState(db);
  const seen = { ...where, evidence: [text] };
  switch (kind) {
    case 'current':
      return [];
    case 'empty':
      return [problems.databaseNotMigrated.found({ address, name }, seen)];
    case 'unknown':
      return [problems.databaseUnmarked.found({ name }, seen)];
    case 'partial':
      return [problems.databaseHalfMigrated.found({ revisions, release: release! }, seen)];
    case 'foreign':
      return foreign.map((rows) =>
        problems.databaseForeignRows.found(
          { release: release!, rows: foreignText(rows), undo: rows.undo },
          seen,
        ),
      );
    default:
      return [problems.databaseOtherRelease.found({ revisions, release }, seen)];
  }
}

async function examine(
  db: Db,
  { user, database: name }: Server,
  address: string,
  where: Where,
): Promise<Outcome> {
  const version = await serverVersion(db);
  const grants = (await rows<Record<string, string>>(db, 'show grants')).flatMap((row) => Object.values(row));
  const missing = missingPrivileges(grants, name);
  const odd = await rows<{ charset: string; tables: number }>(
    db,
    `select table_collation as charset, count(*) as tables from information_schema.tables
     where table_schema = database() and table_collation not like 'utf8%' group by table_collation`,
  );
  return failing(
    [
      ...(isUsable(version)
        ? []
        : [problems.databaseTooOld.found({ version, needed: `MariaDB ${LEAST_VERSION.join('.')}` }, where)]),
      ...(missing.length > 0
        ? [problems.databasePrivilegesMissing.found({ user, name, missing }, where)]
        : []),
      ...odd.map(({ charset, tables }) =>
        problems.databaseCharset.found({ name, charset, tables: Number(tables) }, where),
      ),
      ...(missing.includes('SELECT') ? [] : await tablesOf(db, name, address, where)),
    ],
    `${version} at ${address}: user ${user} has its rights in ${name}, and the tables are those of Zed, or of a later release that can be used`,
  );
}

async function mariadb(url: string, location: Server, where: Where): Promise<Outcome> {
  const { host, port, user, database: name, socketPath } = location;
  const address = socketPath ?? addressOf(host, port);
  const reason = socketPath === undefined ? await unreachable(host, port) : undefined;
  if (reason !== undefined) return failing([problems.databaseUnreachable.found({ address, reason }, where)]);
  try {
    const db = await open(url);
    try {
      return await examine(db, location, address, where);
    } finally {
      await db.close();
    }
  } catch (error) {
    const seen = { ...where, evidence: [(error as Error).message] };
    const facts = { user, address, name };
    if (REFUSED.includes(errnoOf(error))) return failing([problems.databaseRefusesUser.found(facts, seen)]);
    if (NO_DATABASE.includes(errnoOf(error))) return failing([problems.databaseMissing.found(facts, seen)]);
    return failing([problems.databaseUnreachable.found({ address, reason: inWords(error) }, where)]);
  }
}

async function sqlite(url: string, path: string, where: Where): Promise<Outcome> {
  // Opening would make the file.
  if (!existsSync(path)) return failing([], `${path} is not there yet: the server makes it when it starts`);
  try {
    const db = await open(url);
    try {
      const findings = await tablesOf(db, path, path, where);
      return failing(findings, `${path}: the tables are those of Zed`);
    } finally {
      await db.close();
    }
  } catch (error) {
    return failing([problems.databaseFileUnusable.found({ path, reason: inWords(error) }, where)]);
  }
}

function read(url: string): DatabaseLocation | Error {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    return error as Error;
  }
}

/** The database of the server: reached with the server's own credentials, looked at, not changed. */
export const database: Check<DoctorContext> = {
  name: 'database',
  async run({ configOf, unknown, host }) {
    const config = configOf('neutron-server');
    if (!config) return notChecked(unknown('neutron-server'));
    const url = databaseUrl(config);
    const location = read(url);
    if (location instanceof Error)
      return failing([problems.databaseUrlInvalid.found({ reason: location.message }, { host })]);
    return location.dialect === 'mariadb'
      ? await mariadb(url, location, { host })
      : await sqlite(url, location.path, { host });
  },
};
