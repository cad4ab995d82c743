import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate, isForeignKeyViolation } from '../../db/errors.ts';
import type { Tx } from '../service.ts';
import { countRevision } from './topology.ts';

/** VRRP's identifiers of one network, which is what limits a project's HA routers. */
const VRIDS = Array.from({ length: 254 }, (_, index) => index + 1);

const vridOf = async (tx: Tx, routerId: string): Promise<number | null> =>
  (
    await tx
      .selectFrom('router_extra_attributes')
      .select('ha_vr_id')
      .where('router_id', '=', routerId)
      .executeTakeFirst()
  )?.ha_vr_id || null;

/** 0 stands for none, as Neutron stores it. */
const setVrid = (tx: Tx, id: string, ha_vr_id: number) =>
  tx.updateTable('router_extra_attributes').set({ ha_vr_id }).where('router_id', '=', id).execute();

/** VRIDs of an HA network that its routers have. */
export const vridsIn = async (tx: Tx, networkId: string): Promise<number[]> =>
  (
    await tx
      .selectFrom('ha_router_vrid_allocations')
      .select('vr_id')
      .where('network_id', '=', networkId)
      .execute()
  ).map(({ vr_id }) => vr_id);

/** Gives a locked router that has no VRID one that is free in the network; false when none is. */
export async function ensureVrid(tx: Tx, routerId: string, network_id: string): Promise<boolean> {
  if (await vridOf(tx, routerId)) return true;
  const taken = new Set(await vridsIn(tx, network_id));
  const free = VRIDS.filter((id) => !taken.has(id));
  const vr_id = free[Math.floor(Math.random() * free.length)];
  if (vr_id === undefined) return false;
  try {
    await tx.insertInto('ha_router_vrid_allocations').values({ network_id, vr_id }).execute();
  } catch (error) {
    if (isDuplicate(error)) throw new RetryTransaction(`VRID ${vr_id} was taken at the same moment`);
    if (isForeignKeyViolation(error)) throw new RetryTransaction('the HA network was just deleted');
    throw error;
  }
  await setVrid(tx, routerId, vr_id);
  await countRevision(tx, routerId);
  return true;
}

/** Takes a router's VRID back, if it has one. */
export async function releaseVrid(tx: Tx, routerId: string, networkId: string): Promise<void> {
  const vr_id = await vridOf(tx, routerId);
  if (vr_id === null) return;
  await tx
    .deleteFrom('ha_router_vrid_allocations')
    .where('network_id', '=', networkId)
    .where('vr_id', '=', vr_id)
    .execute();
  await setVrid(tx, routerId, 0);
}
