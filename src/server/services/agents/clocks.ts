import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';

/** Clocks that differ by more than this are kept; a report may be on its way for a while as well. */
const KEPT_SECONDS = 5;
/** In how many reports, one after the other, a clock must differ: a single report may have been held up. */
const REPORTS = 2;

/**
 * Remembers that an agent's clock differs, or forgets it: writes nothing for a clock that is right, and was.
 * @param reports in how many reports it differed until now, one after the other
 */
export async function keepClock(
  db: Kysely<Database>,
  agentId: string,
  skewSeconds: number,
  reports: number,
): Promise<void> {
  const seconds = Math.round(skewSeconds);
  if (Math.abs(seconds) <= KEPT_SECONDS) {
    if (reports > 0) await db.deleteFrom('nts_agent_clocks').where('agent_id', '=', agentId).execute();
  } else if (reports > 0) {
    await db
      .updateTable('nts_agent_clocks')
      .set({ seconds, reports: reports + 1 })
      .where('agent_id', '=', agentId)
      .execute();
  } else {
    await db.insertInto('nts_agent_clocks').values({ agent_id: agentId, seconds, reports: 1 }).execute();
  }
}

/** By how many seconds clocks of agents are ahead of the server's (negative: behind), by the agents' ids. */
export async function clocksOf(db: Kysely<Database>): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('nts_agent_clocks').selectAll().where('reports', '>=', REPORTS).execute();
  return new Map(rows.map(({ agent_id, seconds }) => [agent_id, seconds]));
}
