import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
import type { Neighbour, NewSubnet } from './write.ts';

/** Where a subnet is from, as far as its neighbours care. */
type Origin = Omit<Neighbour, 'cidr'>;

/**
 * Subnets of one version on one network come from one pool or, when that is in an address scope, from pools of that
 * scope. The networks are locked.
 *
 * @throws NetworkAddressScopeAffinityError, NetworkSubnetPoolAffinityError
 */
export async function checkAffinity(
  tx: Tx,
  neighbours: readonly Origin[],
  subnets: readonly NewSubnet[],
): Promise<void> {
  const pools = [...new Set(subnets.flatMap(({ poolId }) => poolId ?? []))];
  const scopes =
    pools.length === 0
      ? []
      : await tx
          .selectFrom('subnetpools')
          .select(['id', 'address_scope_id'])
          .where('id', 'in', pools)
          .execute();
  const scopeOf = (pool: string | null) => scopes.find(({ id }) => id === pool)?.address_scope_id ?? null;
  const present: Origin[] = [...neighbours];
  for (const { item, cidr, poolId } of subnets) {
    const network = item.network_id as string;
    const origin = { network, version: cidr.version, pool: poolId, scope: scopeOf(poolId) };
    checkOne(
      origin,
      present.filter((other) => other.network === network && other.version === cidr.version),
    );
    present.push(origin);
  }
}

function checkOne({ pool, scope }: Origin, neighbours: readonly Origin[]): void {
  const shared = neighbours.find((other) => other.scope !== null)?.scope ?? null;
  if (shared !== null && pool !== null && scope !== shared) throw fault('NetworkAddressScopeAffinityError');
  const foreign = (other: Origin) =>
    pool === null ? other.pool !== null : other.pool !== pool && shared === null;
  if (neighbours.some(foreign)) throw fault('NetworkSubnetPoolAffinityError');
}
