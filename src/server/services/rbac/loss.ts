import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
import { lossOfExternal } from './external.ts';
import type { ObjectType } from './objectTypes.ts';
import type { PolicyRow } from './rows.ts';

/** Other projects that the object is shared with, '*' for all. */
async function otherTargets(
  tx: Tx,
  { policies }: ObjectType,
  { id, object_id }: PolicyRow,
): Promise<string[]> {
  const rows = await tx
    .selectFrom(policies)
    .select('target_project')
    .where('object_id', '=', object_id)
    .where('action', '=', 'access_as_shared')
    .where('id', '!=', id)
    .execute();
  return rows.map(({ target_project }) => target_project);
}

function inUse({ name }: ObjectType, { object_id, target_project }: PolicyRow): Error {
  if (name === 'network') return fault('InvalidSharedSetting', { network: object_id });
  return fault('RbacPolicyInUse', { object_id, details: `project_id=${target_project}` });
}

/**
 * Why the target of a policy may not be another one (`next`) or none: undefined when nobody would lose what it uses.
 * @param owner the project of the object
 */
export async function lossOf(
  tx: Tx,
  type: ObjectType,
  policy: PolicyRow,
  owner: string | null,
  next: string | undefined,
): Promise<Error | undefined> {
  if (policy.action === 'access_as_external') return lossOfExternal(tx, policy, next);
  const target = policy.target_project;
  const isNetwork = type.name === 'network';
  if (target === owner || (next === '*' && !isNetwork)) return undefined;
  const others = await otherTargets(tx, type, policy);
  if (target !== '*' && others.includes('*')) return undefined;
  const allowed = new Set<string | null>(isNetwork ? [...others, owner] : others);
  const users = (await type.users(tx, policy.object_id)).map(({ project_id }) => project_id);
  const loses = target === '*' ? users.some((user) => !allowed.has(user)) : users.includes(target);
  return loses ? inUse(type, policy) : undefined;
}
