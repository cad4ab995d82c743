import type { Db } from '../database.ts';
import { createStatements, type DialectName } from '../ddl.ts';
import { laterRelease } from '../later.ts';
import { allTables, createOwnTables, createSchema, createTables, HEADS, tableNames } from '../migrate.ts';
import { tables } from '../schema/index.ts';
import { currentRevisions, HEAD_NAMES, schemaState, stamped } from '../state.ts';
import { unusable } from '../version.ts';
import type { Arguments } from './arguments.ts';
import { headOf, isHead, revisionOf, revisions } from './revisions.ts';
import { branchLines, headLine, historyLine, verboseLines } from './show.ts';

/** What a command prints on and works with. */
export interface Session {
  readonly args: Arguments;
  /** URL without its password. */
  readonly where: string;
  out(line: string): void;
  info(line: string): void;
  open(): Promise<Db>;
}

/** The command did not do what it was asked; the text says why. */
export class Refused extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode = 1) {
    super(text);
    this.name = 'Refused';
    this.exitCode = exitCode;
  }
}

const CONTEXT: Readonly<Record<DialectName, string>> = { mariadb: 'MySQLImpl', sqlite: 'SQLiteImpl' };

/** @param passes how often Python's program opens the database for it, each time with these lines */
async function withDatabase<T>(session: Session, work: (db: Db) => Promise<T>, passes = 1): Promise<T> {
  const db = await session.open();
  try {
    for (let pass = 0; pass < passes; pass += 1) {
      session.info(`Context impl ${CONTEXT[db.dialect]}.`);
      session.info('Will assume non-transactional DDL.');
    }
    return await work(db);
  } finally {
    await db.close();
  }
}

/** What is said of a revision that Zed does not have; Python's program ends there. */
function strangerNote(id: string): string {
  const later = laterRelease(id);
  if (later === undefined) return ' (not a revision of Neutron up to Zed)';
  const head = later.expand.at(-1) === id ? ', its head' : '';
  return ` (${later.release}, ${later.name}${head})`;
}

async function current(session: Session): Promise<void> {
  session.out('Running current for neutron ...');
  await withDatabase(session, async (db) => {
    const ids = (await tableNames(db)).has('alembic_version') ? await currentRevisions(db) : [];
    if (session.args.verbose) session.out(`Current revision(s) for ${session.where}:`);
    for (const id of ids) {
      const revision = revisionOf(id);
      if (revision === undefined) session.out(`${id}${strangerNote(id)}`);
      else if (session.args.verbose) verboseLines(revision).forEach(session.out);
      else session.out(`${id}${isHead(revision) ? ' (head)' : ''}`);
    }
  });
  session.out('OK');
}

function list(session: Session, name: string, lines: readonly string[]): void {
  session.out(`Running ${name} for neutron ...`);
  lines.forEach(session.out);
  session.out('OK');
}

async function upgrade(session: Session): Promise<void> {
  const { revision, expand, contract, sql } = session.args;
  const branch = expand ? 'expand' : contract ? 'contract' : undefined;
  if (expand && contract) {
    const error = 'argument --contract: not allowed with argument --expand';
    throw new Refused(`neutron-db-manage upgrade: error: ${error}`, 2);
  }
  if (revision === undefined && branch === undefined) {
    throw new Refused('You must provide a revision or relative delta');
  }
  if (branch !== undefined && revision !== undefined) {
    throw new Refused('Phase upgrade options do not accept revision specification');
  }
  const target = revision ?? 'heads';
  const whole = HEAD_NAMES.includes(target);
  if (!whole && revisionOf(target) === undefined && !revisions.some(({ release }) => release === target)) {
    throw new Refused(`No such revision or branch '${target}'`);
  }
  await withDatabase(
    session,
    async (db) => {
      session.out(`Running upgrade${branch === undefined ? '' : ` (${branch})`} for neutron ...`);
      if (sql) {
        for (const statement of createStatements(allTables, db.dialect)) session.out(`${statement};\n`);
        return;
      }
      const problem = await unusable(db);
      if (problem !== undefined) throw new Refused(problem);
      const state = await schemaState(db);
      if (state.kind === 'current') {
        if (state.release !== 'zed') session.info(state.text);
        await createOwnTables(db);
      } else if (state.kind === 'empty' && !whole) {
        throw new Refused(`Only Zed's schema (${HEADS.join(', ')}) can be made here, not ${target}.`);
      } else if (state.kind === 'empty') {
        session.info(`Running upgrade  -> ${HEADS.join(', ')}`);
        await createSchema(db);
      } else {
        throw new Refused(state.text);
      }
    },
    sql ? 1 : 2,
  );
  session.out('OK');
}

