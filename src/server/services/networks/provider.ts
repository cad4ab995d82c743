import { fault } from '../../errors/index.ts';
import { invalid, type Segment } from '../../ml2/types/driver.ts';
import { givenList } from '../givenList.ts';
import type { Item } from '../service.ts';

const TYPE = 'provider:network_type';
const PHYSICAL = 'provider:physical_network';
const ID = 'provider:segmentation_id';

function parse(given: Item): Segment | undefined {
  const type = given[TYPE] ?? null;
  const physical = given[PHYSICAL] ?? null;
  const id = given[ID] ?? null;
  if (type === null) {
    if (physical !== null || id !== null) throw invalid('network_type required');
    return undefined;
  }
  return {
    network_type: type as string,
    physical_network: physical as string | null,
    // A tunnel's 0 stands for any, a VLAN's is a tag.
    segmentation_id: id === 0 && type !== 'vlan' ? null : (id as number | null),
  };
}

/** The segments that a request names, by the provider attributes or by `segments`; empty when it leaves them to us. */
export function wantedSegments(item: Item): Segment[] {
  const single = parse(item);
  const several = givenList<Item>(item.segments);
  if (several.length === 0) return single === undefined ? [] : [single];
  if (single !== undefined) throw fault('SegmentsSetInConjunctionWithProviders');
  const segments = several.map((given) => {
    const segment = parse(given);
    if (segment === undefined) throw invalid('network_type required');
    return segment;
  });
  const known = new Set<string>();
  for (const segment of segments) {
    const key = JSON.stringify(segment);
    if (segment.segmentation_id !== null && known.has(key)) throw fault('SegmentsContainDuplicateEntry');
    known.add(key);
  }
  return segments;
}

/**
 * The segment an update asks for, undefined when it leaves the segment as it is. Only a VLAN's tag may change; Neutron
 * refuses the rest.
 */
export function updatedSegment(changes: Item, segments: readonly Segment[]): Segment | undefined {
  const [segment] = segments;
  if (segment === undefined || ![TYPE, PHYSICAL, ID].some((key) => key in changes)) return undefined;
  if (segments.length > 1) {
    throw invalid(
      'Provider network attributes can be updated only in provider networks with a single segment.',
    );
  }
  const wanted: Segment = {
    network_type: (changes[TYPE] ?? segment.network_type) as string,
    physical_network: (changes[PHYSICAL] ?? segment.physical_network) as string | null,
    segmentation_id: (changes[ID] ?? segment.segmentation_id) as number | null,
  };
  const moved =
    wanted.network_type !== segment.network_type || wanted.physical_network !== segment.physical_network;
  if (!moved && wanted.segmentation_id === segment.segmentation_id) return undefined;
  if (segment.network_type !== 'vlan') throw invalid('Only VLAN type networks can be updated.');
  if (moved) throw invalid(`Only ${ID} field can be updated in VLAN type networks`);
  return wanted;
}
