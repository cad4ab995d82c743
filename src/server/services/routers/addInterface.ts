import { compareAddresses } from '../../../net/address.ts';
import { ROUTER_GATEWAY } from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import type { FixedIp } from '../../ipam/requests.ts';
import { fixedIpsOf } from '../neighbours.ts';
import type { Item, RequestContext } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import type { Work } from '../work.ts';
import { type InterfaceRequest, interfaceReply } from './interfaceRequest.ts';
import { interfaceOwner, kindOf } from './kind.ts';
import type { L3Parts } from './parts.ts';
import type { RouterRow } from './rows.ts';
import { badRouter, checkNoOverlap, type RouterAddress, routerAddresses } from './topology.ts';

const isV6 = (subnet: Item) => subnet.ip_version === 6;

/** Rejects a subnet whose hosts expect advertisements of a router that is not Neutron's. */
function checkAdvertised(subnet: Item): void {
  if (isV6(subnet) && subnet.ipv6_ra_mode === null && subnet.ipv6_address_mode !== null) {
    throw badRouter(
      `IPv6 subnet ${subnet.id} configured to receive RAs from an external router cannot be added to Neutron Router.`,
    );
  }
}

/** One IPv6 port of a router on a network carries all of the network's IPv6 subnets. */
function checkOneIpv6Port(present: readonly RouterAddress[], port: Item, subnets: readonly Item[]): void {
  const other = present.find(
    ({ network_id, ip_version, port_id, port_type }) =>
      network_id === port.network_id &&
      ip_version === 6 &&
      port_id !== port.id &&
      port_type !== ROUTER_GATEWAY,
  );
  if (other && subnets.some(isV6)) {
    throw badRouter(
      'Cannot have multiple router ports with the same network id if both contain IPv6 subnets. ' +
        `Existing port ${other.port_id} has IPv6 subnet(s) and network id ${port.network_id}`,
    );
  }
}

function checkInPool(context: RequestContext, port: Item, subnets: readonly Item[]): void {
  if (context.isAdmin) return;
  for (const { subnet_id, ip_address } of fixedIpsOf(port)) {
    const subnet = subnets.find(({ id }) => id === subnet_id);
    if (subnet === undefined || subnet.tenant_id === context.projectId) continue;
    const pools = subnet.allocation_pools as { start: string; end: string }[];
    if (subnet.gateway_ip !== ip_address && !pools.some(({ start, end }) => within(ip_address, start, end))) {
      throw badRouter(
        `Cannot add interface to router because specified port ${port.id} has an IP address out of the ` +
          `allocation pool of subnet ${subnet_id}, which is not owned by the project making the request`,
      );
    }
  }
}

const within = (address: string, start: string, end: string) =>
  compareAddresses(start, address) <= 0 && compareAddresses(address, end) <= 0;

async function addByPort(parts: L3Parts, work: Work, router: RouterRow, portId: string): Promise<Item> {
  const port = await parts.ports.getIn(work.tx, portId);
  if (port === undefined) throw fault('PortNotFound', { port_id: portId });
  if (port.device_id !== '') {
    throw fault('PortInUse', { net_id: port.network_id, port_id: portId, device_id: port.device_id });
  }
  const addresses = fixedIpsOf(port);
  if (addresses.length === 0) throw badRouter('Router port must have at least one fixed IP');
  const subnets = await parts.subnets.listIn(work.tx, { id: addresses.map(({ subnet_id }) => subnet_id) });
  for (const { subnet_id } of addresses) {
    const subnet = subnets.find(({ id }) => id === subnet_id);
    if (subnet) checkAdvertised(subnet);
  }
  const present = await routerAddresses(work.tx, router.id);
  checkOneIpv6Port(present, port, subnets);
  checkNoOverlap(present, subnets, ROUTER_GATEWAY);
  if (addresses.filter(({ ip_address }) => !ip_address.includes(':')).length > 1) {
    throw badRouter('Cannot have multiple IPv4 subnets on router port');
  }
  checkInPool(work.context, port, subnets);
  return parts.ports.updateIn(work, portId, {
    device_id: router.id,
    device_owner: interfaceOwner(kindOf(router)),
  });
}

/** Throws BadRequest for a subnet of another project, unless its network is shared with this one by name, not with all. */
async function checkOwned({ tx, context }: Work, subnet: Item): Promise<void> {
  if (context.isAdmin || subnet.tenant_id === context.projectId) return;
  const policy = await tx
    .selectFrom('networkrbacs')
    .select('id')
    .where('object_id', '=', subnet.network_id as string)
    .where('action', '=', 'access_as_shared')
    .where('target_project', '=', context.projectId)
    .executeTakeFirst();
  if (policy !== undefined) return;
  throw badRouter(
    `Cannot add interface to router because subnet ${subnet.id} is not owned by project making the request`,
  );
}

/** The port that a subnet is added to or removed from, and whether the router has it already. */
async function addBySubnet(
  parts: L3Parts,
  work: Work,
  router: RouterRow,
  subnet: Item,
): Promise<{ port: Item; isNew: boolean }> {
  const subnetId = subnet.id as string;
  if (!subnet.gateway_ip) throw badRouter('Subnet for router interface must have a gateway IP');
  await checkOwned(work, subnet);
  checkAdvertised(subnet);
  const present = await routerAddresses(work.tx, router.id);
  checkNoOverlap(present, [subnet], ROUTER_GATEWAY);
  const address: FixedIp = { subnet_id: subnetId, ip_address: subnet.gateway_ip as string };
  const shared = present.find(
    ({ network_id, ip_version, port_type }) =>
      isV6(subnet) && network_id === subnet.network_id && ip_version === 6 && port_type !== ROUTER_GATEWAY,
  );
  if (shared) {
    const port = await parts.ports.getIn(work.tx, shared.port_id);
    const fixed_ips = [...fixedIpsOf(port!), address];
    return { port: await parts.ports.updateIn(work, shared.port_id, { fixed_ips }), isNew: false };
  }
  const port = await parts.ports.createIn(work, {
    tenant_id: router.project_id,
    project_id: router.project_id,
    name: '',
    network_id: subnet.network_id,
    fixed_ips: [address],
    admin_state_up: true,
    device_id: router.id,
    device_owner: interfaceOwner(kindOf(router)),
  });
  return { port, isNew: true };
}

/** Connects a locked router with a subnet, or with the subnets of an unused port. */
export async function addInterface(
  parts: L3Parts,
  work: Work,
  router: RouterRow,
  request: InterfaceRequest,
): Promise<Item> {
  // A port that becomes a router's has changed.
  const insert = async (port: Item) => {
    await work.tx
      .insertInto('routerports')
      .values({ router_id: router.id, port_id: port.id as string, port_type: interfaceOwner(kindOf(router)) })
      .execute();
    await bumpRevision(work.tx, [port.standard_attr_id as number]);
  };
  if (request.port_id !== undefined) {
    const port = await addByPort(parts, work, router, request.port_id);
    await insert(port);
    return interfaceReply(
      router.id,
      port,
      fixedIpsOf(port).map(({ subnet_id }) => subnet_id),
    );
  }
  const subnet = await parts.subnets.getIn(work.tx, request.subnet_id!);
  if (subnet === undefined) throw fault('SubnetNotFound', { subnet_id: request.subnet_id });
  const { port, isNew } = await addBySubnet(parts, work, router, subnet);
  if (isNew) await insert(port);
  return interfaceReply(router.id, port, [subnet.id as string]);
}
