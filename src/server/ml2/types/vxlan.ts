import type { Range } from '../../../net/ranges.ts';
import { defer } from '../../db/deferred.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../../services/service.ts';
import { invalid, type Mtus, prohibit, type Segment, smallest, type TypeDriver } from './driver.ts';
import { pickFree, syncNumbers } from './numbers.ts';

const HIGHEST = 2 ** 24 - 1;
/** Ethernet, UDP and VXLAN headers of the outer packet, and its IP header by version. */
const ENCAPSULATION = 30;
const IP_HEADER: Readonly<Record<number, number>> = { 4: 20, 6: 40 };

/** Overlay networks; `ranges` are the VNIs that projects' networks may get. */
export function vxlanDriver(ranges: readonly Range[], mtus: Mtus): TypeDriver {
  const segment = (segmentation_id: number): Segment => ({
    network_type: 'vxlan',
    physical_network: null,
    segmentation_id,
  });

  const taking = (tx: Tx, vni: number) =>
    tx
      .updateTable('ml2_vxlan_allocations')
      .set({ allocated: 1 })
      .where('vxlan_vni', '=', vni)
      .where('allocated', '=', 0);

  async function allocate(tx: Tx): Promise<Segment | undefined> {
    const vni = await pickFree(ranges, async (from, to) => {
      const row = await tx
        .selectFrom('ml2_vxlan_allocations')
        .select('vxlan_vni')
        .where('allocated', '=', 0)
        .where('vxlan_vni', '>=', from)
        .where('vxlan_vni', '<=', to)
        .orderBy('vxlan_vni')
        .limit(1)
        .forUpdate()
        .executeTakeFirst();
      return row?.vxlan_vni;
    });
    if (vni === undefined) return undefined;
    // The row is locked: nobody else takes it.
    await defer(tx, taking(tx, vni));
    return segment(vni);
  }

  return {
    type: 'vxlan',
    async initialize(tx) {
      const stored = await tx.selectFrom('ml2_vxlan_allocations').selectAll().execute();
      await syncNumbers({
        ranges,
        stored: stored.map((row) => ({ number: row.vxlan_vni, allocated: row.allocated !== 0 })),
        insert: (numbers) =>
          tx
            .insertInto('ml2_vxlan_allocations')
            .values(numbers.map((vxlan_vni) => ({ vxlan_vni })))
            .execute(),
        remove: (numbers) =>
          tx
            .deleteFrom('ml2_vxlan_allocations')
            .where('allocated', '=', 0)
            .where('vxlan_vni', 'in', numbers)
            .execute(),
      });
    },
    validate(wanted) {
      if (wanted.physical_network) throw invalid('provider:physical_network specified for vxlan network');
      prohibit(wanted, 'vxlan', 'segmentation_id');
      const vni = wanted.segmentation_id;
      if (vni !== null && (vni < 1 || vni > HIGHEST)) {
        throw invalid(`segmentation_id out of range (1 through ${HIGHEST})`);
      }
    },
    async reserve(tx, { segmentation_id }) {
      if (segmentation_id === null) {
        const found = await allocate(tx);
        if (found === undefined) throw fault('NoNetworkAvailable');
        return found;
      }
      const { numUpdatedRows } = await taking(tx, segmentation_id).executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) return segment(segmentation_id);
      try {
        await tx
          .insertInto('ml2_vxlan_allocations')
          .values({ vxlan_vni: segmentation_id, allocated: 1 })
          .execute();
      } catch (error) {
        if (isDuplicate(error)) throw fault('TunnelIdInUse', { tunnel_id: segmentation_id });
        throw error;
      }
      return segment(segmentation_id);
    },
    allocate,
    async release(tx, { segmentation_id }) {
      const vni = segmentation_id!;
      await (ranges.some(({ start, end }) => start <= vni && vni <= end)
        ? tx.updateTable('ml2_vxlan_allocations').set({ allocated: 0 }).where('vxlan_vni', '=', vni).execute()
        : tx.deleteFrom('ml2_vxlan_allocations').where('vxlan_vni', '=', vni).execute());
    },
    hasFree: async (db) =>
      (await db
        .selectFrom('ml2_vxlan_allocations')
        .select('vxlan_vni')
        .where('allocated', '=', 0)
        .limit(1)
        .executeTakeFirst()) !== undefined,
    mtu() {
      const outer = smallest(mtus.global, mtus.path);
      return outer === 0 ? 0 : outer - ENCAPSULATION - (IP_HEADER[mtus.overlayVersion] ?? 20);
    },
  };
}
