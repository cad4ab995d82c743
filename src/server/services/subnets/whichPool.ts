import { parseCidr } from '../../../net/cidr.ts';
import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';
import { defaultPool, findPool, type Pool } from '../subnetpools/rows.ts';
import { lockPool } from '../subnetpools/write.ts';
import type { Work } from '../work.ts';

/** What a client names instead of a pool to have a prefix delegated by a router outside. */
const DELEGATION = 'prefix_delegation';

const bad = (msg: string) => fault('BadRequest', { resource: 'subnets', msg });

/** This server's routers have no DHCPv6 client; what Neutron refuses before that it says first. */
function refuseDelegation(item: Item): never {
  const modes = ['slaac', 'dhcpv6-stateless'];
  if (item.ip_version !== 6) throw bad('Prefix Delegation can only be used with IPv6 subnets.');
  if (!modes.includes(item.ipv6_ra_mode as string)) {
    throw bad('IPv6 RA Mode must be SLAAC or Stateless for Prefix Delegation.');
  }
  if (!modes.includes(item.ipv6_address_mode as string)) {
    throw bad('IPv6 Address Mode must be SLAAC or Stateless for Prefix Delegation.');
  }
  throw bad('Prefix Delegation is not supported by this server; name a subnet pool or a cidr');
}

/**
 * Whether a new subnet is to come from a pool, by its checked wishes alone.
 *
 * @param delegated option ipv6_pd_enabled: the default of IPv6 is prefix delegation
 * @throws BadRequest
 */
export function wantsPool(item: Item, delegated: boolean): boolean {
  const { subnetpool_id, use_default_subnetpool, cidr, prefixlen } = item;
  if (cidr && prefixlen !== undefined) throw bad('cidr and prefixlen must not be supplied together');
  if (use_default_subnetpool && subnetpool_id) {
    throw bad('subnetpool_id and use_default_subnetpool cannot both be specified');
  }
  if (!subnetpool_id && !use_default_subnetpool) {
    if (!cidr) throw bad('a subnetpool must be specified in the absence of a cidr');
    return false;
  }
  if (!cidr && (item.allocation_pools as unknown[] | null | undefined)) {
    throw bad('allocation_pools allowed only for specific subnet requests.');
  }
  if (subnetpool_id !== DELEGATION && !(use_default_subnetpool && delegated && item.ip_version === 6)) {
    return true;
  }
  if (!cidr) refuseDelegation(item);
  return false;
}

/**
 * The pool that a new subnet names or that is its version's default. It stays locked until the transaction ends, so
 * that it keeps its prefixes and that blocks of subnets made at once do not overlap.
 *
 * @throws SubnetPoolNotFound, BadRequest
 */
export async function lockedPoolFor({ tx, context }: Work, item: Item): Promise<Pool> {
  const { subnetpool_id, cidr, ip_version } = item;
  const version = cidr ? parseCidr(cidr as string)!.version : (ip_version as number);
  const id = subnetpool_id ?? (await defaultPool(tx, context, version))?.id;
  if (id === undefined) throw bad(`No default subnetpool found for IPv${version}`);
  await lockPool(tx, id as string);
  const pool = await findPool(tx, context, id as string);
  if (ip_version !== pool.ip_version) {
    throw bad(`Cannot allocate IPv${ip_version} subnet from IPv${pool.ip_version} subnet pool`);
  }
  return pool;
}
