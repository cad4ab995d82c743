import type { Kysely } from 'kysely';
import { nearest } from '../../../config/nearest.ts';
import type { Config } from '../../../config/option.ts';
import { core, ml2, ml2Flat, ml2Vlan, ml2Vxlan } from '../../../config/options/index.ts';
import type { Log } from '../../../log/log.ts';
import type { Range } from '../../../net/ranges.ts';
import type { Db } from '../../db/database.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../../services/service.ts';
import { invalid, type Mtus, type Segment, type TypeDriver } from './driver.ts';
import { flatDriver } from './flat.ts';
import { localDriver } from './local.ts';
import { vlanDriver } from './vlan.ts';
import { vxlanDriver } from './vxlan.ts';

/** The type drivers of [ml2] type_drivers and what they do together. */
export interface NetworkTypes {
  initialize(db: Db): Promise<void>;
  /** Reserves the segments that a provider asks for. */
  reserve(tx: Tx, wanted: readonly Segment[]): Promise<Segment[]>;
  /** Takes a segment for a project's network, trying [ml2] tenant_network_types in order. */
  allocate(tx: Tx, external: boolean): Promise<Segment>;
  release(tx: Tx, segments: readonly Segment[]): Promise<void>;
  /** The largest MTU that a network of these segments can have. */
  mtu(segments: readonly Segment[]): number;
  validate(segment: Segment): void;
  /** The types of tenant_network_types, when none of them has a number left; undefined while one has. */
  usedUp(db: Kysely<Database>): Promise<readonly string[] | undefined>;
}

const pairs = (texts: readonly string[]): [string, string][] =>
  texts.map((text) => {
    const at = text.lastIndexOf(':');
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  });

/** Reads `min:max` entries of [ml2_type_vxlan] vni_ranges. */
export function parseRanges(texts: readonly string[]): Range[] {
  return texts.map((text) => {
    const [start, end, more] = text.split(':').map((part) => Number(part.trim()));
    if (more !== undefined || !Number.isInteger(start) || !Number.isInteger(end)) {
      throw fault('NetworkTunnelRangeError', { tunnel_range: text, error: 'it is not min:max' });
    }
    if (start! > end! || start! < 1) {
      throw fault('NetworkTunnelRangeError', { tunnel_range: text, error: 'start is after end, or below 1' });
    }
    return { start: BigInt(start!), end: BigInt(end!) };
  });
}

/** Reads `physnet` and `physnet:min:max` entries of [ml2_type_vlan] network_vlan_ranges. */
export function parseVlanRanges(texts: readonly string[]): Map<string, Range[]> {
  const ranges = new Map<string, Range[]>();
  for (const text of texts) {
    const [physical = '', min, max, more] = text.split(':').map((part) => part.trim());
    if (physical === '') throw fault('PhysicalNetworkNameError');
    const known = ranges.get(physical) ?? [];
    ranges.set(physical, known);
    if (min === undefined) continue;
    const [start, end] = [Number(min), Number(max)];
    const sound =
      Number.isInteger(start) && Number.isInteger(end) && 1 <= start && start <= end && end <= 4094;
    if (more !== undefined || !sound) {
      throw fault('NetworkVlanRangeError', {
        vlan_range: text,
        error: 'it is not physnet:min:max within 1:4094',
      });
    }
    known.push({ start: BigInt(start), end: BigInt(end) });
  }
  return ranges;
}

function mtusOf(config: Config): Mtus {
  const options = config.group(ml2);
  return {
    global: config.group(core).global_physnet_mtu,
    path: options.path_mtu,
    physical: new Map(pairs(options.physical_network_mtus).map(([name, mtu]) => [name, Number(mtu)])),
    overlayVersion: options.overlay_ip_version,
  };
}

const withoutDriver = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `[ml2] type_drivers: there is no driver ${name}, so its networks cannot be made${hint} Available: ${known.join(', ')}.`;
};

/** Loads the configured type drivers; one that is asked for by name and not here is warned of and left out. */
export function loadNetworkTypes(config: Config, log: Log): NetworkTypes {
  const mtus = mtusOf(config);
  const makers: Readonly<Record<string, () => TypeDriver>> = {
    local: localDriver,
    flat: () => flatDriver([config.group(ml2Flat).flat_networks].flat(), mtus),
    vlan: () => vlanDriver(parseVlanRanges(config.group(ml2Vlan).network_vlan_ranges), mtus),
    vxlan: () => vxlanDriver(parseRanges(config.group(ml2Vxlan).vni_ranges), mtus),
  };
  const options = config.group(ml2);
  const drivers = new Map(
    options.type_drivers.flatMap((name) => {
      const make = makers[name];
      if (make !== undefined) return [[name, make()] as const];
      const asked = config.origin('ml2', 'type_drivers').default === undefined;
      if (asked) log.warning(withoutDriver(name, Object.keys(makers)));
      return [];
    }),
  );
  const driverOf = (type: string): TypeDriver => {
    const driver = drivers.get(type);
    if (driver === undefined) throw invalid(`network_type value '${type}' not supported`);
    return driver;
  };

  return {
    initialize: (db) =>
      db.transaction(async (tx) => {
        for (const driver of drivers.values()) await driver.initialize(tx);
      }),
    validate: (segment) => driverOf(segment.network_type).validate(segment),
    async reserve(tx, wanted) {
      for (const segment of wanted) driverOf(segment.network_type).validate(segment);
      const reserved: Segment[] = [];
      for (const segment of wanted) reserved.push(await driverOf(segment.network_type).reserve(tx, segment));
      return reserved;
    },
    async allocate(tx, external) {
      const types =
        external && options.external_network_type
          ? [options.external_network_type]
          : options.tenant_network_types;
      for (const type of types) {
        const segment = await drivers.get(type)?.allocate(tx);
        if (segment !== undefined) return segment;
      }
      throw fault('NoNetworkAvailable');
    },
    async release(tx, segments) {
      for (const segment of segments) await drivers.get(segment.network_type)?.release(tx, segment);
    },
    async usedUp(db) {
      const types = options.tenant_network_types;
      const asked = types.map((type) => drivers.get(type)?.hasFree?.(db) ?? drivers.has(type));
      const free = (await Promise.all(asked)).some(Boolean);
      return free || types.length === 0 ? undefined : types;
    },
    mtu(segments) {
      const known = segments
        .map(({ network_type, physical_network }) => drivers.get(network_type)?.mtu(physical_network) ?? 0)
        .filter((mtu) => mtu > 0);
      return known.length === 0 ? mtus.global : Math.min(...known);
    },
  };
}
