import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { dhcpAgentsQuery, type HostingAgent } from '../agents/agent.ts';
import { inChunks } from '../chunks.ts';
import { askedByIds, everybody, preparedFor } from '../seen.ts';
import type { Item, Seer } from '../service.ts';
import { detailQueries } from './details.ts';
import { presentNetworks } from './present.ts';
import {
  type LoadedNetwork,
  type NetworkDrivers,
  type NetworkRow,
  networkQuery,
  visibleNetworks,
} from './rows.ts';

type Connection = Kysely<Database>;

/** A network with the DHCP agents that host it, dead ones too; what those hear of its subnets and ports. */
export interface ServedNetwork {
  readonly network: Item | undefined;
  readonly agents: readonly HostingAgent[];
}

/** How networks are read, row and all, with what the loaded drivers show of them. */
export function createNetworkReads(drivers: NetworkDrivers) {
  const query = (db: Connection) => networkQuery(db, drivers);

  const queriesById = (db: Connection, ids: readonly string[], seer: Seer) =>
    [
      query(db).where('networks.id', 'in', ids).where(visibleNetworks(seer)),
      ...detailQueries(db, ids, seer.projectId),
    ] as const;

  const ask = askedByIds(queriesById);
  const askServed = preparedFor(
    (db, id, seer) => [...queriesById(db, [id], seer), dhcpAgentsQuery(db, id)] as const,
  );

  return {
    query,

    /** Everything about networks whose rows are there, in one round trip for thousands of them. */
    load: (db: Connection, rows: readonly NetworkRow[], projectId: string): Promise<LoadedNetwork[]> =>
      inChunks(rows, async (chunk) => {
        const ids = chunk.map(({ id }) => id);
        return presentNetworks(chunk, await together(db, ...detailQueries(db, ids, projectId)), drivers);
      }),

    /** A network that this caller may see, in one round trip. */
    async byId(db: Connection, id: string, seer: Seer = everybody): Promise<LoadedNetwork | undefined> {
      const [rows, ...details] = await ask(db, [id], seer);
      return presentNetworks(rows, details, drivers)[0];
    },

    /** Networks by their ids, as an administrator sees them, in one round trip. */
    byIds: (db: Connection, ids: readonly string[], projectId: string): Promise<LoadedNetwork[]> =>
      inChunks(ids, async (chunk) => {
        const [rows, ...details] = await ask(db, chunk, { isAdmin: true, projectId });
        return presentNetworks(rows, details, drivers);
      }),

    /** A network and its DHCP agents in one round trip. */
    async served(db: Connection, id: string): Promise<ServedNetwork> {
      const [rows, segments, subnets, shared, zones, tags, agents] = await askServed(db, id, everybody);
      const [network] = presentNetworks(rows, [segments, subnets, shared, zones, tags], drivers);
      return { network: network?.item, agents };
    },
  };
}
