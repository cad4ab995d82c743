import {
  FLOATING_IP,
  FLOATING_IP_AGENT_GATEWAY,
  HA_INTERFACE,
  ROUTER_GATEWAY,
  ROUTER_INTERFACES,
  SNAT_INTERFACE,
} from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import { releaseAddresses } from '../../ipam/allocate.ts';
import type { Tx } from '../service.ts';
import type { Port } from './rows.ts';

const ROUTER_OWNERS = [
  ...ROUTER_INTERFACES,
  HA_INTERFACE,
  SNAT_INTERFACE,
  ROUTER_GATEWAY,
  FLOATING_IP_AGENT_GATEWAY,
];

/** Throws ServicePortInUse for a port that belongs to a router or floating IP which exists. */
export async function checkNotOwned(tx: Tx, port: Port): Promise<void> {
  const floating = port.device_owner === FLOATING_IP;
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
