import type { Db } from './database.ts';
import { headOf, releases, revisionOf } from './manage/revisions.ts';
import { HEADS, tableNames } from './migrate.ts';

/** At which of Neutron's schema versions a database is. `text` says so to an operator, and what to do. */
export interface SchemaState {
  readonly kind: 'empty' | 'current' | 'older' | 'newer' | 'unknown';
  readonly revisions: readonly string[];
  readonly release?: string;
  readonly text: string;
}

const UPGRADE = 'neutron-db-manage --config-file /etc/neutron/neutron.conf upgrade heads';

export async function currentRevisions(db: Db): Promise<string[]> {
  const rows = await db.kysely.selectFrom('alembic_version').select('version_num').execute();
  return rows.map(({ version_num }) => version_num).sort();
}

const titled = (release: string): string => release.charAt(0).toUpperCase() + release.slice(1);

/** Looks at alembic_version: whether the schema is there, and whether it is the one this program is made for. */
export async function schemaState(db: Db): Promise<SchemaState> {
  const tables = await tableNames(db);
  const revisions = tables.has('alembic_version') ? await currentRevisions(db) : [];
  if (revisions.length === 0) {
    return tables.has('networks')
      ? {
          kind: 'unknown',
          revisions,
          text: `The database has Neutron's tables but no revision in alembic_version. If they are Zed's, mark them so: ${UPGRADE.replace('upgrade', 'stamp')}`,
        }
      : { kind: 'empty', revisions, text: `The database holds no tables yet. Create them: ${UPGRADE}` };
  }
  const at = revisions.join(', ');
  if (revisions.join() === [...HEADS].sort().join()) {
    return { kind: 'current', revisions, release: 'zed', text: `The database is at Zed's heads (${at}).` };
  }
  const known = revisions.map(revisionOf);
  if (known.includes(undefined)) {
    return {
      kind: 'newer',
      revisions,
      text: `The database is at ${at}, which Neutron up to Zed does not know: it belongs to a later release. Nothing was changed.`,
    };
  }
  const newest = known.map((revision) => releases.indexOf(revision!.release));
  const release = releases[Math.max(...newest)]!;
  return {
    kind: 'older',
    revisions,
    release,
    text:
      `The database is at ${titled(release)} (${at}); this is Neutron Zed (${HEADS.join(', ')}). ` +
      "Bring it to Zed with Python Neutron's neutron-db-manage first. Nothing was changed.",
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
