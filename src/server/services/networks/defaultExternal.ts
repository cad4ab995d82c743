import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';

const defaults = (db: Kysely<Database>) =>
  db.selectFrom('externalnetworks').select('network_id').where('is_default', '=', 1).orderBy('network_id');

/**
 * Throws when another network is the default for auto-allocated topologies. Called after the network was written: of
 * two that become it at once each waits for the other's row, and the transaction that the database ends sees the
 * winner.
 */
export async function checkOnlyDefaultExternal(tx: Tx, id: string): Promise<void> {
  const [other] = await defaults(tx).where('network_id', '!=', id).forUpdate().execute();
  if (other !== undefined) throw fault('DefaultExternalNetworkExists', { net_id: other.network_id });
}

/** The external network that auto-allocated routers lead to. */
export const defaultExternalNetwork = async (db: Kysely<Database>): Promise<string | undefined> =>
  (await defaults(db).executeTakeFirst())?.network_id;
