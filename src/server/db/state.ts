import { sql } from 'kysely';
import type { Db } from './database.ts';
import { changesUpTo, type LaterRelease, laterRelease } from './later.ts';
import { headOf, type Revision, releases, revisionOf, revisions } from './manage/revisions.ts';
import { HEADS, tableNames } from './migrate.ts';

/** Rows of a later release to which this server could not be true. */
export interface ForeignRows {
  readonly what: string;
  readonly names: readonly string[];
  readonly undo: string;
}

/** At which of Neutron's schema versions a database is. `text` says so to an operator, and what to do. */
export interface SchemaState {
  /**
   * Only a `current` one is written to: it is Zed's, or a later release's whose additions are handled. `partial`: an
   * upgrade has stopped half-way. `foreign`: of such a release, with rows that mean nothing here.
   */
  readonly kind: 'empty' | 'current' | 'older' | 'newer' | 'partial' | 'foreign' | 'unknown';
  readonly revisions: readonly string[];
  /** In lower case, as Neutron's scripts name it: yoga, 2024.1. */
  readonly release?: string;
  readonly foreign?: readonly ForeignRows[];
  readonly text: string;
}

const MANAGE = 'neutron-db-manage --config-file /etc/neutron/neutron.conf';
const UNTOUCHED = 'Nothing was changed.';
const NAMES_SHOWN = 5;

export async function currentRevisions(db: Db): Promise<string[]> {
  const rows = await db.kysely.selectFrom('alembic_version').select('version_num').execute();
  return rows.map(({ version_num }) => version_num).sort();
}

export const titled = (release: string): string => release.charAt(0).toUpperCase() + release.slice(1);
const laterTitle = ({ release, name }: LaterRelease): string => `${release} (${name})`;

/** The last revision of a branch when a release came out. */
function headAt(release: string, branch: Revision['branch']): Revision | undefined {
  const until = releases.indexOf(release);
  return revisions.find((one) => one.branch === branch && releases.indexOf(one.release) <= until);
}

async function foreignRows(db: Db, head: string): Promise<ForeignRows[]> {
  const found: ForeignRows[] = [];
  for (const { refused } of changesUpTo(head)) {
    if (refused === undefined) continue;
    const { what, undo } = refused;
    const names = await namesOf(db, refused.query);
    if (names.length > 0) found.push({ what, names, undo });
  }
  return found;
}

/** What a query with one column `name` finds, in order. */
export async function namesOf(db: Db, query: string): Promise<readonly string[]> {
  const { rows } = await sql.raw<{ name: string }>(`${query} order by 1`).execute(db.kysely);
  return rows.map(({ name }) => name);
}

/** `3 ports with … (a, b, …)`. */
export const rowsText = ({ what, names }: Pick<ForeignRows, 'what' | 'names'>): string => {
  const more = names.length > NAMES_SHOWN ? ', …' : '';
  return `${names.length} ${what} (${names.slice(0, NAMES_SHOWN).join(', ')}${more})`;
};

export const foreignText = (rows: ForeignRows): string => `${rowsText(rows)}; without: ${rows.undo}`;

/** One whose revision on the expand branch comes after Zed's. */
async function laterState(
  db: Db,
  revisions: readonly string[],
  id: string,
  later: LaterRelease,
): Promise<SchemaState> {
  const at = revisions.join(', ');
  const known = { revisions, release: later.release };
  if (!later.linuxBridge) {
    return {
      ...known,
      kind: 'newer',
      text:
        `The database is Neutron ${laterTitle(later)}'s (${at}), which has no Linux bridge driver any more: this server ` +
        `works with those of Zed to 2024.2. Use a backup from before the upgrade. ${UNTOUCHED}`,
    };
  }
  const contract = headOf('contract').id;
  if (later.expand.at(-1) !== id || !revisions.includes(contract) || revisions.length !== 2) {
    return {
      ...known,
      kind: 'partial',
      text:
        `An upgrade of the database to Neutron ${laterTitle(later)} has stopped half-way (${at}; done it would be at ` +
        `${later.expand.at(-1)}, ${contract}). Finish it with that release's own program: ${MANAGE} upgrade heads. ${UNTOUCHED}`,
    };
  }
  const foreign = await foreignRows(db, id);
  if (foreign.length > 0) {
    return {
      ...known,
      kind: 'foreign',
      foreign,
      text:
        `The database is Neutron ${laterTitle(later)}'s (${at}) and holds what Zed has no word for: ` +
        `${foreign.map(foreignText).join('; ')}. ${UNTOUCHED}`,
    };
  }
  return {
    ...known,
    kind: 'current',
    text: `The database is at the heads of ${laterTitle(later)} (${at}), and is used as it is.`,
  };
}

