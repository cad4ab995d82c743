import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { type StoredSegment, segmentsQuery } from '../../services/networks/rows.ts';
import { type Scope, scoped } from './scope.ts';
import { type SubnetFacts, subnetFacts } from './subnets.ts';

/** What is known of a network from the database. */
export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly external: boolean;
  readonly mtu: number;
  /** When it was last changed: UTC, as the database keeps it. */
  readonly changed: string | null;
  readonly segments: readonly StoredSegment[];
  readonly subnets: readonly SubnetFacts[];
  /** Ids of the DHCP agents that host it. */
  readonly dhcpAgents: readonly string[];
}

const bare = (db: Kysely<Database>, ids: readonly string[] | undefined) =>
  db
    .selectFrom('networks')
    .innerJoin('standardattributes', 'standardattributes.id', 'networks.standard_attr_id')
    .leftJoin('externalnetworks', 'externalnetworks.network_id', 'networks.id')
    .select([
      'networks.id',
      'networks.name',
      'networks.admin_state_up',
      'networks.mtu',
      'standardattributes.updated_at',
      'externalnetworks.network_id as external_id',
    ])
    .$if(ids !== undefined, (query) => query.where('networks.id', 'in', ids!))
    .execute();

const hosting = (db: Kysely<Database>, ids: readonly string[] | undefined) =>
  db
    .selectFrom('networkdhcpagentbindings')
    .select(['network_id', 'dhcp_agent_id'])
    .$if(ids !== undefined, (query) => query.where('network_id', 'in', ids!))
    .orderBy('binding_index')
    .execute();

/** Networks with their segments, subnets and DHCP agents: a fixed number of queries. */
export const networkFacts = (db: Kysely<Database>, scope: Scope): Promise<NetworkFacts[]> =>
  scoped(scope, async (ids) => {
    const [rows, segments, subnets, agents] = await Promise.all([
      bare(db, ids),
      segmentsQuery(db)
        .$if(ids !== undefined, (query) => query.where('network_id', 'in', ids!))
        .execute(),
      subnetFacts(db, ids),
      hosting(db, ids),
    ]);
    const segmentsBy = Map.groupBy(segments, ({ network_id }) => network_id);
    const subnetsBy = Map.groupBy(subnets, ({ networkId }) => networkId);
    const agentsBy = Map.groupBy(agents, ({ network_id }) => network_id);
    return rows.map((row) => ({
      id: row.id,
      name: row.name ?? '',
      enabled: row.admin_state_up !== 0,
      external: row.external_id !== null,
      mtu: row.mtu,
      changed: row.updated_at,
      segments: segmentsBy.get(row.id) ?? [],
      subnets: subnetsBy.get(row.id) ?? [],
      dhcpAgents: (agentsBy.get(row.id) ?? []).map(({ dhcp_agent_id }) => dhcp_agent_id),
    }));
  });
