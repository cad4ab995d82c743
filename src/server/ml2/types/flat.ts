import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import { invalid, type Mtus, prohibit, smallest, type TypeDriver } from './driver.ts';

/** Untagged networks on a physical network; one each. `allowed` may hold `*`. */
export function flatDriver(allowed: readonly string[], mtus: Mtus): TypeDriver {
  const any = allowed.includes('*');
  return {
    type: 'flat',
    async initialize() {},
    validate(segment) {
      const { physical_network } = segment;
      if (physical_network === null) throw invalid('physical_network required for flat provider network');
      if (!any && allowed.length === 0) throw invalid('Flat provider networks are disabled');
      if (!any && !allowed.includes(physical_network)) {
        throw invalid(`physical_network '${physical_network}' unknown for flat provider network`);
      }
      prohibit(segment, 'flat', 'physical_network');
    },
    async reserve(tx, segment) {
      const physical_network = segment.physical_network!;
      try {
        await tx.insertInto('ml2_flat_allocations').values({ physical_network }).execute();
      } catch (error) {
        if (isDuplicate(error)) throw fault('FlatNetworkInUse', { physical_network });
        throw error;
      }
      return segment;
    },
    allocate: async () => undefined,
    async release(tx, { physical_network }) {
      await tx.deleteFrom('ml2_flat_allocations').where('physical_network', '=', physical_network!).execute();
    },
    mtu: (physical) => smallest(mtus.global, mtus.physical.get(physical ?? '')),
  };
}
