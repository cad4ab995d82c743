import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { formatCidr, parseCidr } from '../../../net/cidr.ts';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { inChunks } from '../chunks.ts';
import { type Shape, standardShape, whether } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import { isSharedWith, ownOrShared, sharedIn, sharedQuery } from '../shares.ts';
import { presentTimes, standardColumns, tagsBy, tagsQuery } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

export const groupQuery = (db: Connection) =>
  db
    .selectFrom('securitygroups')
    .innerJoin('standardattributes', 'standardattributes.id', 'securitygroups.standard_attr_id')
    .selectAll('securitygroups')
    .select(standardColumns);

export const ruleQuery = (db: Connection) =>
  db
    .selectFrom('securitygrouprules')
    .innerJoin('standardattributes', 'standardattributes.id', 'securitygrouprules.standard_attr_id')
    .selectAll('securitygrouprules')
    .select(standardColumns);

export type GroupRow = Awaited<ReturnType<ReturnType<typeof groupQuery>['execute']>>[number];
export type RuleRow = Awaited<ReturnType<ReturnType<typeof ruleQuery>['execute']>>[number];

const isShared = (projectId: string) => isSharedWith('securitygrouprbacs', 'securitygroups.id', projectId);

/** Groups a project may use: its own and those shared with it. */
export const visibleGroups = (context: Pick<RequestContext, 'isAdmin' | 'projectId'>) =>
  ownOrShared('securitygroups', 'securitygrouprbacs', context);

/** Rules a project may see: its own, and all of its own groups. */
export const visibleRules =
  ({ isAdmin, projectId }: RequestContext) =>
  (eb: ExpressionBuilder<Database, 'securitygrouprules'>) =>
    isAdmin
      ? eb.lit(true)
      : eb.or([
          eb('securitygrouprules.project_id', '=', projectId),
          sql<SqlBool>`exists (select 1 from securitygroups where securitygroups.id =
            securitygrouprules.security_group_id and securitygroups.project_id = ${projectId})`,
        ]);

export const groupShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  ...standardShape('securitygroups', ['name', 'stateful']),
  conditions: {
    shared: whether(isShared(projectId)),
  },
  missing: () => 'first',
});

export const ruleShape: Shape = {
  ...standardShape('securitygrouprules', [
    'security_group_id',
    'remote_group_id',
    'remote_address_group_id',
    'direction',
    'ethertype',
    'protocol',
    'port_range_min',
    'port_range_max',
    'remote_ip_prefix',
  ]),
  missing: () => 'first',
};

/** A prefix without host bits. */
function normalized(prefix: string | null): string | null {
  const cidr = prefix === null ? undefined : parseCidr(prefix);
  return cidr === undefined ? null : formatCidr(cidr);
}

/** A rule as the API shows it. */
export const presentRule = (row: RuleRow, tags: readonly string[] = []): Item => ({
  id: row.id,
  tenant_id: row.project_id,
  security_group_id: row.security_group_id,
  ethertype: row.ethertype,
  direction: row.direction,
  protocol: row.protocol,
  port_range_min: row.port_range_min,
  port_range_max: row.port_range_max,
  remote_ip_prefix: row.remote_ip_prefix,
  remote_address_group_id: row.remote_address_group_id,
  normalized_cidr: normalized(row.remote_ip_prefix),
  remote_group_id: row.remote_group_id,
  standard_attr_id: row.standard_attr_id,
  description: row.description,
  tags,
  ...presentTimes(row),
  project_id: row.project_id,
});

/** Groups with their rules in one round trip for thousands of them. */
export const loadGroups = (db: Connection, rows: readonly GroupRow[], projectId: string): Promise<Item[]> =>
  inChunks(rows, (chunk) => load(db, chunk, projectId));

async function load(db: Connection, rows: readonly GroupRow[], projectId: string): Promise<Item[]> {
  const ids = rows.map(({ id }) => id);
  const [rules, sharedRows, tagRows] = await together(
    db,
    ruleQuery(db).where('securitygrouprules.security_group_id', 'in', ids).orderBy('securitygrouprules.id'),
    sharedQuery(db, 'securitygrouprbacs', ids, projectId),
    tagsQuery(db, 'securitygroups', ids),
  );
  const [shared, tags] = [sharedIn(sharedRows), tagsBy(tagRows)];
  const rulesBy = Map.groupBy(rules, ({ security_group_id }) => security_group_id);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    stateful: row.stateful !== 0,
    tenant_id: row.project_id,
    description: row.description,
    shared: shared.has(row.id),
    security_group_rules: (rulesBy.get(row.id) ?? []).map((rule) => presentRule(rule)),
    standard_attr_id: row.standard_attr_id,
    tags: tags.get(row.standard_attr_id) ?? [],
    ...presentTimes(row),
    project_id: row.project_id,
  }));
}
