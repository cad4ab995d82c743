import { addressSet, intersects } from '../../../net/addressSet.ts';
import { fault } from '../../errors/index.ts';
import { visibleNetworks } from '../networks/rows.ts';
import type { Item } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { networkLock } from '../subnets/write.ts';
import type { Work } from '../work.ts';
import { blocks } from './bounds.ts';
import { allocated } from './prefixes.ts';
import type { Pool } from './rows.ts';

/**
 * The subnets of a network that are to become the pool's; the network stays locked. Who is no administrator must own
 * the network.
 *
 * @throws InvalidInput, NetworkNotFound, NotAuthorized, IllegalSubnetPoolUpdate
 */
export async function subnetsToOnboard(work: Work, pool: Pool, body: Item) {
  const { tx, context } = work;
  if (body.network_id === undefined || typeof body.network_id === 'object') {
    throw fault('InvalidInput', { error_message: 'network_id must be specified.' });
  }
  const network = String(body.network_id);
  const seen = await tx
    .selectFrom('networks')
    .select('project_id')
    .where('id', '=', network)
    .where(visibleNetworks(context))
    .executeTakeFirst();
  if (seen === undefined) throw fault('NetworkNotFound', { net_id: network });
  if (!context.isAdmin && seen.project_id !== context.projectId) throw fault('NotAuthorized');
  await networkLock(tx, [network]).execute();
  const subnets = await tx
    .selectFrom('subnets')
    .select(['id', 'cidr', 'standard_attr_id', 'network_id'])
    .where('network_id', '=', network)
    .where('ip_version', '=', pool.ip_version)
    .orderBy('id')
    .execute();
  const taken = addressSet(blocks((await allocated(work, pool.id)).map(({ cidr }) => cidr)));
  const conflict = subnets.find(({ cidr }) => intersects(addressSet(blocks([cidr])), taken));
  if (conflict === undefined) return subnets;
  const { id, cidr } = conflict;
  throw fault('IllegalSubnetPoolUpdate', {
    reason: `Onboarding subnet ${id}: ${cidr} conflicts with allocated prefixes in subnet pool ${pool.id}`,
  });
}

/** Makes subnets the pool's. */
export async function adopt(
  { tx }: Work,
  pool: Pool,
  subnets: Awaited<ReturnType<typeof subnetsToOnboard>>,
): Promise<void> {
  const ids = subnets.map(({ id }) => id);
  if (ids.length === 0) return;
  await tx.updateTable('subnets').set({ subnetpool_id: pool.id }).where('id', 'in', ids).execute();
  const onNetworks = subnets.map(({ network_id }) => network_id);
  const networks = await networkLock(tx, onNetworks).execute();
  await bumpRevision(
    tx,
    [...subnets, ...networks].map(({ standard_attr_id }) => standard_attr_id),
  );
}
