import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import type { Together } from '../../db/together.ts';
import { sharedQuery } from '../shares.ts';
import { tagsQuery } from '../standardAttributes.ts';
import { segmentsQuery } from './rows.ts';

type Connection = Kysely<Database>;

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

/** What lies in tables of its own. */
export const detailQueries = (db: Connection, ids: readonly string[], projectId: string) =>
  [
    segmentsQuery(db).where('network_id', 'in', ids),
    subnetsQuery(db, ids),
    sharedQuery(db, 'networkrbacs', ids, projectId),
    zonesQuery(db, ids),
    tagsQuery(db, 'networks', ids),
  ] as const;

export type Details = Together<ReturnType<typeof detailQueries>>;
