import { fault } from '../../errors/index.ts';
import { isRouterOrSnatPort } from '../../ipam/requests.ts';
import type { Item, RequestContext, Tx } from '../service.ts';

/** Throws DeviceIDNotOwnedByTenant when a project makes a router's port for a router that is not its own. */
export async function checkDevices(tx: Tx, context: RequestContext, ports: readonly Item[]): Promise<void> {
  if (context.isAdmin) return;
  const ids = ports.flatMap(({ device_owner, device_id }) =>
    isRouterOrSnatPort((device_owner ?? '') as string) && device_id ? [device_id as string] : [],
  );
  if (ids.length === 0) return;
  const own = await tx
    .selectFrom('routers')
    .select('id')
    .where('id', 'in', ids)
    .where('project_id', '=', context.projectId)
    .execute();
  const foreign = ids.find((id) => !own.some((router) => router.id === id));
  if (foreign !== undefined) throw fault('DeviceIDNotOwnedByTenant', { device_id: foreign });
}
