import { type Kysely, type SqlBool, sql } from 'kysely';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { inChunks } from '../chunks.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { askedByIds, everybody } from '../seen.ts';
import type { Seer } from '../service.ts';
import { chosenBy, detailQueries, fromTo, type Ports, these } from './details.ts';
import { presentPorts } from './present.ts';
import { type Port, type PortRow, portQuery, visiblePorts } from './rows.ts';

type Connection = Kysely<Database>;

interface OfDevice {
  readonly device: string;
  readonly owner: string;
  readonly projectId: string;
}

/** How ports are read, row and all, with what the loaded drivers show of them. */
export type PortReads = ReturnType<typeof createPortReads>;

export function createPortReads(drivers: ExtensionDrivers) {
  const query = (db: Connection) => portQuery(db, drivers);

  const queriesById = (db: Connection, ids: readonly string[], seer: Seer) =>
    [
      query(db).where('ports.id', 'in', ids).where(visiblePorts(seer)),
      ...detailQueries(db, these(ids)),
    ] as const;

  const ask = askedByIds(queriesById);

  const askOfDevice = (isAdmin: boolean, isOwned: boolean) =>
    prepared((db, { device, owner, projectId }: OfDevice) => {
      const seen = visiblePorts({ isAdmin, projectId });
      const owned = isOwned ? sql`and ports.project_id = ${owner}` : sql``;
      const where = sql<SqlBool>`(ports.device_id = ${device} ${owned})`;
      const ids = db.selectFrom('ports').select('ports.id').where(where).where(seen);
      return [query(db).where(where).where(seen), ...detailQueries(db, chosenBy(ids))] as const;
    });
  const ofAnyOwner = { admin: askOfDevice(true, false), project: askOfDevice(false, false) };
  const ofOneOwner = { admin: askOfDevice(true, true), project: askOfDevice(false, true) };

  return {
    query,

    /**
     * Everything about ports whose rows are there, in one round trip for thousands of them.
     * @param portsOf how the ports with some of the rows' ids are named; more than these do not matter
     */
    load: (
      db: Connection,
      rows: readonly PortRow[],
      portsOf: (ids: readonly string[]) => Ports = these,
    ): Promise<Port[]> =>
      inChunks(rows, async (chunk) => {
        const ports = portsOf(chunk.map(({ id }) => id));
        return presentPorts(chunk, await together(db, ...detailQueries(db, ports)), drivers);
      }),

    /** A port that this caller may see, in one round trip. */
    async byId(db: Connection, id: string, seer: Seer = everybody): Promise<Port | undefined> {
      const [rows, ...details] = await ask(db, [id], seer);
      return presentPorts(rows, details, drivers)[0];
    },

    /** Ports by their ids, in one round trip. */
    byIds: (db: Connection, ids: readonly string[]): Promise<Port[]> =>
      inChunks(ids, async (chunk) => {
        const [rows, ...details] = await ask(db, chunk, everybody);
        return presentPorts(rows, details, drivers);
      }),

    /**
     * Ports of a machine, or of whatever else has a device id, which are few; Nova asks for them again and again.
     * @param owner the project that they belong to, if only such are asked for
     */
    async ofDevice(
      db: Connection,
      { isAdmin, projectId }: Seer,
      device: string,
      owner: string | undefined,
    ): Promise<Port[]> {
      const ask = (owner === undefined ? ofAnyOwner : ofOneOwner)[isAdmin ? 'admin' : 'project'];
      const [rows, ...details] = await ask(db, { device, owner: owner ?? '', projectId });
      return presentPorts(rows, details, drivers);
    },

    /** All ports from the first of these ids to the last, of every project, in one round trip; the ids are in order. */
    async fromTo(db: Connection, ids: readonly string[]): Promise<Port[]> {
      const ports = fromTo(ids);
      const rows = query(db).where(ports('ports.id'));
      const [found, ...details] = await together(db, rows, ...detailQueries(db, ports));
      return presentPorts(found, details, drivers);
    },
  };
}
