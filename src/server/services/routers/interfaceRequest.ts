import { pythonText } from '../../../resources/pythonText.ts';
import type { Item } from '../service.ts';
import { badRouter } from './topology.ts';

/** The body of add_router_interface and remove_router_interface. */
export interface InterfaceRequest {
  readonly subnet_id?: string;
  readonly port_id?: string;
}

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** Checks the form of the body; removal may name both, and then they must belong together. */
export function interfaceRequest(body: Item | null | undefined, forRemoval: boolean): InterfaceRequest {
  const { subnet_id, port_id } = body ?? {};
  if (!subnet_id && !port_id) throw badRouter('Either subnet_id or port_id must be specified');
  for (const id of [port_id, subnet_id]) {
    if (id && !(typeof id === 'string' && UUID.test(id)))
      throw badRouter(`'${pythonText(id)}' is not a valid UUID`);
  }
  if (subnet_id && port_id && !forRemoval) throw badRouter('Cannot specify both subnet-id and port-id');
  return {
    ...(subnet_id ? { subnet_id: String(subnet_id) } : {}),
    ...(port_id ? { port_id: String(port_id) } : {}),
  };
}

/** What either action answers. */
export const interfaceReply = (routerId: string, port: Item, subnetIds: readonly string[]): Item => ({
  id: routerId,
  tenant_id: port.tenant_id,
  port_id: port.id,
  network_id: port.network_id,
  subnet_id: subnetIds[0],
  subnet_ids: subnetIds,
});
