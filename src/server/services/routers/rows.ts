import type { Kysely } from 'kysely';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { fault } from '../../errors/index.ts';
import { parseHints } from '../agents/zones.ts';
import { listRows, type Shape, standardShape } from '../listing.ts';
import type { Item, ListQuery, RequestContext } from '../service.ts';
import { presentTimes, standardColumns, tagsBy, tagsQuery } from '../standardAttributes.ts';

type Queries = Kysely<Database>;

export const routerNotFound = (id: string) => fault('RouterNotFound', { router_id: id });

const routerQuery = (queries: Queries) =>
  queries
    .selectFrom('routers')
    .innerJoin('standardattributes', 'standardattributes.id', 'routers.standard_attr_id')
    .leftJoin('router_extra_attributes', 'router_extra_attributes.router_id', 'routers.id')
    .leftJoin('ports as gateway', 'gateway.id', 'routers.gw_port_id')
    .selectAll('routers')
    .select(standardColumns)
    .select([
      'router_extra_attributes.distributed',
      'router_extra_attributes.ha',
      'router_extra_attributes.ha_vr_id',
      'router_extra_attributes.availability_zone_hints',
      'gateway.network_id as gw_network_id',
    ]);

export type RouterRow = Awaited<ReturnType<ReturnType<typeof routerQuery>['execute']>>[number];

const standard = standardShape('routers', ['name', 'admin_state_up', 'status', 'flavor_id', 'gw_port_id']);

const shape: Shape = {
  ...standard,
  columns: {
    ...standard.columns,
    distributed: 'router_extra_attributes.distributed',
    ha: 'router_extra_attributes.ha',
    availability_zone_hints: 'router_extra_attributes.availability_zone_hints',
  },
  missing: routerNotFound,
};

/** Rows of the routers that the caller may see. */
export function findRouters(
  queries: Queries,
  context: RequestContext,
  query: ListQuery,
): Promise<RouterRow[]> {
  const all = routerQuery(queries);
  return listRows(
    context.isAdmin ? all : all.where('routers.project_id', '=', context.projectId),
    shape,
    query,
  );
}

export const routersById = (queries: Queries, ids: readonly string[]): Promise<RouterRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : routerQuery(queries)
        .where('routers.id', 'in', [...ids])
        .orderBy('routers.id')
        .execute();

/** The row of one router; RouterNotFound also when it is another project's. */
export async function getRouter(queries: Queries, context: RequestContext, id: string): Promise<RouterRow> {
  const [row] = await routersById(queries, [id]);
  if (row === undefined || (!context.isAdmin && row.project_id !== context.projectId))
    throw routerNotFound(id);
  return row;
}

function zonesBy(rows: readonly { readonly router_id: string; readonly availability_zone: string | null }[]) {
  const zones = new Map<string, string[]>();
  for (const { router_id, availability_zone } of rows) {
    const known = zones.get(router_id) ?? [];
    if (availability_zone !== null && !known.includes(availability_zone)) known.push(availability_zone);
    zones.set(router_id, known);
  }
  return zones;
}

const detailQueries = (queries: Queries, ids: readonly string[]) =>
  [
    queries
      .selectFrom('routerroutes')
      .selectAll()
      .where('router_id', 'in', [...ids])
      .orderBy('destination')
      .orderBy('nexthop'),
    queries
      .selectFrom('routers')
      .innerJoin('ipallocations', 'ipallocations.port_id', 'routers.gw_port_id')
      .select(['ipallocations.port_id', 'ipallocations.subnet_id', 'ipallocations.ip_address'])
      .where('routers.id', 'in', [...ids])
      .orderBy('ipallocations.ip_address'),
    queries
      .selectFrom('routerl3agentbindings')
      .innerJoin('agents', 'agents.id', 'routerl3agentbindings.l3_agent_id')
      .select(['routerl3agentbindings.router_id', 'agents.availability_zone'])
      .where('routerl3agentbindings.router_id', 'in', [...ids])
      .orderBy('routerl3agentbindings.binding_index'),
    tagsQuery(queries, 'routers', ids),
  ] as const;

const detailsOfOne = prepared((queries, { id }: { readonly id: string }) => detailQueries(queries, [id]));

const details = (queries: Queries, ids: readonly string[]) =>
  ids.length === 1
    ? detailsOfOne(queries, { id: ids[0]! })
    : together(queries, ...detailQueries(queries, ids));

/** Routers as the API shows them, and with the attributes that only agents get; in one round trip. */
export async function presentRouters(queries: Queries, rows: readonly RouterRow[]): Promise<Item[]> {
  if (rows.length === 0) return [];
  const [routeRows, addressRows, zoneRows, tagRows] = await details(
    queries,
    rows.map(({ id }) => id),
  );
  const routes = Map.groupBy(routeRows, ({ router_id }) => router_id);
  const addresses = Map.groupBy(addressRows, ({ port_id }) => port_id ?? '');
  const [zones, tags] = [zonesBy(zoneRows), tagsBy(tagRows)];
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tenant_id: row.project_id,
    admin_state_up: row.admin_state_up === 1,
    status: row.status,
    external_gateway_info:
      row.gw_port_id === null
        ? null
        : {
            network_id: row.gw_network_id,
            external_fixed_ips: (addresses.get(row.gw_port_id) ?? []).map(({ subnet_id, ip_address }) => ({
              subnet_id,
              ip_address,
            })),
            enable_snat: row.enable_snat === 1,
          },
    gw_port_id: row.gw_port_id,
    description: row.description,
    availability_zones: zones.get(row.id) ?? [],
    distributed: row.distributed === 1,
    ha: row.ha === 1,
    ha_vr_id: row.ha_vr_id ?? 0,
    availability_zone_hints: parseHints(row.availability_zone_hints ?? null),
    routes: (routes.get(row.id) ?? []).map(({ destination, nexthop }) => ({ destination, nexthop })),
    flavor_id: row.flavor_id,
    tags: tags.get(row.standard_attr_id) ?? [],
    ...presentTimes(row),
    project_id: row.project_id,
  }));
}

/** One router as the API shows it. */
export async function presentRouter(queries: Queries, row: RouterRow): Promise<Item> {
  const [item] = await presentRouters(queries, [row]);
  return item!;
}
