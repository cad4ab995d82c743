import { DISTRIBUTED_INTERFACE, SNAT_INTERFACE } from '../../../net/deviceOwners.ts';
import { elevated } from '../admin.ts';
import type { Item } from '../service.ts';
import type { Work } from '../work.ts';
import type { L3Parts } from './parts.ts';
import { type RouterAddress, routerAddresses } from './topology.ts';

/** The subnets of one port each: every IPv4 subnet has its own, a network's IPv6 subnets share one. */
const portKey = ({ ip_version, subnet_id, network_id }: RouterAddress) =>
  ip_version === 6 ? network_id : subnet_id;

/**
 * Gives a distributed router with a gateway an SNAT port on each subnet behind it, and takes away those of a router
 * that has none or is distributed no more.
 */
export async function syncSnatPorts(parts: L3Parts, work: Work, routerId: string): Promise<void> {
  const { tx } = work;
  const router = await tx
    .selectFrom('routers')
    .leftJoin('router_extra_attributes as extra', 'extra.router_id', 'routers.id')
    .select(['routers.gw_port_id', 'extra.distributed'])
    .where('routers.id', '=', routerId)
    .executeTakeFirstOrThrow();
  const addresses = await routerAddresses(tx, routerId);
  const interfaces = addresses.filter(({ port_type }) => port_type === DISTRIBUTED_INTERFACE);
  const needed = Map.groupBy(router.distributed && router.gw_port_id ? interfaces : [], portKey);
  const present = Map.groupBy(
    addresses.filter(({ port_type }) => port_type === SNAT_INTERFACE),
    portKey,
  );
  for (const [key, own] of present) {
    if (!needed.has(key)) await parts.ports.deleteIn(elevated(work), own[0]!.port_id);
  }
  for (const [key, wanted] of needed) {
    const fixed_ips: Item[] = wanted.map(({ subnet_id }) => ({ subnet_id }));
    const own = present.get(key);
    if (own === undefined) await createSnatPort(parts, work, routerId, wanted[0]!.network_id, fixed_ips);
    else if (own.length !== wanted.length)
      await parts.ports.updateIn(elevated(work), own[0]!.port_id, { fixed_ips });
  }
}

async function createSnatPort(
  parts: L3Parts,
  work: Work,
  routerId: string,
  network_id: string,
  fixed_ips: readonly Item[],
): Promise<void> {
  const port = await parts.ports.createIn(elevated(work), {
    tenant_id: '',
    project_id: '',
    name: '',
    network_id,
    fixed_ips,
    admin_state_up: true,
    device_id: routerId,
    device_owner: SNAT_INTERFACE,
  });
  await work.tx
    .insertInto('routerports')
    .values({ router_id: routerId, port_id: port.id as string, port_type: SNAT_INTERFACE })
    .execute();
}
