import { addressSet, blocksOf, difference, intersects } from '../../../net/addressSet.ts';
import { formatCidr, parseCidr } from '../../../net/cidr.ts';
import { badRequest, fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';
import type { Work } from '../work.ts';
import { blocks } from './bounds.ts';
import type { Pool } from './rows.ts';
import { writePrefixes } from './write.ts';

const invalidBody = () => badRequest('Request body contains invalid data');

/** The prefixes that add_prefixes and remove_prefixes are about. @throws HTTPBadRequest, AddrFormatError */
export function prefixesOf({ prefixes }: Item): readonly string[] {
  if (!Array.isArray(prefixes) || prefixes.length === 0) throw invalidBody();
  if (prefixes.some((prefix) => typeof prefix !== 'string')) throw invalidBody();
  const wrong = prefixes.find((prefix: string) => parseCidr(prefix) === undefined);
  if (wrong !== undefined) throw fault('AddrFormatError', { message: `invalid IPNetwork ${wrong}` });
  return prefixes as string[];
}

/** CIDRs of a pool's subnets. */
export async function allocated({ tx }: Work, poolId: string): Promise<{ id: string; cidr: string }[]> {
  return tx.selectFrom('subnets').select(['id', 'cidr']).where('subnetpool_id', '=', poolId).execute();
}

/** Takes prefixes, or what the pool has of them, out of a locked pool. @throws IllegalSubnetPoolPrefixUpdate */
export async function removePrefixes(
  work: Work,
  pool: Pool,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const whole = addressSet(blocks(pool.prefixes));
  const part = addressSet(blocks(prefixes));
  if (!intersects(whole, part)) return pool.prefixes;
  const used = await allocated(work, pool.id);
  if (intersects(addressSet(blocks(used.map(({ cidr }) => cidr))), part)) {
    throw fault('IllegalSubnetPoolPrefixUpdate', {
      msg: 'One or more the prefixes to be removed is in use by a subnet.',
    });
  }
  const left = blocksOf(difference(whole, part)).map(formatCidr);
  await writePrefixes(work.tx, pool.id, left);
  return left;
}
