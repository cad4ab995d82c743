import type { Kysely } from 'kysely';
import type { ServerContext } from '../../context.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { visibleAddressGroups } from '../addressGroups/rows.ts';
import { inChunks } from '../chunks.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import { listRows } from '../listing.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { Item, RequestContext, ResourceService, Tx } from '../service.ts';
import { bumpRevision, createManyStandardAttributes, tagsOf } from '../standardAttributes.ts';
import { transact } from '../work.ts';
import { insertRules } from './create.ts';
import { rulesUpdated, type SecurityGroupService } from './index.ts';
import { presentRule, type RuleRow, ruleQuery, ruleShape, visibleGroups, visibleRules } from './rows.ts';
import { canonicalRule, checkRule, ruleKey } from './validation.ts';

/** Locks the group of new rules, so that of two equal rules made at once the second is refused. */
async function lockGroup(tx: Tx, context: RequestContext, id: string): Promise<{ standard_attr_id: number }> {
  const group = await tx
    .selectFrom('securitygroups')
    .select('standard_attr_id')
    .where('id', '=', id)
    .where(visibleGroups(context))
    .forUpdate()
    .executeTakeFirst();
  if (group === undefined) throw fault('SecurityGroupNotFound', { id });
  return group;
}

async function checkRemoteGroups(tx: Tx, context: RequestContext, rules: readonly Item[]): Promise<void> {
  const wanted = [...new Set(rules.flatMap(({ remote_group_id: id }) => (id ? [id as string] : [])))];
  if (wanted.length === 0) return;
  const found = await tx
    .selectFrom('securitygroups')
    .select('id')
    .where('id', 'in', wanted)
    .where(visibleGroups(context))
    .execute();
  const missing = wanted.find((id) => !found.some((group) => group.id === id));
  if (missing !== undefined) throw fault('SecurityGroupNotFound', { id: missing });
}

async function checkAddressGroups(tx: Tx, context: RequestContext, rules: readonly Item[]): Promise<void> {
  const wanted = [...new Set(rules.flatMap(({ remote_address_group_id: id }) => (id ? [id as string] : [])))];
  if (wanted.length === 0) return;
  const found = await tx
    .selectFrom('address_groups')
    .select('id')
    .where('id', 'in', wanted)
    .where(visibleAddressGroups(context))
    .execute();
  const missing = wanted.find((id) => !found.some((group) => group.id === id));
  if (missing !== undefined) throw fault('AddressGroupNotFound', { address_group_id: missing });
}

async function checkNew(tx: Tx, group: string, rules: readonly Item[]): Promise<void> {
  const asked = new Set(rules.map(ruleKey));
  if (asked.size < rules.length) throw fault('DuplicateSecurityGroupRuleInPost');
  const existing = await tx
    .selectFrom('securitygrouprules')
    .selectAll()
    .where('security_group_id', '=', group)
    .execute();
  const same = existing.find((rule) => asked.has(ruleKey(rule)));
  if (same !== undefined) throw fault('SecurityGroupRuleExists', { rule_id: same.id });
}

export function createSecurityGroupRuleService(
  server: ServerContext,
  quotas: QuotaCheck,
  groups: Pick<SecurityGroupService, 'ensureListed'>,
): ResourceService {
  const life = lifecycle(server.hooks, 'security_group_rule');
  const { db, outbox } = server;

  const present = (connection: Kysely<Database>, rows: readonly RuleRow[]): Promise<Item[]> =>
    inChunks(rows, async (chunk) => {
      const tags = await tagsOf(
        connection,
        chunk.map((row) => row.standard_attr_id),
      );
      return chunk.map((row) => presentRule(row, tags.get(row.standard_attr_id)));
    });

  async function find(connection: Kysely<Database>, context: RequestContext, id: string): Promise<Item> {
    const row = await ruleQuery(connection)
      .where('securitygrouprules.id', '=', id)
      .where(visibleRules(context))
      .executeTakeFirst();
    if (row !== undefined) return (await present(connection, [row]))[0]!;
    const hidden = await connection
      .selectFrom('securitygrouprules')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    throw hidden === undefined ? fault('SecurityGroupRuleNotFound', { id }) : fault('HTTPNotFound');
  }

  return {
    async list(context, query) {
      await groups.ensureListed(context, query.filters);
      const rows = await listRows(ruleQuery(db.kysely).where(visibleRules(context)), ruleShape, query);
      return present(db.kysely, rows);
    },
    get: (context, id) => find(db.kysely, context, id),
    create: (context, items) =>
      transact(server, context, async (work) => {
        const { tx } = work;
        const named = new Set(items.map((item) => item.security_group_id as string));
        if (named.size > 1) throw fault('SecurityGroupNotSingleGroupRules');
        const projects = new Set(items.map((item) => item.tenant_id as string));
        if (projects.size > 1) throw fault('SecurityGroupRulesNotSingleTenant');
        const [group] = named as Set<string>;
        const [project] = projects as Set<string>;
        const rules = items.map(canonicalRule) as (Item & { security_group_id: string; tenant_id: string })[];
        for (const rule of rules) checkRule(rule);
        await checkRemoteGroups(tx, context, rules);
        await checkAddressGroups(tx, context, rules);
        const { standard_attr_id } = await lockGroup(tx, context, group!);
        await checkNew(tx, group!, rules);
        quotas.check(tx, 'security_group_rule', project!);
        const attributes = await createManyStandardAttributes(
          tx,
          rules.map((rule) => ({
            resource: 'securitygrouprules' as const,
            description: rule.description ?? '',
          })),
        );
        const ids = await insertRules(tx, rules, attributes);
        await bumpRevision(tx, [standard_attr_id]);
        const rows = await ruleQuery(tx).where('securitygrouprules.id', 'in', ids).execute();
        const created = ids.map((id) => presentRule(rows.find((row) => row.id === id)!));
        await outbox.add(tx, rulesUpdated(context, [group!]));
        await life.created(work, created);
        return created;
      }),
    update: (context, id, changes) =>
      transact(server, context, async (work) => {
        const before = await find(work.tx, context, id);
        await checkRevision(work, before);
        if (Object.keys(changes).length === 0) return before;
        await bumpRevision(
          work.tx,
          [before.standard_attr_id as number],
          changes.description as string | undefined,
        );
        const after = await find(work.tx, context, id);
        await life.updated(work, before, after);
        return after;
      }),
    delete: (context, id) =>
      transact(server, context, async (work) => {
        const { tx } = work;
        const rule = await find(tx, context, id);
        await checkRevision(work, rule);
        const group = rule.security_group_id as string;
        await life.deleted(work, rule);
        const attributes = await tx
          .selectFrom('securitygroups')
          .select('standard_attr_id')
          .where('id', '=', group)
          .executeTakeFirstOrThrow();
        await tx
          .deleteFrom('standardattributes')
          .where('id', '=', rule.standard_attr_id as number)
          .execute();
        await bumpRevision(tx, [attributes.standard_attr_id]);
        await outbox.add(tx, rulesUpdated(context, [group]));
      }),
  };
}
