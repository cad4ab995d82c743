import { parseHints } from '../agents/zones.ts';
import type { Item } from '../service.ts';
import { sharedIn } from '../shares.ts';
import { presentTimes, tagsBy } from '../standardAttributes.ts';
import type { Details } from './details.ts';
import type { LoadedNetwork, NetworkDrivers, NetworkRow, StoredSegment } from './rows.ts';

const providerAttributes = (segments: readonly StoredSegment[]): Item => {
  const shown = (segment: StoredSegment | undefined): Item => ({
    'provider:network_type': segment?.network_type ?? null,
    'provider:physical_network': segment?.physical_network ?? null,
    'provider:segmentation_id': segment?.segmentation_id ?? null,
  });
  return segments.length > 1 ? { segments: segments.map(shown) } : shown(segments[0]);
};

/** Networks as the API shows them, made of their rows and of what lies in other tables. */
export function presentNetworks(
  rows: readonly NetworkRow[],
  [segments, subnets, sharedRows, zones, tagRows]: Details,
  { dns, qos }: NetworkDrivers,
): LoadedNetwork[] {
  const [shared, tags] = [sharedIn(sharedRows), tagsBy(tagRows)];
  const segmentsBy = Map.groupBy(segments, ({ network_id }) => network_id);
  const subnetsBy = Map.groupBy(subnets, ({ network_id }) => network_id);
  const zonesBy = Map.groupBy(zones, ({ network_id }) => network_id);
  return rows.map((row) => {
    const own = subnetsBy.get(row.id) ?? [];
    const scope = (version: number): string | null =>
      own.find(({ ip_version, address_scope_id }) => ip_version === version && address_scope_id !== null)
        ?.address_scope_id ?? null;
    const item: Item = {
      id: row.id,
      name: row.name,
      tenant_id: row.project_id,
      admin_state_up: row.admin_state_up !== 0,
      mtu: row.mtu,
      status: row.status,
      subnets: own.map(({ id }) => id),
      standard_attr_id: row.standard_attr_id,
      shared: shared.has(row.id),
      availability_zone_hints: parseHints(row.availability_zone_hints),
      availability_zones: [
        ...new Set((zonesBy.get(row.id) ?? []).flatMap(({ availability_zone }) => availability_zone ?? [])),
      ],
      ipv4_address_scope: scope(4),
      ipv6_address_scope: scope(6),
      'router:external': row.external_id !== null,
      vlan_transparent: row.vlan_transparent === null ? null : row.vlan_transparent !== 0,
      description: row.description,
      port_security_enabled: row.port_security_enabled !== 0,
      ...(qos ? { qos_policy_id: row.qos_policy_id } : {}),
      ...(dns ? { dns_domain: row.dns_domain ?? '' } : {}),
      ...(row.external_id === null ? {} : { is_default: row.is_default === 1 }),
      tags: tags.get(row.standard_attr_id) ?? [],
      ...presentTimes(row),
      project_id: row.project_id,
      ...providerAttributes(segmentsBy.get(row.id) ?? []),
    };
    return { row, segments: segmentsBy.get(row.id) ?? [], item };
  });
}
