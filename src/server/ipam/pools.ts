import { type Address, bitsOf, formatAddress, parseAddress } from '../../net/address.ts';
import { type Cidr, contains, formatCidr } from '../../net/cidr.ts';
import { type Range, without } from '../../net/ranges.ts';
import { fault } from '../errors/index.ts';

/** A pool as the API writes it. */
export interface Pool {
  readonly start: string;
  readonly end: string;
}

const textOf = ({ start, end }: Pool): string => `${start}-${end}`;

/** Networks this small have neither a network nor a broadcast address of their own. */
const isTiny = ({ version, prefix }: Cidr): boolean => version === 4 && prefix > 30;

/** The addresses that ports may have: without the network's own and, in IPv4, the broadcast address. */
export function usableRange(cidr: Cidr): Range {
  if (isTiny(cidr) || cidr.first === cidr.last) return { start: cidr.first, end: cidr.last };
  return { start: cidr.first + 1n, end: cidr.version === 4 ? cidr.last - 1n : cidr.last };
}

/** The address behind a block's first one; of the very last block the first itself. */
export function secondAddress({ version, first }: Cidr): string {
  const isLast = first + 1n === 1n << BigInt(bitsOf(version));
  return formatAddress({ version, value: isLast ? first : first + 1n });
}

/** Where the gateway is unless told: behind the first address, and in IPv6 the anycast address of the routers. */
export const defaultGateway = (cidr: Cidr): string =>
  cidr.version === 6 ? formatAddress({ version: 6, value: cidr.first }) : secondAddress(cidr);

/** Throws IpamValueInvalid for a gateway that is IPv4's network or broadcast address, also in the smallest blocks. */
export function checkGatewayAllocatable(cidr: Cidr, { version, value }: Address): void {
  if (version !== 4 || cidr.version !== 4 || (value !== cidr.first && value !== cidr.last)) return;
  const gateway = formatAddress({ version, value });
  const message = `Gateway IP ${gateway} cannot be allocated in CIDR ${formatCidr(cidr)}`;
  throw fault('IpamValueInvalid', { message });
}

/** Whether an address of the block can be no host's: the network's own or the broadcast address. */
export function isReserved(cidr: Cidr, address: Address): boolean {
  if (!contains(cidr, address)) return false;
  const { start, end } = usableRange(cidr);
  return address.value < start || address.value > end;
}

/** Pools of everything usable but the gateway; a single address is one whatever the gateway. */
export function defaultPools(cidr: Cidr, gateway: Address | undefined): Pool[] {
  const outside = gateway === undefined || gateway.version !== cidr.version || cidr.first === cidr.last;
  const taken = outside ? [] : [gateway.value];
  return without([usableRange(cidr)], taken).map(({ start, end }) => ({
    start: formatAddress({ version: cidr.version, value: start }),
    end: formatAddress({ version: cidr.version, value: end }),
  }));
}

/** A pool's addresses as numbers; throws InvalidAllocationPool. */
function poolRange(pool: Pool, cidr: Cidr): Range {
  const start = parseAddress(pool.start);
  const end = parseAddress(pool.end);
  const sound = start !== undefined && end !== undefined && start.version === end.version;
  if (!sound || start.value > end.value) throw fault('InvalidAllocationPool', { pool });
  if (start.version !== cidr.version) throw fault('InvalidAllocationPool', { pool: textOf(pool) });
  return { start: start.value, end: end.value };
}

/** Throws when pools leave the block, overlap each other or hold the gateway. */
export function checkPools(pools: readonly Pool[], cidr: Cidr, gateway: Address | undefined): void {
  const ranges = pools.map((pool) => ({ pool, ...poolRange(pool, cidr) }));
  const subnet_cidr = formatCidr(cidr);
  const { start: first, end: last } = usableRange(cidr);
  const outside = ranges.find(({ start, end }) => start < first || end > last);
  if (outside !== undefined) {
    throw fault('OutOfBoundsAllocationPool', { pool: textOf(outside.pool), subnet_cidr });
  }
  for (const [at, left] of ranges.entries()) {
    const right = ranges.slice(at + 1).find(({ start, end }) => start <= left.end && left.start <= end);
    if (right !== undefined) {
      const [pool_1, pool_2] = [textOf(left.pool), textOf(right.pool)];
      throw fault('OverlappingAllocationPools', { pool_1, pool_2, subnet_cidr });
    }
  }
  if (gateway !== undefined) checkGateway(pools, gateway);
}

/** Throws GatewayConflictWithAllocationPools when a pool holds the gateway. */
export function checkGateway(pools: readonly Pool[], gateway: Address): void {
  const conflict = pools.find((pool) => {
    const start = parseAddress(pool.start)!;
    const end = parseAddress(pool.end)!;
    return start.version === gateway.version && start.value <= gateway.value && gateway.value <= end.value;
  });
  if (conflict !== undefined) {
    throw fault('GatewayConflictWithAllocationPools', {
      ip_address: formatAddress(gateway),
      pool: textOf(conflict),
    });
  }
}
