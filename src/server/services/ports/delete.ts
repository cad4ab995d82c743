import { fault } from '../../errors/index.ts';
import { releaseAddresses } from '../../ipam/allocate.ts';
import type { Tx } from '../service.ts';
import type { Port } from './rows.ts';

const ROUTER_OWNERS = [
  'network:router_interface',
  'network:router_interface_distributed',
  'network:ha_router_replicated_interface',
  'network:router_ha_interface',
  'network:router_centralized_snat',
  'network:router_gateway',
  'network:floatingip_agent_gateway',
];

/** Throws ServicePortInUse for a port that belongs to a router or floating IP which exists. */
export async function checkNotOwned(tx: Tx, port: Port): Promise<void> {
  const floating = port.device_owner === 'network:floatingip';
  if (!floating && !ROUTER_OWNERS.includes(port.device_owner)) return;
  if (port.fixed_ips.length === 0) return;
  const owner = floating
    ? await tx
        .selectFrom('floatingips')
        .select('id')
        .where('floating_port_id', '=', port.id)
        .executeTakeFirst()
    : await tx.selectFrom('routers').select('id').where('id', '=', port.device_id).executeTakeFirst();
  if (owner === undefined) return;
  throw fault('ServicePortInUse', { port_id: port.id, reason: `has device owner ${port.device_owner}` });
}

/** Removes ports with all that hangs on them. */
export async function removePorts(tx: Tx, ports: readonly Port[]): Promise<void> {
  await releaseAddresses(
    tx,
    ports.flatMap((port) => port.fixed_ips),
  );
  await tx
    .deleteFrom('standardattributes')
    .where(
      'id',
      'in',
      ports.map((port) => port.standard_attr_id),
    )
    .execute();
}
