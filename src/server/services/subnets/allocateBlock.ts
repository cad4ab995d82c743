import { formatAddress, versionOf } from '../../../net/address.ts';
import { addressSet, blocksOf, difference } from '../../../net/addressSet.ts';
import { type Cidr, parseCidr } from '../../../net/cidr.ts';
import { fault } from '../../errors/index.ts';
import { defaultGateway, secondAddress } from '../../ipam/pools.ts';
import type { Item, Tx } from '../service.ts';
import { blocks } from '../subnetpools/bounds.ts';
import type { Pool } from '../subnetpools/rows.ts';

/** A pool's quota counts blocks of this length. */
const QUOTA_UNIT = { 4: 32, 6: 64 } as const;

const badAddress = (message: string) => fault('AddrFormatError', { message });
const badNetwork = (text: string) => badAddress(`invalid IPNetwork ${text}`);

/** The block that the wishes name, or how long a prefix they want. */
function wanted(item: Item, pool: Pool): Cidr | number {
  if (item.cidr) return parseCidr(item.cidr as string)!;
  const prefixlen = (item.prefixlen ?? pool.default_prefixlen) as number;
  const gateway = item.gateway_ip as string | null | undefined;
  if (gateway) {
    const around = parseCidr(`${gateway}/${prefixlen}`);
    if (around === undefined) throw badNetwork(`${gateway}/${prefixlen}`);
    return around;
  }
  const [any, bits] = pool.ip_version === 4 ? ['0.0.0.0', 32] : ['::', 128];
  if (prefixlen > bits) throw badNetwork(`${any}/${prefixlen}`);
  return prefixlen;
}

function checkLength({ min_prefixlen, max_prefixlen }: Pool, prefixlen: number): void {
  if (prefixlen > max_prefixlen) throw fault('MaxPrefixSubnetAllocationError', { prefixlen, max_prefixlen });
  if (prefixlen < min_prefixlen) throw fault('MinPrefixSubnetAllocationError', { prefixlen, min_prefixlen });
}

/** Neutron counts what the pool's owner has of it, whoever asks; a quota of 0 is none. */
function checkQuota(pool: Pool, taken: readonly Taken[], prefixlen: number): void {
  if (!pool.default_quota) return;
  const unit = QUOTA_UNIT[pool.ip_version as 4 | 6];
  const own = taken.filter(({ project_id }) => project_id === pool.project_id);
  const used = own.reduce((sum, { cidr }) => sum + 2 ** (unit - parseCidr(cidr)!.prefix), 0);
  if (used + 2 ** (unit - prefixlen) > pool.default_quota) throw fault('SubnetPoolQuotaExceeded');
}

/** The smallest free block that is large enough gives its beginning. */
function pick(free: readonly Cidr[], prefix: number): Cidr {
  const [block] = free.filter((each) => each.prefix <= prefix).sort((a, b) => b.prefix - a.prefix);
  if (block === undefined) {
    throw fault('SubnetAllocationError', {
      reason: `Insufficient prefix space to allocate subnet size /${prefix}`,
    });
  }
  return parseCidr(`${formatAddress({ version: block.version, value: block.first })}/${prefix}`)!;
}

function pickGiven(free: readonly Cidr[], cidr: Cidr): Cidr {
  const inside = free.some(
    ({ version, first, last }) => version === cidr.version && first <= cidr.first && cidr.last <= last,
  );
  if (inside) return cidr;
  throw fault('SubnetAllocationError', {
    reason: 'Cannot allocate requested subnet from the available set of prefixes',
  });
}

function gatewayIn(cidr: Cidr, { gateway_ip }: Item): string | null {
  if (gateway_ip === undefined) return defaultGateway(cidr);
  const gateway = gateway_ip as string | null;
  if (gateway === null || versionOf(gateway) === cidr.version) return gateway;
  throw badAddress(`base address '${gateway}' is not IPv${cidr.version}`);
}

/** A subnet of a pool, as far as the choice of another one needs it. */
export interface Taken {
  readonly cidr: string;
  readonly project_id: string | null;
}

const takenOf = (tx: Tx, pool: Pool): Promise<Taken[]> =>
  tx.selectFrom('subnets').select(['cidr', 'project_id']).where('subnetpool_id', '=', pool.id).execute();

/**
 * Takes a block for a new subnet from a locked pool.
 *
 * @param before blocks taken in this transaction that are no rows yet
 */
export async function allocateBlock(
  tx: Tx,
  pool: Pool,
  item: Item,
  before: readonly Taken[],
): Promise<{ readonly cidr: Cidr; readonly gateway: string | null }> {
  const wish = wanted(item, pool);
  const prefixlen = typeof wish === 'number' ? wish : wish.prefix;
  checkLength(pool, prefixlen);
  const taken = [...(await takenOf(tx, pool)), ...before];
  checkQuota(pool, taken, prefixlen);
  const free = blocksOf(
    difference(addressSet(blocks(pool.prefixes)), addressSet(blocks(taken.map(({ cidr }) => cidr)))),
  );
  if (typeof wish !== 'number') return { cidr: pickGiven(free, wish), gateway: gatewayIn(wish, item) };
  const cidr = pick(free, wish);
  return { cidr, gateway: secondAddress(cidr) };
}