function earlierState(revisions: readonly string[], known: readonly Revision[]): SchemaState {
  const at = revisions.join(', ');
  const release = releases[Math.max(...known.map((one) => releases.indexOf(one.release)))]!;
  // The initial revision belongs to both branches, and stands alone.
  const on = (branch: Revision['branch']) => known.find((one) => one.branch === branch)?.id;
  const whole =
    release === 'kilo' ||
    (on('expand') === headAt(release, 'expand')?.id && on('contract') === headAt(release, 'contract')?.id);
  if (release === 'zed' || !whole) {
    const contract = on('contract') === headOf('contract').id ? '' : ', the contract branch among it';
    // Python's `stamp heads` leaves such a row when the branches stood at different releases.
    const lost =
      on('expand') === headOf('expand').id && on('contract') === undefined
        ? ` If the tables are surely Zed's, and a stamp has lost the row of the contract branch: ${MANAGE} stamp heads, ours.`
        : '';
    return {
      kind: 'partial',
      revisions,
      release,
      text:
        `An upgrade of the database to ${titled(release)} has stopped half-way${contract} (${at}; Zed is at ` +
        `${HEADS.join(', ')}). Stop every neutron-server and finish it with Python Neutron's program of Zed (21.x): ` +
        `${MANAGE} upgrade heads.${lost} ${UNTOUCHED}`,
    };
  }
  // Zed's program looks at quotas.project_id before it begins; the contract branch made that column in Newton.
  const first =
    releases.indexOf(release) < releases.indexOf('newton') ? `${MANAGE} upgrade --contract, then ` : '';
  return {
    kind: 'older',
    revisions,
    release,
    text:
      `The database is at ${titled(release)} (${at}); this is Neutron Zed (${HEADS.join(', ')}). Make a backup, stop ` +
      "every neutron-server, and bring it to Zed at once with Python Neutron's program of Zed (21.x, python3-neutron " +
      `in Debian 12): ${first}${MANAGE} upgrade heads. ${UNTOUCHED}`,
  };
}

/** Looks at alembic_version: whether the schema is there, and whether it is one that this program works with. */
export async function schemaState(db: Db): Promise<SchemaState> {
  const tables = await tableNames(db);
  const revisions = tables.has('alembic_version') ? await currentRevisions(db) : [];
  if (revisions.length === 0) {
    return tables.has('networks')
      ? {
          kind: 'unknown',
          revisions,
          text: `The database has Neutron's tables but no revision in alembic_version. If they are Zed's, mark them so: ${MANAGE} stamp heads`,
        }
      : {
          kind: 'empty',
          revisions,
          text: `The database holds no tables yet. Create them: ${MANAGE} upgrade heads`,
        };
  }
  const at = revisions.join(', ');
  if (revisions.join() === [...HEADS].sort().join()) {
    return { kind: 'current', revisions, release: 'zed', text: `The database is at Zed's heads (${at}).` };
  }
  const strange = revisions.filter((id) => revisionOf(id) === undefined);
  if (strange.length === 0) return earlierState(revisions, revisions.map(revisionOf) as Revision[]);
  const [id] = strange;
  const later = strange.length === 1 ? laterRelease(id!) : undefined;
  if (later !== undefined) return laterState(db, revisions, id!, later);
  return {
    kind: 'newer',
    revisions,
    text:
      `The database is at ${at}, and no release of Neutron up to 2026.1 has ${strange.join(', ')}: it belongs to a later ` +
      `release, or to a Neutron with changes of its own. ${UNTOUCHED}`,
  };
}

/** The revisions alembic_version shall hold after a stamp with `target`; undefined when there is no such revision. */
export function stamped(before: readonly string[], target: string): readonly string[] | undefined {
  if (target === 'heads') return HEADS;
  if (target === 'base') return [];
  const revision = revisionOf(target);
  if (revision === undefined) return undefined;
  if (revision.branch === null) return [target];
  const other = before.filter((id) => {
    const branch = revisionOf(id)?.branch;
    return branch !== null && branch !== undefined && branch !== revision.branch;
  });
  return [...other, target];
}

export const HEAD_NAMES: readonly string[] = [
  'head',
  'heads',
  'zed',
  headOf('expand').id,
  headOf('contract').id,
];
