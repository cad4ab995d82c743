import { type Kysely, type SqlBool, sql } from 'kysely';
import { type QosRuleType, qosParameters } from '../../../resources/qosRules.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { inChunks } from '../chunks.ts';
import { type Shape, standardShape, whether } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import { isSharedWith, ownOrShared, sharedOf } from '../shares.ts';
import { presentTimes, standardColumns, tagsOf } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

/** Every kind of rule, in the order in which a policy shows its rules. */
export const ruleTypes = Object.keys(qosParameters) as QosRuleType[];

export const ruleTable = <Type extends QosRuleType>(type: Type) => `qos_${type}_rules` as const;

/** A rule as its policy shows it; parameters beside those of every rule are those of its type. */
export interface QosRule extends Item {
  readonly id: string;
  readonly qos_policy_id: string;
  readonly type: QosRuleType;
}

export interface QosPolicy extends Item {
  readonly id: string;
  readonly project_id: string;
  readonly is_default: boolean;
  readonly rules: readonly QosRule[];
}

export const policyQuery = (db: Connection) =>
  db
    .selectFrom('qos_policies')
    .innerJoin('standardattributes', 'standardattributes.id', 'qos_policies.standard_attr_id')
    .leftJoin('qos_policies_default', 'qos_policies_default.qos_policy_id', 'qos_policies.id')
    .selectAll('qos_policies')
    .select(standardColumns)
    .select('qos_policies_default.qos_policy_id as default_id');

export type PolicyRow = Awaited<ReturnType<ReturnType<typeof policyQuery>['execute']>>[number];

/** What a project may see of policies, and give to its ports: its own, and those shared with it. */
export const visiblePolicies = (context: Pick<RequestContext, 'isAdmin' | 'projectId'>) =>
  ownOrShared('qos_policies', 'qospolicyrbacs', context);

export const policyShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  ...standardShape('qos_policies', ['name']),
  conditions: {
    shared: whether(isSharedWith('qospolicyrbacs', 'qos_policies.id', projectId)),
    is_default: whether(sql<SqlBool>`(qos_policies_default.qos_policy_id is not null)`),
  },
  missing: (id) => fault('QosPolicyNotFound', { policy_id: id }),
});

/** The rules of policies, those of a kind together. */
async function rulesOf(db: Connection, policies: readonly string[]): Promise<QosRule[]> {
  if (policies.length === 0) return [];
  const found = await Promise.all(
    ruleTypes.map(async (type) => {
      const rows = await sql<Item>`select * from ${sql.table(ruleTable(type))}
        where qos_policy_id in (${sql.join(policies)}) order by id`.execute(db);
      return rows.rows.map((row) => presentRule(type, row));
    }),
  );
  return found.flat();
}

/** A rule with its keys in Neutron's order. */
export const presentRule = (type: QosRuleType, row: Item): QosRule => ({
  ...Object.fromEntries(qosParameters[type].map((name) => [name, row[name]])),
  id: row.id as string,
  qos_policy_id: row.qos_policy_id as string,
  type,
});

/** Policies with their rules; `shared` is meant for the project that asks. */
export const loadPolicies = (
  db: Connection,
  rows: readonly PolicyRow[],
  projectId: string,
): Promise<QosPolicy[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    const [rules, shared, tags] = await Promise.all([
      rulesOf(db, ids),
      sharedOf(db, 'qospolicyrbacs', ids, projectId),
      tagsOf(
        db,
        chunk.map((row) => row.standard_attr_id),
      ),
    ]);
    const rulesBy = Map.groupBy(rules, ({ qos_policy_id }) => qos_policy_id);
    return chunk.map((row) => ({
      id: row.id,
      project_id: row.project_id ?? '',
      name: row.name,
      shared: shared.has(row.id),
      rules: rulesBy.get(row.id) ?? [],
      is_default: row.default_id !== null,
      description: row.description,
      ...presentTimes(row),
      tenant_id: row.project_id ?? '',
      tags: tags.get(row.standard_attr_id) ?? [],
    }));
  });

/** A policy with its row, for those who change it. */
export interface FoundPolicy {
  readonly row: PolicyRow;
  readonly policy: QosPolicy;
}

/** One policy that the caller may use; undefined when there is none. */
export async function lookPolicy(
  db: Connection,
  context: Pick<RequestContext, 'isAdmin' | 'projectId'>,
  id: string,
): Promise<FoundPolicy | undefined> {
  const rows = await policyQuery(db)
    .where('qos_policies.id', '=', id)
    .where(visiblePolicies(context))
    .execute();
  const [policy] = await loadPolicies(db, rows, context.projectId);
  return policy && { row: rows[0]!, policy };
}

/** One policy that the caller may use. @throws QosPolicyNotFound */
export async function findPolicy(...asked: Parameters<typeof lookPolicy>): Promise<FoundPolicy> {
  const found = await lookPolicy(...asked);
  if (found === undefined) throw fault('QosPolicyNotFound', { policy_id: asked[2] });
  return found;
}
