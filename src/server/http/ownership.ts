import type { ResourceDefinition } from '../../resources/index.ts';
import { fault } from '../errors/index.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import type { ApiContext } from './context.ts';
import type { Services } from './registry.ts';

/**
 * Ports and subnets may be made on one's own networks and on shared ones, whatever policy says.
 *
 * @throws HTTPForbidden (403), or the network's NotFound
 */
export async function requireOwnNetwork(
  definition: ResourceDefinition,
  services: Services,
  access: Access,
  context: ApiContext,
  body: Item,
): Promise<void> {
  if (definition.name !== 'port' && definition.name !== 'subnet') return;
  if (context.isAdmin || access.bound(context, 'context_is_advsvc') === true || !services.network) return;
  const network = await services.network.get(context, String(body.network_id));
  if (network.shared === true || network.tenant_id === body.tenant_id) return;
  throw fault('HTTPForbidden', {
    message: `Tenant ${body.tenant_id} not allowed to create ${definition.name} on this network`,
  });
}
