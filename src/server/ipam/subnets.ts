import type { ExpressionBuilder, Kysely } from 'kysely';
import { parseAddress } from '../../net/address.ts';
import { type Cidr, parseCidr } from '../../net/cidr.ts';
import { merge, type Range } from '../../net/ranges.ts';
import type { Database } from '../db/schema/index.ts';
import { type Together, together } from '../db/together.ts';

/** What allocation needs to know of a subnet. */
export interface AllocationSubnet {
  readonly id: string;
  readonly networkId: string;
  readonly cidr: Cidr;
  /** The subnet's id in the IPAM driver's tables. */
  readonly ipamId: string;
  readonly pools: readonly Range[];
  /** Addresses follow from the MAC (SLAAC, stateless DHCPv6). */
  readonly auto: boolean;
  readonly dhcp: boolean;
  readonly serviceTypes: readonly string[];
}

const AUTO = ['slaac', 'dhcpv6-stateless'];
const number = (address: string): bigint => parseAddress(address)!.value;

/** What `allocationSubnets` reads, for those who read it together with something else. */
export function allocationQueries(
  db: Kysely<Database>,
  networkIds: readonly string[],
  others: readonly string[] = [],
) {
  const wanted = (eb: ExpressionBuilder<Database, 'subnets'>) =>
    eb.or([
      eb('subnets.network_id', 'in', networkIds),
      ...(others.length === 0 ? [] : [eb('subnets.id', 'in', others)]),
    ]);
  return [
    db
      .selectFrom('subnets')
      .leftJoin('ipamsubnets', 'ipamsubnets.neutron_subnet_id', 'subnets.id')
      .select([
        'subnets.id',
        'subnets.network_id',
        'subnets.cidr',
        'subnets.ipv6_ra_mode',
        'subnets.ipv6_address_mode',
        'subnets.enable_dhcp',
        'ipamsubnets.id as ipam_id',
      ])
      .where(wanted)
      .orderBy('subnets.id'),
    db
      .selectFrom('subnets')
      .innerJoin('ipallocationpools as pool', 'pool.subnet_id', 'subnets.id')
      .select(['pool.subnet_id', 'pool.first_ip', 'pool.last_ip'])
      .where(wanted),
    db
      .selectFrom('subnets')
      .innerJoin('subnet_service_types as type', 'type.subnet_id', 'subnets.id')
      .select(['type.subnet_id', 'type.service_type'])
      .where(wanted),
  ] as const;
}

/** The subnets of networks, and others by id, in order of id, with their pools, in one round trip. */
export const allocationSubnets = async (
  ...asked: Parameters<typeof allocationQueries>
): Promise<AllocationSubnet[]> =>
  allocationSubnetsOf(...(await together(asked[0], ...allocationQueries(...asked))));

export function allocationSubnetsOf(
  ...[rows, pools, types]: Together<ReturnType<typeof allocationQueries>>
): AllocationSubnet[] {
  return rows.map((row) => ({
    id: row.id,
    networkId: row.network_id,
    cidr: parseCidr(row.cidr)!,
    ipamId: row.ipam_id ?? row.id,
    pools: merge(
      pools
        .filter(({ subnet_id }) => subnet_id === row.id)
        .map(({ first_ip, last_ip }) => ({ start: number(first_ip), end: number(last_ip) })),
    ),
    auto: AUTO.includes(row.ipv6_address_mode ?? '') || AUTO.includes(row.ipv6_ra_mode ?? ''),
    dhcp: row.enable_dhcp !== 0,
    serviceTypes: types
      .filter(({ subnet_id }) => subnet_id === row.id)
      .map(({ service_type }) => service_type),
  }));
}
