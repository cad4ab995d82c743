import { cidrContains } from '../../../net/cidr.ts';
import { ROUTER_INTERFACES } from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import { fixedIpsOf } from '../neighbours.ts';
import type { Item } from '../service.ts';
import type { Work } from '../work.ts';
import { type InterfaceRequest, interfaceReply } from './interfaceRequest.ts';
import type { L3Parts } from './parts.ts';
import type { RouterRow } from './rows.ts';
import { type RouterAddress, routerAddresses } from './topology.ts';

/** A subnet may leave the router only when no floating IP and no route goes through it. */
async function checkUnused(work: Work, routerId: string, subnet: RouterAddress): Promise<void> {
  const floating = await work.tx
    .selectFrom('floatingips')
    .select('fixed_ip_address')
    .where('router_id', '=', routerId)
    .execute();
  const arguments_ = { router_id: routerId, subnet_id: subnet.subnet_id };
  if (
    floating.some(({ fixed_ip_address }) => fixed_ip_address && cidrContains(subnet.cidr, fixed_ip_address))
  ) {
    throw fault('RouterInterfaceInUseByFloatingIP', arguments_);
  }
  const routes = await work.tx
    .selectFrom('routerroutes')
    .select('nexthop')
    .where('router_id', '=', routerId)
    .execute();
  if (routes.some(({ nexthop }) => cidrContains(subnet.cidr, nexthop))) {
    throw fault('RouterInterfaceInUseByRoute', arguments_);
  }
}

/** Disconnects a locked router from a subnet or a port; the port goes, or only its address when it has others. */
export async function removeInterface(
  parts: L3Parts,
  work: Work,
  router: RouterRow,
  { port_id: portId, subnet_id: subnetId }: InterfaceRequest,
): Promise<Item> {
  const inside = (await routerAddresses(work.tx, router.id)).filter(({ port_type }) =>
    ROUTER_INTERFACES.includes(port_type ?? ''),
  );
  const leaving = inside.filter(
    (address) =>
      (portId === undefined || address.port_id === portId) &&
      (portId !== undefined || address.subnet_id === subnetId),
  );
  if (leaving.length === 0) {
    if (portId !== undefined)
      throw fault('RouterInterfaceNotFound', { router_id: router.id, port_id: portId });
    if ((await parts.subnets.getIn(work.tx, subnetId!)) === undefined) {
      throw fault('SubnetNotFound', { subnet_id: subnetId });
    }
    throw fault('RouterInterfaceNotFoundForSubnet', { router_id: router.id, subnet_id: subnetId });
  }
  if (
    portId !== undefined &&
    subnetId !== undefined &&
    !leaving.some(({ subnet_id }) => subnet_id === subnetId)
  ) {
    throw fault('SubnetMismatchForPort', { port_id: portId, subnet_id: subnetId });
  }
  for (const address of leaving) await checkUnused(work, router.id, address);
  const port = (await parts.ports.getIn(work.tx, leaving[0]!.port_id))!;
  const staying = fixedIpsOf(port).filter(
    ({ subnet_id }) => !leaving.some((address) => address.subnet_id === subnet_id),
  );
  if (staying.length > 0) {
    await parts.ports.updateIn(work, port.id as string, { fixed_ips: staying });
  } else {
    await work.tx
      .deleteFrom('routerports')
      .where('port_id', '=', port.id as string)
      .execute();
    await parts.ports.deleteIn(work, port.id as string);
  }
  return interfaceReply(
    router.id,
    port,
    leaving.map(({ subnet_id }) => subnet_id),
  );
}
