import { randomUUID } from 'node:crypto';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';

export type Access = 'access_as_shared' | 'access_as_external';

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

export const revokeFromAll = (tx: Tx, network: string, action: Access) =>
  tx
    .deleteFrom('networkrbacs')
    .where('object_id', '=', network)
    .where('action', '=', action)
    .where('target_project', '=', '*')
    .execute();

/** Throws InvalidSharedSetting when a project other than the owner has ports or subnets on the network. */
export async function checkUnused(
  tx: Tx,
  { id, name, project_id }: { id: string; name: string | null; project_id: string | null },
): Promise<void> {
  const port = await tx
    .selectFrom('ports')
    .select('id')
    .where('network_id', '=', id)
    .where('project_id', '!=', project_id)
    .where('project_id', '!=', '')
    .where('device_owner', 'not in', ['network:router_gateway', 'network:floatingip', 'network:dhcp'])
    .limit(1)
    .executeTakeFirst();
  const subnet =
    port ??
    (await tx
      .selectFrom('subnets')
      .select('id')
      .where('network_id', '=', id)
      .where('project_id', '!=', project_id)
      .limit(1)
      .executeTakeFirst());
  if (subnet !== undefined) throw fault('InvalidSharedSetting', { network: name });
}
