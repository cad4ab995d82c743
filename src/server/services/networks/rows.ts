import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { type Together, together } from '../../db/together.ts';
import { fault } from '../../errors/index.ts';
import type { Segment } from '../../ml2/types/driver.ts';
import { dhcpAgentsQuery, type HostingAgent } from '../agents/agent.ts';
import { parseHints } from '../agents/zones.ts';
import { inChunks } from '../chunks.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { oneOf, type Shape, standardShape, whether } from '../listing.ts';
import { everybody, preparedFor } from '../seen.ts';
import type { Item, RequestContext, Seer } from '../service.ts';
import { isSharedWith, sharedIn, sharedQuery } from '../shares.ts';
import { presentTimes, standardColumns, tagsBy, tagsQuery } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

/** Networks with what a single row can say of them. */
export const networkQuery = (db: Connection) =>
  db
    .selectFrom('networks')
    .innerJoin('standardattributes', 'standardattributes.id', 'networks.standard_attr_id')
    .leftJoin('externalnetworks', 'externalnetworks.network_id', 'networks.id')
    .leftJoin('networksecuritybindings', 'networksecuritybindings.network_id', 'networks.id')
    .leftJoin('networkdnsdomains', 'networkdnsdomains.network_id', 'networks.id')
    .leftJoin('qos_network_policy_bindings as qos', 'qos.network_id', 'networks.id')
    .selectAll('networks')
    .select(standardColumns)
    .select([
      'externalnetworks.network_id as external_id',
      'externalnetworks.is_default',
      'networksecuritybindings.port_security_enabled',
      'networkdnsdomains.dns_domain',
      'qos.policy_id as qos_policy_id',
    ]);

export type NetworkRow = Awaited<ReturnType<ReturnType<typeof networkQuery>['execute']>>[number];

/** A network with its row and its segments, for those who change it. */
export interface LoadedNetwork {
  readonly row: NetworkRow;
  readonly segments: readonly StoredSegment[];
  readonly item: Item;
}

export interface StoredSegment extends Segment {
  readonly id: string;
  readonly network_id: string;
  readonly standard_attr_id: number;
}

/** What a project may see of networks: its own, and those shared with it or external for it. */
export const visibleNetworks =
  ({ isAdmin, projectId }: Seer) =>
  (eb: ExpressionBuilder<Database, 'networks'>) =>
    isAdmin
      ? eb.lit(true)
      : eb.or([
          eb('networks.project_id', '=', projectId),
          eb.exists(
            eb
              .selectFrom('networkrbacs')
              .select('networkrbacs.id')
              .whereRef('networkrbacs.object_id', '=', 'networks.id')
              .where('networkrbacs.action', 'in', ['access_as_shared', 'access_as_external'])
              .where('networkrbacs.target_project', 'in', ['*', projectId]),
          ),
        ]);

const segmentHas = (column: string) => (values: readonly unknown[]) =>
  sql<SqlBool>`exists (select 1 from networksegments where networksegments.network_id = networks.id
    and ${oneOf(`networksegments.${column}`, values)})`;

const standard = standardShape('networks', [
  'name',
  'admin_state_up',
  'status',
  'mtu',
  'availability_zone_hints',
]);

/** Attributes of networks that can be filtered and sorted by; `shared` is meant for the project that asks. */
export const networkShape = ({ projectId }: Pick<RequestContext, 'projectId'>): Shape => ({
  ...standard,
  conditions: {
    'router:external': whether(sql<SqlBool>`(externalnetworks.network_id is not null)`),
    shared: whether(isSharedWith('networkrbacs', 'networks.id', projectId)),
    'provider:network_type': segmentHas('network_type'),
    'provider:physical_network': segmentHas('physical_network'),
    'provider:segmentation_id': segmentHas('segmentation_id'),
  },
  missing: (id) => fault('NetworkNotFound', { net_id: id }),
});

/** Static segments, those of a network in its order. */
export const segmentsQuery = (db: Connection) =>
  db
    .selectFrom('networksegments')
    .select(['id', 'network_id', 'network_type', 'physical_network', 'segmentation_id', 'standard_attr_id'])
    .where('is_dynamic', '=', 0)
    .orderBy('segment_index');

export const segmentsOf = (db: Connection, ids: readonly string[]): Promise<StoredSegment[]> =>
  segmentsQuery(db).where('network_id', 'in', ids).execute();

