import { randomUUID } from 'node:crypto';
import type { ExpressionBuilder } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
import type { Access } from '../shares.ts';

/** Lets every project use the networks: rows as the rbac API would make them. */
export async function grantToAll(
  tx: Tx,
  grants: readonly { readonly network: string; readonly projectId: string; readonly action: Access }[],
): Promise<void> {
  if (grants.length === 0) return;
  await tx
    .insertInto('networkrbacs')
    .values(
      grants.map(({ network, projectId, action }) => ({
        id: randomUUID(),
        object_id: network,
        project_id: projectId,
        target_project: '*',
        action,
      })),
    )
    .execute();
}

const policies = (network: string, action: Access) => (eb: ExpressionBuilder<Database, 'networkrbacs'>) =>
  eb.and([eb('object_id', '=', network), eb('action', '=', action)]);

export async function isGrantedToAll(tx: Tx, network: string, action: Access): Promise<boolean> {
  const row = await tx
    .selectFrom('networkrbacs')
    .select('id')
    .where(policies(network, action))
    .where('target_project', '=', '*')
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes a right on a network back from `target`, or from everybody who has it. */
export async function revoke(tx: Tx, network: string, action: Access, target?: '*'): Promise<void> {
  const all = tx.deleteFrom('networkrbacs').where(policies(network, action));
  await (target === undefined ? all : all.where('target_project', '=', target)).execute();
}

/** Throws InvalidSharedSetting when a project that only the policy for all lets in has ports or subnets on the network. */
export async function checkUnused(
  tx: Tx,
  { id, name, project_id }: { id: string; name: string | null; project_id: string | null },
): Promise<void> {
  const allowed = await tx
    .selectFrom('networkrbacs')
    .select('target_project')
    .where(policies(id, 'access_as_shared'))
    .execute();
  const projects = [project_id ?? '', ...allowed.map(({ target_project }) => target_project)];
  const port = await tx
    .selectFrom('ports')
    .select('id')
    .where('network_id', '=', id)
    .where('project_id', 'not in', projects)
    .where('device_owner', 'not like', 'network:%')
    .limit(1)
    .executeTakeFirst();
  const subnet =
    port ??
    (await tx
      .selectFrom('subnets')
      .select('id')
      .where('network_id', '=', id)
      .where('project_id', 'not in', projects)
      .limit(1)
      .executeTakeFirst());
  if (subnet !== undefined) throw fault('InvalidSharedSetting', { network: name });
}
