import type { Kysely } from 'kysely';
import { message } from '../../../rpc/interface.ts';
import { securityGroupUpdate } from '../../../rpc/l2agent.ts';
import type { ServerContext } from '../../context.ts';
import { askAlong } from '../../db/deferred.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import { listRows } from '../listing.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { Item, ListQuery, RequestContext, ResourceService, Tx } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { defaultGroupQuery, insertDefaultGroups, insertGroups } from './create.ts';
import { groupQuery, groupShape, loadGroups, visibleGroups } from './rows.ts';
import { createTemplates, DEFAULT_NAME } from './templates.ts';

/** Groups whose rules go with the group that they let in have changed. */
async function countLostRules(tx: Tx, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return;
  const rows = await tx
    .selectFrom('securitygroups')
    .select('standard_attr_id')
    .where('id', 'in', groups)
    .execute();
  await bumpRevision(
    tx,
    rows.map(({ standard_attr_id }) => standard_attr_id),
  );
}

/** Ids of default groups by project. */
export type DefaultGroups = ReadonlyMap<string, string>;

export interface SecurityGroupService extends ResourceService {
  /** The default group of each project, made when there is none yet. */
  ensureDefaults(work: Work, projectIds: readonly string[]): Promise<DefaultGroups>;
  /** Asks for default groups along with the transaction's next statement; then they are there, or made where `needed`. */
  askDefaults(
    work: Work,
    projectIds: readonly string[],
  ): Promise<(needed: readonly string[]) => Promise<DefaultGroups>>;
  ensureListed(context: RequestContext, filters: ListQuery['filters']): Promise<void>;
  listIn(db: Kysely<Database>, filters: Record<string, readonly unknown[]>): Promise<Item[]>;
}

/** Tells agents that rules of groups changed. */
export const rulesUpdated = (context: RequestContext, security_groups: string[]) => ({
  ...message(securityGroupUpdate, 'security_groups_rule_updated', { security_groups }, { fanout: true }),
  context: context.rpc,
});