const subnetsQuery = (db: Connection, ids: readonly string[]) =>
  db
    .selectFrom('subnets')
    .leftJoin('subnetpools', 'subnetpools.id', 'subnets.subnetpool_id')
    .select(['subnets.id', 'subnets.network_id', 'subnets.ip_version', 'subnetpools.address_scope_id'])
    .where('subnets.network_id', 'in', ids)
    .orderBy('subnets.id');

const zonesQuery = (db: Connection, ids: readonly string[]) =>
  db
    .selectFrom('networkdhcpagentbindings')
    .innerJoin('agents', 'agents.id', 'networkdhcpagentbindings.dhcp_agent_id')
    .select(['networkdhcpagentbindings.network_id', 'agents.availability_zone'])
    .where('networkdhcpagentbindings.network_id', 'in', ids);

const providerAttributes = (segments: readonly StoredSegment[]): Item => {
  const shown = (segment: StoredSegment | undefined): Item => ({
    'provider:network_type': segment?.network_type ?? null,
    'provider:physical_network': segment?.physical_network ?? null,
    'provider:segmentation_id': segment?.segmentation_id ?? null,
  });
  return segments.length > 1 ? { segments: segments.map(shown) } : shown(segments[0]);
};

/** What lies in tables of its own. */
const detailQueries = (db: Connection, ids: readonly string[], projectId: string) =>
  [
    segmentsQuery(db).where('network_id', 'in', ids),
    subnetsQuery(db, ids),
    sharedQuery(db, 'networkrbacs', ids, projectId),
    zonesQuery(db, ids),
    tagsQuery(db, 'networks', ids),
  ] as const;

type Details = Together<ReturnType<typeof detailQueries>>;

/** Everything about networks in one round trip for thousands of them. */
export const loadNetworks = (
  db: Connection,
  rows: readonly NetworkRow[],
  projectId: string,
  drivers: Pick<ExtensionDrivers, 'dns' | 'qos'>,
): Promise<LoadedNetwork[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    return presentNetworks(chunk, await together(db, ...detailQueries(db, ids, projectId)), drivers);
  });

const queriesById = (db: Connection, ids: readonly string[], seer: Seer) =>
  [
    networkQuery(db).where('networks.id', 'in', ids).where(visibleNetworks(seer)),
    ...detailQueries(db, ids, seer.projectId),
  ] as const;

const askOne = preparedFor((db, id, seer) => queriesById(db, [id], seer));

/** A network that this caller may see, row and all in one round trip. */
export async function networkById(
  db: Connection,
  id: string,
  seer: Seer,
  drivers: Pick<ExtensionDrivers, 'dns' | 'qos'>,
): Promise<LoadedNetwork | undefined> {
  const [rows, ...details] = await askOne(db, id, seer);
  return presentNetworks(rows, details, drivers)[0];
}

const askServed = preparedFor(
  (db, id, seer) => [...queriesById(db, [id], seer), dhcpAgentsQuery(db, id)] as const,
);

/** A network with the DHCP agents that host it, dead ones too; what those hear of its subnets and ports. */
export interface ServedNetwork {
  readonly network: Item | undefined;
  readonly agents: readonly HostingAgent[];
}

/** A network and its DHCP agents in one round trip. */
export async function servedNetwork(
  db: Connection,
  id: string,
  drivers: Pick<ExtensionDrivers, 'dns' | 'qos'>,
): Promise<ServedNetwork> {
  const [rows, segments, subnets, shared, zones, tags, agents] = await askServed(db, id, everybody);
  const [network] = presentNetworks(rows, [segments, subnets, shared, zones, tags], drivers);
  return { network: network?.item, agents };
}

/** Networks by their ids, as an administrator sees them, rows and all in one round trip. */
export const networksById = (
  db: Connection,
  ids: readonly string[],
  projectId: string,
  drivers: Pick<ExtensionDrivers, 'dns' | 'qos'>,
): Promise<LoadedNetwork[]> =>
  inChunks(ids, async (chunk) => {
    const seer = { isAdmin: true, projectId };
    const [rows, ...details] =
      chunk.length === 1
        ? await askOne(db, chunk[0]!, seer)
        : await together(db, ...queriesById(db, chunk, seer));
    return presentNetworks(rows, details, drivers);
  });

/** Networks as the API shows them, made of their rows and of what lies in other tables. */
export function presentNetworks(
  rows: readonly NetworkRow[],
  [segments, subnets, sharedRows, zones, tagRows]: Details,
  { dns, qos }: Pick<ExtensionDrivers, 'dns' | 'qos'>,
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
