import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Segment } from '../../ml2/types/driver.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { oneOf, type Shape, standardShape, whether } from '../listing.ts';
import type { Item, RequestContext, Seer } from '../service.ts';
import { isSharedWith } from '../shares.ts';
import { standardColumns } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

/** What networks show of the drivers that are loaded. */
export type NetworkDrivers = Pick<ExtensionDrivers, 'dns' | 'qos'>;

/** Networks with what a single row can say of them, and with what the loaded drivers show: each table more is a search for every network. */
export const networkQuery = (db: Connection, { dns, qos }: NetworkDrivers) =>
  db
    .selectFrom('networks')
    .innerJoin('standardattributes', 'standardattributes.id', 'networks.standard_attr_id')
    .leftJoin('externalnetworks', 'externalnetworks.network_id', 'networks.id')
    .leftJoin('networksecuritybindings', 'networksecuritybindings.network_id', 'networks.id')
    .selectAll('networks')
    .select(standardColumns)
    .select([
      'externalnetworks.network_id as external_id',
      'externalnetworks.is_default',
      'networksecuritybindings.port_security_enabled',
    ])
    .$if(dns !== undefined, (networks) =>
      networks
        .leftJoin('networkdnsdomains', 'networkdnsdomains.network_id', 'networks.id')
        .select('networkdnsdomains.dns_domain'),
    )
    .$if(qos !== undefined, (networks) =>
      networks
        .leftJoin('qos_network_policy_bindings as qos', 'qos.network_id', 'networks.id')
        .select('qos.policy_id as qos_policy_id'),
    );

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
