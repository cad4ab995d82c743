import { type Kysely, type SqlBool, sql } from 'kysely';
import { parseAddress } from '../../net/address.ts';
import { parseCidr, sizeOf } from '../../net/cidr.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema/index.ts';
import { fault } from '../errors/index.ts';
import { inChunks } from './chunks.ts';
import { listRows, oneOf, type Shape } from './listing.ts';
import type { Item, ListQuery, ResourceService } from './service.ts';

type Connection = Kysely<Database>;

const networkQuery = (db: Connection) => db.selectFrom('networks').select(['id', 'name', 'project_id']);

type NetworkRow = Awaited<ReturnType<ReturnType<typeof networkQuery>['execute']>>[number];

const shape: Shape = {
  columns: {
    id: 'networks.id',
    network_id: 'networks.id',
    network_name: 'networks.name',
    tenant_id: 'networks.project_id',
  },
  id: 'networks.id',
  conditions: {
    ip_version: (values) =>
      sql<SqlBool>`exists (select 1 from subnets where subnets.network_id = networks.id
        and ${oneOf('subnets.ip_version', values)})`,
  },
  missing: () => undefined,
};

/** Numbers beyond 2^53 stand in JSON with all their digits, as Python writes them. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };
const exact = (value: bigint): number | object =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : rawJSON(String(value));

const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((total, number) => total + number, 0n);

const details = (db: Connection, networks: readonly string[], versions: readonly unknown[] | undefined) => {
  const subnets = db
    .selectFrom('subnets')
    .where('subnets.network_id', 'in', networks)
    .where(versions ? oneOf('subnets.ip_version', versions) : sql<SqlBool>`1 = 1`);
  return Promise.all([
    subnets
      .select(['id', 'network_id', 'ip_version', 'cidr', 'name'])
      .orderBy('network_id')
      .orderBy('id')
      .execute(),
    subnets
      .innerJoin('ipallocationpools', 'ipallocationpools.subnet_id', 'subnets.id')
      .select(['subnets.id', 'first_ip', 'last_ip'])
      .execute(),
    subnets
      .innerJoin('ipallocations', 'ipallocations.subnet_id', 'subnets.id')
      .select(['subnets.id', sql<number>`count(*)`.as('used')])
      .groupBy('subnets.id')
      .execute(),
  ]);
};

/** How many addresses networks have and use: three queries for thousands of them. */
const load = (db: Connection, rows: readonly NetworkRow[], { filters }: ListQuery): Promise<Item[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    const [subnets, pools, used] = await details(db, ids, filters.ip_version);
    const poolsBy = Map.groupBy(pools, ({ id }) => id);
    const usedBy = new Map(used.map((row) => [row.id, Number(row.used)]));
    const counted = subnets.map((subnet) => {
      const ranges = poolsBy.get(subnet.id) ?? [];
      const addresses = ranges.map(
        ({ first_ip, last_ip }) => parseAddress(last_ip)!.value - parseAddress(first_ip)!.value + 1n,
      );
      // A subnet without pools counts whole.
      const total = ranges.length > 0 ? sum(addresses) : sizeOf(parseCidr(subnet.cidr)!);
      return { ...subnet, total, used: usedBy.get(subnet.id) ?? 0 };
    });
    const subnetsBy = Map.groupBy(counted, ({ network_id }) => network_id);
    return chunk.map(({ id, name, project_id }) => {
      const own = subnetsBy.get(id) ?? [];
      return {
        id,
        network_id: id,
        network_name: name,
        tenant_id: project_id,
        project_id,
        subnet_ip_availability: own.map((subnet) => ({
          subnet_id: subnet.id,
          ip_version: subnet.ip_version,
          cidr: subnet.cidr,
          subnet_name: subnet.name,
          used_ips: subnet.used,
          total_ips: exact(subnet.total),
        })),
        used_ips: own.reduce((total, subnet) => total + subnet.used, 0),
        total_ips: exact(sum(own.map(({ total }) => total))),
      };
    });
  });

/** Addresses in use, per network and subnet, of every project: who may ask is a matter of policy. */
export function createIpAvailabilityService({ kysely }: Db): ResourceService {
  const list = async (query: ListQuery): Promise<Item[]> =>
    load(kysely, await listRows(networkQuery(kysely), shape, query), query);
  return {
    list: (_context, query) => list(query),
    async get(_context, id) {
      const [item] = await list({ filters: { network_id: [id] }, sorts: [] });
      if (item === undefined) throw fault('NetworkNotFound', { net_id: id });
      return item;
    },
  };
}
