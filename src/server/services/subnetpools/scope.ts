import { addressSet, intersects } from '../../../net/addressSet.ts';
import { fault } from '../../errors/index.ts';
import { findScope, lockScope } from '../addressScopes/rows.ts';
import type { Work } from '../work.ts';
import { blocks } from './bounds.ts';
import { type Pool, visiblePools } from './rows.ts';

/** What a pool brings into a scope. */
export interface ScopedPool {
  readonly id: string;
  readonly version: number;
  readonly prefixes: readonly string[];
}

/** Subnets of one network and version must stay in one scope: a pool moves with all of them or not at all. */
async function checkNetworks({ tx }: Work, { id, version }: ScopedPool): Promise<void> {
  const left = await tx
    .selectFrom('subnets')
    .select('subnets.id')
    .where('ip_version', '=', version)
    .where('network_id', 'in', (eb) =>
      eb.selectFrom('subnets as own').select('own.network_id').where('own.subnetpool_id', '=', id),
    )
    .where((eb) => eb.or([eb('subnetpool_id', 'is', null), eb('subnetpool_id', '!=', id)]))
    .limit(1)
    .executeTakeFirst();
  if (left !== undefined) throw fault('NetworkAddressScopeAffinityError');
}

/**
 * Whether the pool may be of the scope. The scope's row stays locked, so that pools that join it at once see each
 * other. As in Neutron prefixes are compared with those pools of the scope that the caller sees.
 */
export async function checkScope(work: Work, scopeId: string, pool: ScopedPool): Promise<void> {
  const { tx, context } = work;
  await lockScope(tx, scopeId);
  const scope = await findScope(tx, context, scopeId);
  if (scope.ip_version !== pool.version) {
    throw fault('IllegalSubnetPoolIpVersionAssociationToAddressScope', {
      subnetpool_id: pool.id,
      address_scope_id: scopeId,
      ip_version: scope.ip_version,
    });
  }
  await checkNetworks(work, pool);
  const others = await tx
    .selectFrom('subnetpoolprefixes')
    .innerJoin('subnetpools', 'subnetpools.id', 'subnetpoolprefixes.subnetpool_id')
    .select('subnetpoolprefixes.cidr')
    .where('subnetpools.address_scope_id', '=', scopeId)
    .where('subnetpools.id', '!=', pool.id)
    .where(visiblePools(context))
    .execute();
  const taken = addressSet(blocks(others.map(({ cidr }) => cidr)));
  if (intersects(taken, addressSet(blocks(pool.prefixes)))) throw fault('AddressScopePrefixConflict');
}

/** A pool of a scope that only is shared with its owner may not be changed by the owner. */
export async function checkScopeOwned({ tx, context }: Work, pool: Pool): Promise<void> {
  if (pool.address_scope_id === null) return;
  const scope = await findScope(tx, context, pool.address_scope_id);
  if (context.isAdmin || scope.project_id === context.projectId) return;
  throw fault('IllegalSubnetPoolUpdate', {
    reason: `subnetpool ${pool.id} cannot be updated when associated with shared address scope ${scope.id}`,
  });
}
