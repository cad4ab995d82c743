import { type Kysely, sql } from 'kysely';
import { compareAddresses, parseAddress } from '../../../net/address.ts';
import type { Database } from '../../db/schema/index.ts';
import { scoped } from './scope.ts';

/** What is known of a subnet from the database. */
export interface SubnetFacts {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly version: number;
  readonly cidr: string;
  readonly gateway: string | null;
  readonly dhcp: boolean;
  readonly nameservers: number;
  readonly changed: string | null;
  readonly pools: readonly { readonly first: string; readonly last: string }[];
  /** Addresses that its pools hold. */
  readonly size: bigint;
  /** How many of these are taken. */
  readonly taken: number;
}

const ofNetworks = (db: Kysely<Database>, ids: readonly string[] | undefined) =>
  db.selectFrom('subnets').$if(ids !== undefined, (query) => query.where('subnets.network_id', 'in', ids!));

/** A subnet whose pools are taken to this part has its addresses looked at one by one. */
const NEARLY = 0.85;

interface Pools {
  readonly pools: SubnetFacts['pools'];
  readonly size: bigint;
}

function poolsOf(ranges: readonly { readonly first_ip: string; readonly last_ip: string }[]): Pools {
  const pools = ranges.map(({ first_ip, last_ip }) => ({ first: first_ip, last: last_ip }));
  const sizes = pools.map(({ first, last }) => parseAddress(last)!.value - parseAddress(first)!.value + 1n);
  return { pools, size: sizes.reduce((total, size) => total + size, 0n) };
}

/** How many addresses of each of these subnets are taken from its pools: not the gateway's, which lies outside. */
async function takenOf(
  db: Kysely<Database>,
  subnets: readonly (Pools & { readonly id: string })[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await scoped(
    subnets.map(({ id }) => id),
    (ids) =>
      db
        .selectFrom('ipallocations')
        .select(['subnet_id', 'ip_address'])
        .where('subnet_id', 'in', ids!)
        .execute(),
  );
  const rowsBy = Map.groupBy(rows, ({ subnet_id }) => subnet_id);
  const isIn = (address: string) => (pool: SubnetFacts['pools'][number]) =>
    compareAddresses(pool.first, address) <= 0 && compareAddresses(address, pool.last) <= 0;
  return new Map(
    subnets.map(({ id, pools }) => [
      id,
      (rowsBy.get(id) ?? []).filter(({ ip_address }) => pools.some(isIn(ip_address))).length,
    ]),
  );
}

/** The subnets of networks, or all: five queries. */
export async function subnetFacts(
  db: Kysely<Database>,
  networkIds: readonly string[] | undefined,
): Promise<SubnetFacts[]> {
  const subnets = () => ofNetworks(db, networkIds);
  const counted = sql<number>`count(*)`.as('number');
  const [rows, pools, used, nameservers] = await Promise.all([
    subnets()
      .innerJoin('standardattributes', 'standardattributes.id', 'subnets.standard_attr_id')
      .select([
        'subnets.id',
        'subnets.name',
        'subnets.network_id',
        'subnets.ip_version',
        'subnets.cidr',
        'subnets.gateway_ip',
        'subnets.enable_dhcp',
        'standardattributes.updated_at',
      ])
      .orderBy('subnets.id')
      .execute(),
    subnets()
      .innerJoin('ipallocationpools', 'ipallocationpools.subnet_id', 'subnets.id')
      .select(['subnets.id', 'first_ip', 'last_ip'])
      .execute(),
    subnets()
      .innerJoin('ipallocations', 'ipallocations.subnet_id', 'subnets.id')
      .select(['subnets.id', counted])
      .groupBy('subnets.id')
      .execute(),
    subnets()
      .innerJoin('dnsnameservers', 'dnsnameservers.subnet_id', 'subnets.id')
      .select(['subnets.id', counted])
      .groupBy('subnets.id')
      .execute(),
  ]);
  const poolsBy = Map.groupBy(pools, ({ id }) => id);
  const numbers = (list: typeof used) => new Map(list.map(({ id, number }) => [id, Number(number)]));
  const [usedBy, serversBy] = [numbers(used), numbers(nameservers)];
  const subnetsWithPools = rows.map((row) => ({ ...row, ...poolsOf(poolsBy.get(row.id) ?? []) }));
  const nearly = subnetsWithPools.filter(({ id, size }) => (usedBy.get(id) ?? 0) >= Number(size) * NEARLY);
  const takenBy = await takenOf(db, networkIds === undefined ? nearly : subnetsWithPools);
  return subnetsWithPools.map((row) => ({
    id: row.id,
    name: row.name ?? '',
    networkId: row.network_id,
    version: row.ip_version,
    cidr: row.cidr,
    gateway: row.gateway_ip,
    dhcp: row.enable_dhcp === 1,
    nameservers: serversBy.get(row.id) ?? 0,
    changed: row.updated_at,
    pools: row.pools,
    size: row.size,
    taken: takenBy.get(row.id) ?? usedBy.get(row.id) ?? 0,
  }));
}
