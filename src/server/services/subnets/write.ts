import { randomUUID } from 'node:crypto';
import { type Cidr, formatCidr, overlaps, parseCidr } from '../../../net/cidr.ts';
import { defer } from '../../db/deferred.ts';
import { fault } from '../../errors/index.ts';
import type { Pool } from '../../ipam/pools.ts';
import { invalid } from '../../ml2/types/driver.ts';
import { givenList } from '../givenList.ts';
import type { Item, Tx } from '../service.ts';
import { bumpRevision, createManyStandardAttributes } from '../standardAttributes.ts';

/** A checked subnet: its block, and gateway and pools decided. */
export interface NewSubnet {
  readonly id: string;
  readonly item: Item;
  readonly cidr: Cidr;
  readonly gateway: string | null;
  readonly pools: readonly Pool[];
  /** The subnet pool that the block is from. */
  readonly poolId: string | null;
}

/** Keeps subnets as they are read next: of requests that change or delete one, each sees what the one before it left. */
export const lockSubnets = (tx: Tx, ids: readonly string[]) =>
  defer(tx, tx.selectFrom('subnets').select('id').where('id', 'in', ids).forUpdate());

/** Locks networks, so that two subnets made at once on one of them see each other. */
export const networkLock = (tx: Tx, ids: readonly string[]) =>
  tx.selectFrom('networks').select('standard_attr_id').where('id', 'in', ids).forUpdate();

/** A subnet that a network has already. */
export interface Neighbour {
  readonly network: string;
  readonly cidr: string;
  readonly version: number;
  readonly pool: string | null;
  readonly scope: string | null;
}

/** The subnets that networks have, with the pools that they are from. */
export const neighboursQuery = (tx: Tx, networkIds: readonly string[]) =>
  tx
    .selectFrom('subnets')
    .leftJoin('subnetpools', 'subnetpools.id', 'subnets.subnetpool_id')
    .select([
      'subnets.network_id as network',
      'subnets.cidr',
      'subnets.ip_version as version',
      'subnets.subnetpool_id as pool',
      'subnetpools.address_scope_id as scope',
    ])
    .where('subnets.network_id', 'in', networkIds);

/** Throws when a subnet overlaps another one of its network. */
export function checkOverlaps(present: readonly Neighbour[], subnets: readonly NewSubnet[]): void {
  const taken = present.map(({ network, cidr }) => ({ network, cidr: parseCidr(cidr)! }));
  for (const { item, cidr } of subnets) {
    const network = item.network_id as string;
    if (cidr.prefix === 0) throw invalid('0 is not allowed as CIDR prefix length');
    if (taken.some((other) => other.network === network && overlaps(other.cidr, cidr))) {
      throw invalid(
        `Requested subnet with cidr: ${formatCidr(cidr)} for network: ${network} overlaps with another subnet`,
      );
    }
    taken.push({ network, cidr });
  }
}

const poolRows = (subnet_id: string, pools: readonly Pool[]) =>
  pools.map(({ start, end }) => ({ id: randomUUID(), subnet_id, first_ip: start, last_ip: end }));

/** Pools of subnets, where Neutron and where its IPAM driver keep them. */
function poolInserts(
  tx: Tx,
  subnets: readonly { readonly id: string; readonly ipam: string; readonly pools: readonly Pool[] }[],
) {
  const rows = subnets.flatMap(({ id, ipam, pools }) => poolRows(id, pools).map((row) => ({ ipam, row })));
  if (rows.length === 0) return [];
  return [
    tx.insertInto('ipallocationpools').values(rows.map(({ row }) => row)),
    tx.insertInto('ipamallocationpools').values(
      rows.map(({ ipam, row: { first_ip, last_ip } }) => ({
        id: randomUUID(),
        ipam_subnet_id: ipam,
        first_ip,
        last_ip,
      })),
    ),
  ];
}

async function insertLists(
  tx: Tx,
  subnets: readonly { readonly id: string; readonly item: Item }[],
): Promise<void> {
  const servers = subnets.flatMap(({ id, item }) =>
    givenList<string>(item.dns_nameservers).map((address, order) => ({ subnet_id: id, address, order })),
  );
  const routes = subnets.flatMap(({ id, item }) =>
    givenList<{ destination: string; nexthop: string }>(item.host_routes).map((route) => ({
      subnet_id: id,
      destination: route.destination,
      nexthop: route.nexthop,
    })),
  );
  const published = subnets.flatMap(({ id, item }) =>
    item.dns_publish_fixed_ip ? [{ subnet_id: id, dns_publish_fixed_ip: 1 }] : [],
  );
  const types = subnets.flatMap(({ id, item }) => {
    const given = givenList<string>(item.service_types);
    const seen = new Set<string>();
    const twice = given.find((type) => seen.size === seen.add(type).size);
    if (twice !== undefined) {
      throw fault('NeutronDbObjectDuplicateEntry', {
        object_type: 'SubnetServiceType',
        attributes: ['PRIMARY'],
        values: `${id}-${twice}`,
      });
    }
    return given.map((service_type) => ({ subnet_id: id, service_type }));
  });
  if (servers.length > 0) await tx.insertInto('dnsnameservers').values(servers).execute();
  if (routes.length > 0) await tx.insertInto('subnetroutes').values(routes).execute();
  if (published.length > 0) await tx.insertInto('subnet_dns_publish_fixed_ips').values(published).execute();
  if (types.length > 0) await tx.insertInto('subnet_service_types').values(types).execute();
}

