import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Shape } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import type { Access } from '../shares.ts';
import { objectTypes } from './objectTypes.ts';

export interface PolicyRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly object_type: string;
  readonly object_id: string;
  readonly action: Access;
  readonly target_project: string;
}

/** The policies of all types of objects as one table. */
export const policyQuery = (db: Kysely<Database>) => {
  const parts = objectTypes.map(
    ({ name, policies }) =>
      sql`select id, project_id, object_id, action, target_project, ${sql.lit(name)} as object_type
        from ${sql.table(policies)}`,
  );
  return db.selectFrom(sql<PolicyRow>`(${sql.join(parts, sql` union all `)})`.as('policies')).selectAll();
};

/** What a project may see of policies: those that it made. */
export const visiblePolicies = ({ isAdmin, projectId }: RequestContext) =>
  isAdmin ? sql<boolean>`1 = 1` : sql<boolean>`policies.project_id = ${projectId}`;

const names = ['id', 'project_id', 'object_id', 'object_type', 'action'];

export const policyShape: Shape = {
  columns: {
    ...Object.fromEntries(names.map((name) => [name, `policies.${name}`])),
    tenant_id: 'policies.project_id',
    target_tenant: 'policies.target_project',
  },
  id: 'policies.id',
  missing: (id) => fault('RbacPolicyNotFound', { object_type: 'unknown', id }),
};

/** A policy as the API shows it. */
export const presentPolicy = (row: PolicyRow): Item => ({
  id: row.id,
  project_id: row.project_id,
  action: row.action,
  object_id: row.object_id,
  target_tenant: row.target_project,
  object_type: row.object_type,
  tenant_id: row.project_id,
});
