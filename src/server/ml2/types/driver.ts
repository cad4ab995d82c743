import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../../services/service.ts';

/** What a provider network is on the wire; attributes a type does not use are null. */
export interface Segment {
  readonly network_type: string;
  readonly physical_network: string | null;
  readonly segmentation_id: number | null;
}

/** A kind of segment: how it is checked, reserved and released, and how large its packets may be. */
export interface TypeDriver {
  readonly type: string;
  /** Brings the allocation table in line with the configured ranges. */
  initialize(tx: Tx): Promise<void>;
  /** Throws InvalidInput when the provider attributes do not make sense for this type. */
  validate(segment: Segment): void;
  /** Reserves what a provider asks for; throws the type's InUse error. */
  reserve(tx: Tx, segment: Segment): Promise<Segment>;
  /** Takes a free segment for a project's network; undefined when none is left. */
  allocate(tx: Tx): Promise<Segment | undefined>;
  release(tx: Tx, segment: Segment): Promise<void>;
  /** Whether a number is left; absent where none is needed. */
  hasFree?(db: Kysely<Database>): Promise<boolean>;
  /** Largest packet of a segment; 0 when the type sets no limit. */
  mtu(physicalNetwork: string | null): number;
}

/** Sizes that bound every type's packets. */
export interface Mtus {
  /** [DEFAULT] global_physnet_mtu */
  readonly global: number;
  /** [ml2] path_mtu, 0 when unknown */
  readonly path: number;
  /** [ml2] physical_network_mtus */
  readonly physical: ReadonlyMap<string, number>;
  /** [ml2] overlay_ip_version */
  readonly overlayVersion: number;
}

export const invalid = (error_message: string): Error => fault('InvalidInput', { error_message });

/** Throws when an attribute is set that the type has no use for; `label` is the type as Neutron words it. */
export function prohibit(segment: Segment, label: string, ...allowed: readonly (keyof Segment)[]): void {
  for (const key of ['physical_network', 'segmentation_id'] as const) {
    if (segment[key] && !allowed.includes(key)) {
      throw invalid(`${key} prohibited for ${label} provider network`);
    }
  }
}

/** The smallest of the sizes that are known; 0 when none is. */
export const smallest = (...sizes: readonly (number | undefined)[]): number => {
  const known = sizes.filter((size): size is number => size !== undefined && size > 0);
  return known.length === 0 ? 0 : Math.min(...known);
};
