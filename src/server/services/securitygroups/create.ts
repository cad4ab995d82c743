import { randomUUID } from 'node:crypto';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate, isForeignKeyViolation } from '../../db/errors.ts';
import type { Item, Tx } from '../service.ts';
import { createManyStandardAttributes } from '../standardAttributes.ts';
import { DEFAULT_NAME, type NewGroup, type RuleItem, type Templates } from './templates.ts';

/** Writes rules; returns their ids in order. */
export async function insertRules(
  tx: Tx,
  rules: readonly RuleItem[],
  attributes: readonly number[],
): Promise<string[]> {
  const values = rules.map((rule, at) => ({
    id: randomUUID(),
    project_id: rule.tenant_id,
    security_group_id: rule.security_group_id,
    remote_group_id: (rule.remote_group_id ?? null) as string | null,
    remote_address_group_id: (rule.remote_address_group_id ?? null) as string | null,
    direction: rule.direction as string,
    ethertype: rule.ethertype as string,
    protocol: (rule.protocol ?? null) as string | null,
    port_range_min: (rule.port_range_min ?? null) as number | null,
    port_range_max: (rule.port_range_max ?? null) as number | null,
    remote_ip_prefix: (rule.remote_ip_prefix ?? null) as string | null,
    standard_attr_id: attributes[at]!,
  }));
  try {
    await tx.insertInto('securitygrouprules').values(values).execute();
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new RetryTransaction('a group that was there is deleted');
    throw error;
  }
  return values.map(({ id }) => id);
}

const ETHERTYPES = ['IPv4', 'IPv6'] as const;

/** The rules a group starts with: everything out, and in a default group everything in from its own members. */
const initialRules = (group: NewGroup): RuleItem[] =>
  ETHERTYPES.flatMap((ethertype) => {
    const rule = { security_group_id: group.id, tenant_id: group.tenant_id, ethertype };
    return [
      ...(group.name === DEFAULT_NAME ? [{ ...rule, direction: 'ingress', remote_group_id: group.id }] : []),
      { ...rule, direction: 'egress' },
    ];
  });

/** Writes groups with their initial rules; returns their ids in order. */
export async function insertGroups(tx: Tx, items: readonly Item[], templates?: Templates): Promise<string[]> {
  const groups = items.map((item) => ({
    id: randomUUID(),
    tenant_id: item.tenant_id as string,
    name: (item.name ?? '') as string,
    stateful: item.stateful === false ? 0 : 1,
    description: item.description ?? '',
  }));
  const rules = groups.flatMap((await templates?.(tx)) ?? initialRules);
  const attributes = await createManyStandardAttributes(tx, [
    ...groups.map(({ description }) => ({ resource: 'securitygroups' as const, description, revision: 1 })),
    ...rules.map(() => ({ resource: 'securitygrouprules' as const })),
  ]);
  await tx
    .insertInto('securitygroups')
    .values(
      groups.map(({ id, tenant_id, name, stateful }, at) => ({
        id,
        project_id: tenant_id,
        name,
        stateful,
        standard_attr_id: attributes[at]!,
      })),
    )
    .execute();
  await insertRules(tx, rules, attributes.slice(groups.length));
  return groups.map(({ id }) => id);
}

/** The default groups of projects, of those that have one. */
export const defaultGroupQuery = (tx: Tx, projectIds: readonly string[]) =>
  tx.selectFrom('default_security_group').selectAll().where('project_id', 'in', projectIds);

/** Makes the default groups of projects that have none; another server may be doing the same. */
export async function insertDefaultGroups(
  tx: Tx,
  projectIds: readonly string[],
  templates?: Templates,
): Promise<string[]> {
  const ids = await insertGroups(
    tx,
    projectIds.map((tenant_id) => ({
      tenant_id,
      name: DEFAULT_NAME,
      description: 'Default security group',
    })),
    templates,
  );
  try {
    await tx
      .insertInto('default_security_group')
      .values(projectIds.map((project_id, at) => ({ project_id, security_group_id: ids[at]! })))
      .execute();
  } catch (error) {
    if (isDuplicate(error)) throw new RetryTransaction('the default security group was just made');
    throw error;
  }
  return ids;
}
