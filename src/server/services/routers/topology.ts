import { overlaps, parseCidr } from '../../../net/cidr.ts';
import { fault } from '../../errors/index.ts';
import type { Item, Tx } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';

export const badRouter = (msg: string) => fault('BadRequest', { resource: 'router', msg });

/** One address of one of a router's ports, with the subnet it is of. */
export interface RouterAddress {
  readonly port_id: string;
  readonly port_type: string | null;
  readonly network_id: string;
  readonly subnet_id: string;
  readonly ip_address: string;
  readonly cidr: string;
  readonly ip_version: number;
}

/** All addresses of all ports of a router, its gateway included. */
export const routerAddresses = (tx: Tx, routerId: string): Promise<RouterAddress[]> =>
  tx
    .selectFrom('routerports')
    .innerJoin('ports', 'ports.id', 'routerports.port_id')
    .innerJoin('ipallocations', 'ipallocations.port_id', 'routerports.port_id')
    .innerJoin('subnets', 'subnets.id', 'ipallocations.subnet_id')
    .select([
      'routerports.port_id',
      'routerports.port_type',
      'ports.network_id',
      'ipallocations.subnet_id',
      'ipallocations.ip_address',
      'subnets.cidr',
      'subnets.ip_version',
    ])
    .where('routerports.router_id', '=', routerId)
    .orderBy('routerports.port_id')
    .execute();

/**
 * Waits for whoever else changes this router and keeps others out until the commit. What is read afterwards is
 * current.
 */
export async function lockRouter(tx: Tx, routerId: string): Promise<void> {
  await tx
    .updateTable('routers')
    .set((e) => ({ status: e.ref('status') }))
    .where('id', '=', routerId)
    .execute();
}

/** A router has one port on a subnet, and no two subnets that overlap behind it. */
export function checkNoOverlap(
  present: readonly RouterAddress[],
  subnets: readonly Item[],
  gatewayOwner: string,
): void {
  for (const { subnet_id } of present) {
    if (subnets.some(({ id }) => id === subnet_id))
      throw badRouter(`Router already has a port on subnet ${subnet_id}`);
  }
  const inside = present.filter(({ port_type }) => port_type !== gatewayOwner);
  for (const subnet of subnets) {
    const block = parseCidr(subnet.cidr as string);
    const other = inside.find(({ cidr }) => {
      const known = parseCidr(cidr);
      return block !== undefined && known !== undefined && overlaps(block, known);
    });
    if (other) {
      throw badRouter(
        `Cidr ${subnet.cidr} of subnet ${subnet.id} overlaps with cidr ${other.cidr} of subnet ${other.subnet_id}`,
      );
    }
  }
}

/** Counts a change of a router. */
export async function countRevision(tx: Tx, routerId: string): Promise<void> {
  const { standard_attr_id } = await tx
    .selectFrom('routers')
    .select('standard_attr_id')
    .where('id', '=', routerId)
    .executeTakeFirstOrThrow();
  await bumpRevision(tx, [standard_attr_id]);
}
