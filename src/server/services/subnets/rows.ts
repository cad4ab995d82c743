import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { compareAddresses } from '../../../net/address.ts';
import type { Database } from '../../db/schema/index.ts';
import { inChunks } from '../chunks.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { type Shape, standardShape, whether } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import { isSharedWith, sharedOf } from '../shares.ts';
import { presentTimes, standardColumns, tagsOf } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

export const subnetQuery = (db: Connection) =>
  db
    .selectFrom('subnets')
    .innerJoin('standardattributes', 'standardattributes.id', 'subnets.standard_attr_id')
    .leftJoin('subnet_dns_publish_fixed_ips as publish', 'publish.subnet_id', 'subnets.id')
    .selectAll('subnets')
    .select(standardColumns)
    .select('publish.dns_publish_fixed_ip');

export type SubnetRow = Awaited<ReturnType<ReturnType<typeof subnetQuery>['execute']>>[number];

/** A subnet is shared as its network is. */
const isShared = (projectId: string) => isSharedWith('networkrbacs', 'subnets.network_id', projectId);

/** What a project may see of subnets: its own, and those of networks shared with it. */
export const visibleSubnets =
  ({ isAdmin, projectId }: RequestContext) =>
  (eb: ExpressionBuilder<Database, 'subnets'>) =>
    isAdmin ? eb.lit(true) : eb.or([eb('subnets.project_id', '=', projectId), isShared(projectId)]);

const standard = standardShape('subnets', [
  'name',
  'network_id',
  'ip_version',
  'cidr',
  'gateway_ip',
  'enable_dhcp',
  'ipv6_ra_mode',
  'ipv6_address_mode',
  'subnetpool_id',
  'segment_id',
]);

export const subnetShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  ...standard,
  conditions: {
    shared: whether(isShared(projectId)),
    service_types: (values) =>
      sql<SqlBool>`exists (select 1 from subnet_service_types where subnet_service_types.subnet_id = subnets.id
        and subnet_service_types.service_type in (${sql.join(values)}))`,
  },
  missing: () => 'first',
});

const details = (db: Connection, ids: readonly string[], networks: readonly string[], projectId: string) =>
  Promise.all([
    db.selectFrom('ipallocationpools').selectAll().where('subnet_id', 'in', ids).execute(),
    db.selectFrom('dnsnameservers').selectAll().where('subnet_id', 'in', ids).orderBy('order').execute(),
    db
      .selectFrom('subnetroutes')
      .selectAll()
      .where('subnet_id', 'in', ids)
      .orderBy('destination')
      .orderBy('nexthop')
      .execute(),
    db
      .selectFrom('subnet_service_types')
      .selectAll()
      .where('subnet_id', 'in', ids)
      .orderBy('service_type')
      .execute(),
    sharedOf(db, 'networkrbacs', networks, projectId),
  ]);

/** Everything about subnets in six queries for thousands of them. */
export const loadSubnets = (
  db: Connection,
  rows: readonly SubnetRow[],
  projectId: string,
  drivers: Pick<ExtensionDrivers, 'dns'>,
): Promise<Item[]> => inChunks(rows, (chunk) => load(db, chunk, projectId, drivers));

async function load(
  db: Connection,
  rows: readonly SubnetRow[],
  projectId: string,
  { dns }: Pick<ExtensionDrivers, 'dns'>,
): Promise<Item[]> {
  const networks = [...new Set(rows.map(({ network_id }) => network_id))];
  const [[pools, servers, routes, types, shared], tags] = await Promise.all([
    details(
      db,
      rows.map(({ id }) => id),
      networks,
      projectId,
    ),
    tagsOf(
      db,
      rows.map((row) => row.standard_attr_id),
    ),
  ]);
  const poolsBy = Map.groupBy(pools, ({ subnet_id }) => subnet_id);
  const serversBy = Map.groupBy(servers, ({ subnet_id }) => subnet_id);
  const routesBy = Map.groupBy(routes, ({ subnet_id }) => subnet_id);
  const typesBy = Map.groupBy(types, ({ subnet_id }) => subnet_id);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tenant_id: row.project_id,
    network_id: row.network_id,
    ip_version: row.ip_version,
    subnetpool_id: row.subnetpool_id,
    enable_dhcp: row.enable_dhcp !== 0,
    ipv6_ra_mode: row.ipv6_ra_mode,
    ipv6_address_mode: row.ipv6_address_mode,
    standard_attr_id: row.standard_attr_id,
    gateway_ip: row.gateway_ip,
    cidr: row.cidr,
    allocation_pools: (poolsBy.get(row.id) ?? [])
      .map(({ first_ip, last_ip }) => ({ start: first_ip, end: last_ip }))
      .sort((left, right) => compareAddresses(left.start, right.start)),
    host_routes: (routesBy.get(row.id) ?? []).map(({ destination, nexthop }) => ({ destination, nexthop })),
    dns_nameservers: (serversBy.get(row.id) ?? []).map(({ address }) => address),
    shared: shared.has(row.network_id),
    description: row.description,
    ...(dns?.publishFixedIp ? { dns_publish_fixed_ip: row.dns_publish_fixed_ip === 1 } : {}),
    service_types: (typesBy.get(row.id) ?? []).map(({ service_type }) => service_type),
    tags: tags.get(row.standard_attr_id) ?? [],
    ...presentTimes(row),
    segment_id: row.segment_id,
    project_id: row.project_id,
  }));
}
