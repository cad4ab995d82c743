import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { listRows, type Shape, standardShape } from '../listing.ts';
import type { Item, ListQuery, RequestContext } from '../service.ts';
import { presentTimes, standardColumns, tagsOf } from '../standardAttributes.ts';

type Queries = Kysely<Database>;

const floatingIpNotFound = (id: string) => fault('FloatingIPNotFound', { floatingip_id: id });

const floatingIpQuery = (queries: Queries) =>
  queries
    .selectFrom('floatingips')
    .innerJoin('standardattributes', 'standardattributes.id', 'floatingips.standard_attr_id')
    .leftJoin('ports as fixed', 'fixed.id', 'floatingips.fixed_port_id')
    .leftJoin('floatingipdnses', 'floatingipdnses.floatingip_id', 'floatingips.id')
    .selectAll('floatingips')
    .select(standardColumns)
    .select([
      'floatingipdnses.dns_name',
      'floatingipdnses.dns_domain',
      'fixed.name as fixed_name',
      'fixed.network_id as fixed_network_id',
      'fixed.mac_address as fixed_mac_address',
      'fixed.admin_state_up as fixed_admin_state_up',
      'fixed.status as fixed_status',
      'fixed.device_id as fixed_device_id',
      'fixed.device_owner as fixed_device_owner',
    ]);

export type FloatingIpRow = Awaited<ReturnType<ReturnType<typeof floatingIpQuery>['execute']>>[number];

const standard = standardShape('floatingips', [
  'floating_ip_address',
  'floating_network_id',
  'router_id',
  'fixed_ip_address',
  'status',
]);

const shape: Shape = {
  ...standard,
  columns: { ...standard.columns, port_id: 'floatingips.fixed_port_id' },
  missing: () => 'first',
};

/** Rows of the floating IPs that the caller may see. */
export function findFloatingIps(
  queries: Queries,
  context: RequestContext,
  query: ListQuery,
): Promise<FloatingIpRow[]> {
  const all = floatingIpQuery(queries);
  const visible = context.isAdmin ? all : all.where('floatingips.project_id', '=', context.projectId);
  return listRows(visible, shape, query);
}

/** Rows by a column, of every project. */
export const floatingIpsBy = (
  queries: Queries,
  column: 'id' | 'router_id' | 'fixed_port_id' | 'last_known_router_id' | 'floating_network_id',
  values: readonly string[],
): Promise<FloatingIpRow[]> =>
  values.length === 0
    ? Promise.resolve([])
    : floatingIpQuery(queries)
        .where(`floatingips.${column}`, 'in', [...values])
        .orderBy('floatingips.id')
        .execute();

/** The row of one; FloatingIPNotFound also when it is another project's. */
export async function getFloatingIp(
  queries: Queries,
  context: RequestContext,
  id: string,
): Promise<FloatingIpRow> {
  const [row] = await floatingIpsBy(queries, 'id', [id]);
  if (row === undefined || (!context.isAdmin && row.project_id !== context.projectId))
    throw floatingIpNotFound(id);
  return row;
}

const portDetails = (row: FloatingIpRow): Item | null =>
  row.fixed_port_id === null
    ? null
    : {
        name: row.fixed_name,
        network_id: row.fixed_network_id,
        mac_address: row.fixed_mac_address,
        admin_state_up: row.fixed_admin_state_up === 1,
        status: row.fixed_status,
        device_id: row.fixed_device_id,
        device_owner: row.fixed_device_owner,
      };

/** Floating IPs as the API shows them. */
export async function presentFloatingIps(queries: Queries, rows: readonly FloatingIpRow[]): Promise<Item[]> {
  const tags = await tagsOf(
    queries,
    rows.map((row) => row.standard_attr_id),
  );
  return rows.map((row) => ({
    id: row.id,
    tenant_id: row.project_id,
    floating_ip_address: row.floating_ip_address,
    floating_network_id: row.floating_network_id,
    router_id: row.router_id,
    port_id: row.fixed_port_id,
    fixed_ip_address: row.fixed_ip_address,
    status: row.status,
    description: row.description,
    dns_domain: row.dns_domain ?? '',
    dns_name: row.dns_name ?? '',
    port_details: portDetails(row),
    tags: tags.get(row.standard_attr_id) ?? [],
    ...presentTimes(row),
    project_id: row.project_id,
  }));
}
