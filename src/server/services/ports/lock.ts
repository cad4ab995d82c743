import { defer } from '../../db/deferred.ts';
import type { Tx } from '../service.ts';

/**
 * Keeps ports as they are read next. Of those who write to one, each so sees what the one before it left: whether the port is
 * still there, on which host, and what it waits for.
 */
export const lockPorts = (tx: Tx, ids: readonly string[]): Promise<void> =>
  defer(tx, tx.selectFrom('ports').select('id').where('id', 'in', ids).forUpdate());