export function createSecurityGroupService(server: ServerContext, quotas: QuotaCheck): SecurityGroupService {
  const life = lifecycle(server.hooks, 'security_group');
  const { db } = server;
  const templates = createTemplates(db.dialect);

  async function find(connection: Kysely<Database>, context: RequestContext, id: string) {
    const rows = await groupQuery(connection)
      .where('securitygroups.id', '=', id)
      .where(visibleGroups(context))
      .execute();
    const [item] = await loadGroups(connection, rows, context.projectId);
    if (item === undefined) throw fault('SecurityGroupNotFound', { id });
    return { row: rows[0]!, item };
  }

  const listIn: SecurityGroupService['listIn'] = async (connection, filters) => {
    const rows = await listRows(groupQuery(connection), groupShape({ projectId: '' }), {
      filters,
      sorts: [],
    });
    return loadGroups(connection, rows, '');
  };

  async function inOrder(work: Work, ids: readonly string[]): Promise<Item[]> {
    const items = await listIn(work.tx, { id: ids });
    const byId = new Map(items.map((item) => [item.id, item]));
    return ids.map((id) => byId.get(id)!);
  }

  /** The default groups that are there, and those of the other projects, which it makes. */
  async function complete(
    work: Work,
    projectIds: readonly string[],
    rows: readonly { readonly project_id: string; readonly security_group_id: string }[],
  ): Promise<DefaultGroups> {
    const known = new Map(rows.map(({ project_id, security_group_id }) => [project_id, security_group_id]));
    const missing = projectIds.filter((id) => id !== '' && !known.has(id));
    if (missing.length === 0) return known;
    for (const project of missing) quotas.check(work.tx, 'security_group_rule', project);
    const ids = await insertDefaultGroups(work.tx, missing, templates);
    await life.created(work, await inOrder(work, ids));
    for (const [at, projectId] of missing.entries()) known.set(projectId, ids[at]!);
    return known;
  }

  const ensureDefaults: SecurityGroupService['ensureDefaults'] = async (work, projectIds) =>
    complete(work, projectIds, await defaultGroupQuery(work.tx, projectIds).execute());

  /** Who looks at the groups of a project, or their rules, finds its default group; others' only an administrator. */
  const ensureListed: SecurityGroupService['ensureListed'] = async (context, filters) => {
    const project = String(filters.tenant_id?.[0] ?? context.projectId);
    if (project === '' || (project !== context.projectId && !context.isAdmin)) return;
    const row = await db.kysely
      .selectFrom('default_security_group')
      .select('project_id')
      .where('project_id', '=', project)
      .executeTakeFirst();
    if (row === undefined) await transact(server, context, (work) => ensureDefaults(work, [project]));
  };

  async function checkUnused(tx: Tx, id: string): Promise<void> {
    const port = await tx
      .selectFrom('securitygroupportbindings')
      .select('port_id')
      .where('security_group_id', '=', id)
      .limit(1)
      .executeTakeFirst();
    if (port !== undefined) throw fault('SecurityGroupInUse', { id, reason: 'in use' });
  }

  return {
    ensureDefaults,
    async askDefaults(work, projectIds) {
      if (projectIds.length === 0) return async () => new Map();
      const rows = await askAlong(work.tx, defaultGroupQuery(work.tx, projectIds));
      return (needed) => complete(work, needed, rows());
    },
    ensureListed,
    listIn,
    async list(context, query) {
      await ensureListed(context, query.filters);
      const rows = await listRows(
        groupQuery(db.kysely).where(visibleGroups(context)),
        groupShape(context),
        query,
      );
      return loadGroups(db.kysely, rows, context.projectId);
    },
    get: async (context, id) => (await find(db.kysely, context, id)).item,
    create: (context, items) =>
      transact(server, context, async (work) => {
        const projects = new Set(items.map((item) => item.tenant_id as string));
        if (items.some((item) => item.name === DEFAULT_NAME))
          throw fault('SecurityGroupDefaultAlreadyExists');
        await ensureDefaults(work, [...projects]);
        for (const project of projects) {
          quotas.check(work.tx, 'security_group', project);
          quotas.check(work.tx, 'security_group_rule', project);
        }
        const created = await inOrder(work, await insertGroups(work.tx, items, templates));
        await life.created(work, created);
        return created;
      }),
    update: (context, id, changes) =>
      transact(server, context, async (work) => {
        const { tx } = work;
        const { row, item: before } = await find(tx, context, id);
        await checkRevision(work, row);
        if (Object.keys(changes).length === 0) return before;
        if (row.name === DEFAULT_NAME && 'name' in changes && changes.name !== DEFAULT_NAME) {
          throw fault('SecurityGroupCannotUpdateDefault');
        }
        if ('stateful' in changes && changes.stateful !== before.stateful) await checkUnused(tx, id);
        const columns = {
          ...('name' in changes ? { name: changes.name as string } : {}),
          ...('stateful' in changes ? { stateful: changes.stateful ? 1 : 0 } : {}),
        };
        if (Object.keys(columns).length > 0) {
          await tx.updateTable('securitygroups').set(columns).where('id', '=', id).execute();
        }
        await bumpRevision(tx, [row.standard_attr_id], changes.description as string | undefined);
        const { item } = await find(tx, context, id);
        await life.updated(work, before, item);
        return item;
      }),
    delete: (context, id) =>
      transact(server, context, async (work) => {
        const { tx } = work;
        // Who adds a rule meanwhile waits here, and then finds the group gone.
        await tx.selectFrom('securitygroups').select('id').where('id', '=', id).forUpdate().execute();
        const { row, item } = await find(tx, context, id);
        await checkRevision(work, row);
        await checkUnused(tx, id);
        if (row.name === DEFAULT_NAME && !context.isAdmin) throw fault('SecurityGroupCannotRemoveDefault');
        await life.deleted(work, item);
        const rules = await tx
          .selectFrom('securitygrouprules')
          .select(['standard_attr_id', 'security_group_id'])
          .where((e) => e.or([e('security_group_id', '=', id), e('remote_group_id', '=', id)]))
          .execute();
        await countLostRules(
          tx,
          rules.map((rule) => rule.security_group_id).filter((group) => group !== id),
        );
        await tx
          .deleteFrom('standardattributes')
          .where('id', 'in', [row.standard_attr_id, ...rules.map((rule) => rule.standard_attr_id)])
          .execute();
      }),
  };
}