/** Writes checked subnets. */
export async function insertSubnets(tx: Tx, subnets: readonly NewSubnet[]): Promise<void> {
  const attributes = await createManyStandardAttributes(
    tx,
    subnets.map(({ item }) => ({ resource: 'subnets' as const, description: item.description ?? '' })),
  );
  const ipam = subnets.map(({ id, pools }) => ({ id, pools, ipam: randomUUID() }));
  await defer(
    tx,
    tx.insertInto('subnets').values(
      subnets.map(({ id, item, cidr, gateway, poolId }, at) => ({
        id,
        project_id: item.tenant_id as string,
        name: (item.name ?? '') as string,
        network_id: item.network_id as string,
        ip_version: cidr.version,
        cidr: formatCidr(cidr),
        gateway_ip: gateway,
        enable_dhcp: item.enable_dhcp === false ? 0 : 1,
        ipv6_ra_mode: cidr.version === 6 ? ((item.ipv6_ra_mode ?? null) as string | null) : null,
        ipv6_address_mode: cidr.version === 6 ? ((item.ipv6_address_mode ?? null) as string | null) : null,
        subnetpool_id: poolId,
        standard_attr_id: attributes[at]!,
      })),
    ),
    tx
      .insertInto('ipamsubnets')
      .values(ipam.map((subnet) => ({ id: subnet.ipam, neutron_subnet_id: subnet.id }))),
    ...poolInserts(tx, ipam),
  );
  await insertLists(tx, subnets);
}

async function replacePools(tx: Tx, id: string, pools: readonly Pool[]): Promise<void> {
  const ipam = await tx
    .selectFrom('ipamsubnets')
    .select('id')
    .where('neutron_subnet_id', '=', id)
    .executeTakeFirstOrThrow();
  await defer(
    tx,
    tx.deleteFrom('ipallocationpools').where('subnet_id', '=', id),
    tx.deleteFrom('ipamallocationpools').where('ipam_subnet_id', '=', ipam.id),
    ...poolInserts(tx, [{ id, ipam: ipam.id, pools }]),
  );
}

/** Writes checked changes of a subnet. */
export async function writeSubnet(tx: Tx, subnet: Item, changes: Item): Promise<void> {
  const id = subnet.id as string;
  const columns = {
    ...('name' in changes ? { name: changes.name as string } : {}),
    ...('gateway_ip' in changes ? { gateway_ip: changes.gateway_ip as string | null } : {}),
    ...('enable_dhcp' in changes ? { enable_dhcp: changes.enable_dhcp ? 1 : 0 } : {}),
  };
  if (Object.keys(columns).length > 0) {
    await tx.updateTable('subnets').set(columns).where('id', '=', id).execute();
  }
  if ('dns_nameservers' in changes)
    await tx.deleteFrom('dnsnameservers').where('subnet_id', '=', id).execute();
  if ('host_routes' in changes) await tx.deleteFrom('subnetroutes').where('subnet_id', '=', id).execute();
  if ('service_types' in changes) {
    await tx.deleteFrom('subnet_service_types').where('subnet_id', '=', id).execute();
  }
  if ('dns_publish_fixed_ip' in changes) {
    await tx.deleteFrom('subnet_dns_publish_fixed_ips').where('subnet_id', '=', id).execute();
  }
  await insertLists(tx, [{ id, item: changes }]);
  if ('allocation_pools' in changes) await replacePools(tx, id, changes.allocation_pools as Pool[]);
  await bumpRevision(tx, [subnet.standard_attr_id as number], changes.description as string | undefined);
}

/** Throws GatewayIpInUse when a router's port has the gateway's address. */
export async function checkGatewayFree(tx: Tx, subnet: Item): Promise<void> {
  if (subnet.gateway_ip === null) return;
  const port = await tx
    .selectFrom('ipallocations')
    .innerJoin('routerports', 'routerports.port_id', 'ipallocations.port_id')
    .select('routerports.port_id as id')
    .where('ipallocations.subnet_id', '=', subnet.id as string)
    .where('ipallocations.ip_address', '=', subnet.gateway_ip as string)
    .executeTakeFirst();
  if (port !== undefined) {
    throw fault('GatewayIpInUse', { ip_address: subnet.gateway_ip, port_id: port.id });
  }
}
