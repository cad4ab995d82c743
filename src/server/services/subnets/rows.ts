import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { compareAddresses } from '../../../net/address.ts';
import type { Database } from '../../db/schema/index.ts';
import { type Together, together } from '../../db/together.ts';
import { inChunks } from '../chunks.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { type Shape, standardShape, whether } from '../listing.ts';
import { askedByIds } from '../seen.ts';
import type { Item, RequestContext, Seer } from '../service.ts';
import { isSharedWith, sharedIn, sharedQuery } from '../shares.ts';
import { presentTimes, standardColumns, tagsBy, tagsQuery } from '../standardAttributes.ts';

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
  ({ isAdmin, projectId }: Seer) =>
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

/** What lies in tables of its own. */
const detailQueries = (db: Connection, ids: readonly string[], projectId: string) => {
  const networks = db.selectFrom('subnets').select('network_id').where('id', 'in', ids);
  return [
    db.selectFrom('ipallocationpools').selectAll().where('subnet_id', 'in', ids),
    db.selectFrom('dnsnameservers').selectAll().where('subnet_id', 'in', ids).orderBy('order'),
    db
      .selectFrom('subnetroutes')
      .selectAll()
      .where('subnet_id', 'in', ids)
      .orderBy('destination')
      .orderBy('nexthop'),
    db.selectFrom('subnet_service_types').selectAll().where('subnet_id', 'in', ids).orderBy('service_type'),
    sharedQuery(db, 'networkrbacs', networks.$asScalar(), projectId),
    tagsQuery(db, 'subnets', ids),
  ] as const;
};

type Details = Together<ReturnType<typeof detailQueries>>;

/** Everything about subnets in one round trip for thousands of them. */
export const loadSubnets = (
  db: Connection,
  rows: readonly SubnetRow[],
  projectId: string,
  drivers: Pick<ExtensionDrivers, 'dns'>,
): Promise<Item[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    return present(chunk, await together(db, ...detailQueries(db, ids, projectId)), drivers);
  });

const queriesById = (db: Connection, ids: readonly string[], seer: Seer) =>
  [
    subnetQuery(db).where('subnets.id', 'in', ids).where(visibleSubnets(seer)),
    ...detailQueries(db, ids, seer.projectId),
  ] as const;

const ask = askedByIds(queriesById);

/** A subnet that this caller may see, row and all in one round trip. */
export async function subnetById(
  db: Connection,
  id: string,
  seer: Seer,
  drivers: Pick<ExtensionDrivers, 'dns'>,
): Promise<Item | undefined> {
  const [rows, ...details] = await ask(db, [id], seer);
  return present(rows, details, drivers)[0];
}

/** Subnets by their ids, as an administrator sees them, rows and all in one round trip. */
export const subnetsById = (
  db: Connection,
  ids: readonly string[],
  projectId: string,
  drivers: Pick<ExtensionDrivers, 'dns'>,
): Promise<Item[]> =>
  inChunks(ids, async (chunk) => {
    const [rows, ...details] = await ask(db, chunk, { isAdmin: true, projectId });
    return present(rows, details, drivers);
  });

function present(
  rows: readonly SubnetRow[],
  [pools, servers, routes, types, sharedRows, tagRows]: Details,
  { dns }: Pick<ExtensionDrivers, 'dns'>,
): Item[] {
  const [shared, tags] = [sharedIn(sharedRows), tagsBy(tagRows)];
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
