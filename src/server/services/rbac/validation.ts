import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
import type { ObjectType } from './objectTypes.ts';
import type { PolicyRow } from './rows.ts';

/** Throws InvalidActionForType for an action that objects of the type do not know. */
export function checkAction({ name, actions }: ObjectType, action: string): void {
  if (actions.some((known) => known === action)) return;
  const quoted = actions.map((known) => `'${known}'`);
  const valid_actions = quoted.length === 1 ? `(${quoted[0]},)` : `(${quoted.join(', ')})`;
  throw fault('InvalidActionForType', { action, object_type: name, valid_actions });
}

/** Why a subnet pool cannot be shared: who may use the pool must be able to use its address scope. */
export async function checkScope(
  tx: Tx,
  { name }: ObjectType,
  { object_id, target_project }: Pick<PolicyRow, 'object_id' | 'target_project'>,
): Promise<Error | undefined> {
  if (name !== 'subnetpool') return undefined;
  const { address_scope_id: scope } = await tx
    .selectFrom('subnetpools')
    .select('address_scope_id')
    .where('id', '=', object_id)
    .executeTakeFirstOrThrow();
  if (scope === null) return undefined;
  const shared = await tx
    .selectFrom('addressscoperbacs')
    .select('id')
    .where('object_id', '=', scope)
    .where('target_project', 'in', ['*', target_project])
    .executeTakeFirst();
  if (shared) return undefined;
  const reason = "target project doesn't have access to associated address scope.";
  return fault('RbacPolicyInitError', { object_id, reason });
}
