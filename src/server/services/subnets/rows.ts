import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { compareAddresses } from '../../../net/address.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { inChunks } from '../chunks.ts';
import type { Shape } from '../listing.ts';
import type { Item, RequestContext } from '../service.ts';
import { presentTimes, standardColumns, tagsOf } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

export const subnetQuery = (db: Connection) =>
  db
    .selectFrom('subnets')
    .innerJoin('standardattributes', 'standardattributes.id', 'subnets.standard_attr_id')
    .selectAll('subnets')
    .select(standardColumns);

export type SubnetRow = Awaited<ReturnType<ReturnType<typeof subnetQuery>['execute']>>[number];

const sharedCondition = (projectId: string) =>
  sql<SqlBool>`exists (select 1 from networkrbacs where networkrbacs.object_id = subnets.network_id
    and networkrbacs.action = 'access_as_shared' and networkrbacs.target_project in ('*', ${projectId}))`;

/** What a project may see of subnets: its own, and those of networks shared with it. */
export const visibleSubnets =
  ({ isAdmin, projectId }: RequestContext) =>
  (eb: ExpressionBuilder<Database, 'subnets'>) =>
    isAdmin ? eb.lit(true) : eb.or([eb('subnets.project_id', '=', projectId), sharedCondition(projectId)]);

const PLAIN = [
  'id',
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
  'project_id',
];

export const subnetShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  columns: {
    ...Object.fromEntries(PLAIN.map((name) => [name, `subnets.${name}`])),
    tenant_id: 'subnets.project_id',
    description: 'standardattributes.description',
    created_at: 'standardattributes.created_at',
    updated_at: 'standardattributes.updated_at',
    revision_number: 'standardattributes.revision_number',
  },
  id: 'subnets.id',
  standardAttributes: 'subnets.standard_attr_id',
  conditions: {
    shared: (values) =>
      values.includes(true) === values.includes(false)
        ? sql<SqlBool>`1 = 1`
        : values.includes(true)
          ? sharedCondition(projectId)
          : sql<SqlBool>`not ${sharedCondition(projectId)}`,
    service_types: (values) =>
      sql<SqlBool>`exists (select 1 from subnet_service_types where subnet_service_types.subnet_id = subnets.id
        and subnet_service_types.service_type in (${sql.join(values)}))`,
  },
  missing: (id) => fault('SubnetNotFound', { subnet_id: id }),
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
    db
      .selectFrom('networkrbacs')
      .select('object_id')
      .distinct()
      .where('object_id', 'in', networks)
      .where('action', '=', 'access_as_shared')
      .where('target_project', 'in', ['*', projectId])
      .execute(),
  ]);

/** Everything about subnets in six queries for thousands of them. */
export const loadSubnets = (db: Connection, rows: readonly SubnetRow[], projectId: string): Promise<Item[]> =>
  inChunks(rows, (chunk) => load(db, chunk, projectId));

async function load(db: Connection, rows: readonly SubnetRow[], projectId: string): Promise<Item[]> {
  const networks = [...new Set(rows.map(({ network_id }) => network_id))];
  const [[pools, servers, routes, types, shares], tags] = await Promise.all([
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
  const shared = new Set(shares.map(({ object_id }) => object_id));
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
    service_types: (typesBy.get(row.id) ?? []).map(({ service_type }) => service_type),
    tags: tags.get(row.standard_attr_id) ?? [],
    ...presentTimes(row),
    segment_id: row.segment_id,
    project_id: row.project_id,
  }));
}