/** Revisions of the database that Zed does not have: stamping over them would make of a later schema an earlier one. */
async function strangersIn(db: Db): Promise<string[]> {
  const ids = (await tableNames(db)).has('alembic_version') ? await currentRevisions(db) : [];
  return ids.filter((id) => revisionOf(id) === undefined);
}

/** alembic's account of a stamp: a line for each branch that moved. */
function stampLines(before: readonly string[], after: readonly string[]): string[] {
  const branchOf = (id: string) => revisionOf(id)?.branch;
  return after
    .filter((id) => !before.includes(id))
    .map((id) => {
      const from = before.find((one) => branchOf(one) === branchOf(id) && !after.includes(one)) ?? '';
      return `Running stamp_revision ${from} -> ${id}`;
    });
}

async function stamp(session: Session): Promise<void> {
  const { revision } = session.args;
  if (revision === undefined) throw new Refused('You must provide a revision');
  session.out('Running stamp for neutron ...');
  await withDatabase(session, async (db) => {
    if (revision === 'head') {
      throw new Refused('Multiple heads are present; please specify a single target revision', 255);
    }
    const strangers = await strangersIn(db);
    if (strangers.length > 0) {
      throw new Refused(`Can't locate revision identified by '${strangers[0]}'`, 255);
    }
    await createTables(db, { alembic_version: tables.alembic_version });
    await db.transaction(async (tx) => {
      const rows = await tx.selectFrom('alembic_version').select('version_num').execute();
      const after = stamped(
        rows.map(({ version_num }) => version_num),
        revision,
      );
      if (after === undefined) throw new Refused(`Can't locate revision identified by '${revision}'`, 255);
      for (const line of stampLines(
        rows.map(({ version_num }) => version_num),
        after,
      ))
        session.info(line);
      await tx.deleteFrom('alembic_version').execute();
      if (after.length === 0) return;
      const values = after.map((version_num) => ({ version_num }));
      await tx.insertInto('alembic_version').values(values).execute();
    });
  });
  session.out('OK');
}

async function hasOfflineMigrations(session: Session): Promise<void> {
  await withDatabase(
    session,
    async (db) => {
      const ids = (await tableNames(db)).has('alembic_version') ? await currentRevisions(db) : [];
      if (ids.includes(headOf('contract').id)) {
        session.out('No offline migrations pending.');
        return;
      }
      session.out(
        'Need to apply migrations from neutron contract branch. This will require all Neutron server instances to be shutdown before proceeding with the upgrade.',
      );
      throw new Refused('');
    },
    2,
  );
}

/** Runs one command. Rejects with Refused, or with what the database says. */
export async function runCommand(session: Session): Promise<void> {
  const { command, verbose } = session.args;
  switch (command) {
    case 'current':
      return current(session);
    case 'history':
      return list(session, command, revisions.flatMap(verbose ? verboseLines : historyLine));
    case 'heads':
      return list(
        session,
        command,
        [headOf('contract'), headOf('expand')].flatMap(verbose ? verboseLines : headLine),
      );
    case 'branches':
    case 'check_migration':
      return list(session, 'branches', branchLines(verbose));
    case 'upgrade':
      return upgrade(session);
    case 'stamp':
      return stamp(session);
    case 'has_offline_migrations':
      return hasOfflineMigrations(session);
    case 'downgrade':
      throw new Refused('Downgrade no longer supported');
    case 'revision':
      throw new Refused("Revisions are made in Neutron's own repository; this program follows its schema.");
  }
}
