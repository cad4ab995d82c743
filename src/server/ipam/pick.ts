import type { Kysely } from 'kysely';
import { formatAddress, parseAddress } from '../../net/address.ts';
import { count, sample, take, without } from '../../net/ranges.ts';
import type { Database } from '../db/schema/index.ts';
import type { AllocationSubnet } from './subnets.ts';

/** Neutron chooses at random among this many of the first free addresses. */
const WINDOW = 1000n;
/** Windows grow by this until one holds a free address. */
const GROWTH = 8n;
const WINDOWS = 5;
const TRIES = 8;

const allocated = (db: Kysely<Database>, { ipamId }: AllocationSubnet) =>
  db.selectFrom('ipamallocations').select('ip_address').where('ipam_subnet_id', '=', ipamId);

/** Candidates that are probably free, nearest window first: enough of them that one query settles most picks. */
function candidates(subnet: AllocationSubnet, wanted: number, first: boolean): bigint[] {
  if (first) return take(subnet.pools, wanted * TRIES);
  const total = count(subnet.pools);
  const found = new Set<bigint>();
  let window = BigInt(wanted) * 100n > WINDOW ? BigInt(wanted) * 100n : WINDOW;
  for (let round = 0; round < WINDOWS; round += 1) {
    for (const value of sample(subnet.pools, wanted + TRIES, window)) found.add(value);
    if (window >= total) break;
    window *= GROWTH;
  }
  return [...found];
}

/**
 * Chooses up to `wanted` free addresses of a subnet's pools: at random, or the first ones. Fewer when the pools are
 * exhausted. `taken` are addresses chosen before in this transaction. Another transaction may choose the same; the
 * primary key of the allocations decides.
 */
export async function pickAddresses(
  db: Kysely<Database>,
  subnet: AllocationSubnet,
  wanted: number,
  { first = false, taken = new Set() }: { first?: boolean; taken?: ReadonlySet<string> } = {},
): Promise<string[]> {
  const text = (value: bigint): string => formatAddress({ version: subnet.cidr.version, value });
  const probable = candidates(subnet, wanted, first)
    .map(text)
    .filter((address) => !taken.has(address));
  if (probable.length > 0) {
    const used = await allocated(db, subnet).where('ip_address', 'in', probable).execute();
    const busy = new Set(used.map(({ ip_address }) => ip_address));
    const free = probable.filter((address) => !busy.has(address));
    if (free.length >= wanted) return free.slice(0, wanted);
  }
  // Nearly full, or much of it in one go: look at everything.
  const all = await allocated(db, subnet).execute();
  const numbers = [...all.map(({ ip_address }) => ip_address), ...taken].flatMap((address) => {
    const parsed = parseAddress(address);
    return parsed === undefined || parsed.version !== subnet.cidr.version ? [] : [parsed.value];
  });
  const left = without(subnet.pools, numbers);
  return (first ? take(left, wanted) : sample(left, wanted, BigInt(wanted) * WINDOW)).map(text);
}
