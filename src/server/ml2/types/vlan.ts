import { type SqlBool, sql } from 'kysely';
import type { Range } from '../../../net/ranges.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../../services/service.ts';
import { invalid, type Mtus, prohibit, type Segment, smallest, type TypeDriver } from './driver.ts';
import { pickFree, syncNumbers } from './numbers.ts';

const LOWEST = 1;
const HIGHEST = 4094;

/** Tagged networks; `ranges` are the tags that projects' networks may get, by physical network. */
export function vlanDriver(ranges: ReadonlyMap<string, readonly Range[]>, mtus: Mtus): TypeDriver {
  const inRange = (physical: string, tag: number): boolean =>
    (ranges.get(physical) ?? []).some(({ start, end }) => start <= tag && tag <= end);

  /** Takes the tag when it is free and known; false when it is taken or has no row. */
  async function take(tx: Tx, physical: string, tag: number): Promise<boolean> {
    const { numUpdatedRows } = await tx
      .updateTable('ml2_vlan_allocations')
      .set({ allocated: 1 })
      .where('physical_network', '=', physical)
      .where('vlan_id', '=', tag)
      .where('allocated', '=', 0)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async function allocateOn(tx: Tx, physical: string): Promise<Segment | undefined> {
    const allowed = ranges.get(physical) ?? [];
    const tag = await pickFree(allowed, async (from, to) => {
      const row = await tx
        .selectFrom('ml2_vlan_allocations')
        .select('vlan_id')
        .where('physical_network', '=', physical)
        .where('allocated', '=', 0)
        .where('vlan_id', '>=', from)
        .where('vlan_id', '<=', to)
        .orderBy('vlan_id')
        .limit(1)
        .forUpdate()
        .executeTakeFirst();
      return row?.vlan_id;
    });
    if (tag === undefined || !(await take(tx, physical, tag))) return undefined;
    return { network_type: 'vlan', physical_network: physical, segmentation_id: tag };
  }

  async function allocate(tx: Tx): Promise<Segment | undefined> {
    for (const physical of ranges.keys()) {
      const segment = await allocateOn(tx, physical);
      if (segment !== undefined) return segment;
    }
    return undefined;
  }

  async function reserveTag(tx: Tx, physical_network: string, vlan_id: number): Promise<void> {
    if (await take(tx, physical_network, vlan_id)) return;
    try {
      await tx
        .insertInto('ml2_vlan_allocations')
        .values({ physical_network, vlan_id, allocated: 1 })
        .execute();
    } catch (error) {
      if (isDuplicate(error)) throw fault('VlanIdInUse', { vlan_id, physical_network });
      throw error;
    }
  }

  return {
    type: 'vlan',
    async initialize(tx) {
      const stored = await tx.selectFrom('ml2_vlan_allocations').selectAll().execute();
      const physicals = new Set([...ranges.keys(), ...stored.map((row) => row.physical_network)]);
      for (const physical of physicals) {
        await syncNumbers({
          ranges: ranges.get(physical) ?? [],
          stored: stored
            .filter((row) => row.physical_network === physical)
            .map((row) => ({ number: row.vlan_id, allocated: row.allocated !== 0 })),
          insert: (numbers) =>
            tx
              .insertInto('ml2_vlan_allocations')
              .values(numbers.map((vlan_id) => ({ physical_network: physical, vlan_id, allocated: 0 })))
              .execute(),
          remove: (numbers) =>
            tx
              .deleteFrom('ml2_vlan_allocations')
              .where('physical_network', '=', physical)
              .where('allocated', '=', 0)
              .where('vlan_id', 'in', numbers)
              .execute(),
        });
      }
    },
    validate(segment) {
      const { physical_network, segmentation_id } = segment;
      if (physical_network) {
        if (!ranges.has(physical_network)) {
          throw invalid(`physical_network '${physical_network}' unknown for VLAN provider network`);
        }
        if (segmentation_id !== null && !(segmentation_id >= LOWEST && segmentation_id <= HIGHEST)) {
          throw invalid(`segmentation_id out of range (${LOWEST} through ${HIGHEST})`);
        }
        if (segmentation_id === null && ranges.get(physical_network)!.length === 0) {
          throw invalid(
            `Physical network ${physical_network} requires segmentation_id to be specified when creating a provider network`,
          );
        }
      } else if (segmentation_id !== null) {
        throw invalid('segmentation_id requires physical_network for VLAN provider network');
      }
      prohibit(segment, 'VLAN', 'physical_network', 'segmentation_id');
    },
    async reserve(tx, segment) {
      const { physical_network, segmentation_id } = segment;
      if (physical_network && segmentation_id !== null) {
        await reserveTag(tx, physical_network, segmentation_id);
        return segment;
      }
      const found = physical_network ? await allocateOn(tx, physical_network) : await allocate(tx);
      if (found === undefined) throw fault('NoNetworkAvailable');
      return found;
    },
    allocate,
    async release(tx, { physical_network, segmentation_id }) {
      const physical = physical_network!;
      const tag = segmentation_id!;
      const row = sql<SqlBool>`physical_network = ${physical} and vlan_id = ${tag}`;
      await (inRange(physical, tag)
        ? tx.updateTable('ml2_vlan_allocations').set({ allocated: 0 }).where(row).execute()
        : tx.deleteFrom('ml2_vlan_allocations').where(row).execute());
    },
    hasFree: async (db) =>
      (await db
        .selectFrom('ml2_vlan_allocations')
        .select('vlan_id')
        .where('allocated', '=', 0)
        .limit(1)
        .executeTakeFirst()) !== undefined,
    mtu: (physical) => smallest(mtus.global, mtus.physical.get(physical ?? '')),
  };
}
