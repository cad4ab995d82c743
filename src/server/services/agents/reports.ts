import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Log } from '../../../log/log.ts';
import type { AgentState, AgentStatus } from '../../../rpc/reports.ts';
import type { Db } from '../../db/database.ts';
import { defer } from '../../db/deferred.ts';
import { isDuplicate, isForeignKeyViolation } from '../../db/errors.ts';
import { sortedPythonJson } from '../../db/pythonJson.ts';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { databaseTime } from '../standardAttributes.ts';
import { isAlive } from './agent.ts';
import { keepClock } from './clocks.ts';
import { gathered } from './gathered.ts';

/** Clocks that differ by more than this are worth a warning: leases, tokens and logs disagree. */
const CLOCK_SKEW_SECONDS = 1;
/** A report that was sent before the server served may have waited for it; not longer than this, or the clock is wrong. */
const LONGEST_WAIT_SECONDS = 10;
/** Reports that are written at once. */
const MOST_AT_ONCE = 50;

const byAgent = (one: AgentState, other: AgentState): number =>
  one.host.localeCompare(other.host) || one.agent_type.localeCompare(other.agent_type);

export interface ReportSettings {
  readonly agent_down_time: number;
  readonly enable_new_agents: boolean;
  readonly dhcp_load_type: string;
}

/** What the server keeps of agents' reports. */
export interface Reports {
  /** Stores a report, made at `time` by the agent's clock, and tells the agent how it was seen until now. */
  store(state: AgentState, time: string): Promise<AgentStatus>;
}

/** @param begun when this process began to serve, in milliseconds since the epoch */
export function createReports(
  db: Db,
  log: Log,
  settings: ReportSettings,
  begun: number = Date.now(),
): Reports {
  /** Whether a report that seems late was on its way before anybody was there to hear it. */
  const mayHaveWaited = (sent: number, skew: number) => skew > -LONGEST_WAIT_SECONDS && sent < begun;

  function warnOfClock(state: AgentState, sent: number, skew: number): void {
    if (Math.abs(skew) > CLOCK_SKEW_SECONDS && !mayHaveWaited(sent, skew)) {
      log.warning(
        `The clock of ${state.agent_type} on host ${state.host} is ${Math.abs(skew).toFixed(1)} s ` +
          `${skew > 0 ? 'ahead of' : 'behind'} the server's (or its report was held up that long); ` +
          'set both by NTP.',
      );
    }
  }

  /** The load by which schedulers compare DHCP agents. */
  function loadOf(state: AgentState): number {
    const load = state.agent_type === 'DHCP agent' ? state.configurations[settings.dhcp_load_type] : 0;
    return typeof load === 'number' ? load : 0;
  }

  /** The columns that a report sets. */
  const columnsOf = (state: AgentState, now: string) => ({
    binary: state.binary,
    topic: state.topic,
    configurations: sortedPythonJson(state.configurations),
    load: loadOf(state),
    heartbeat_timestamp: now,
    ...(state.availability_zone === undefined ? {} : { availability_zone: state.availability_zone }),
    ...(state.start_flag ? { started_at: now } : {}),
    ...(state.resource_versions ? { resource_versions: sortedPythonJson(state.resource_versions) } : {}),
    ...(state.resources_synced === undefined ? {} : { resources_synced: state.resources_synced ? 1 : 0 }),
  });

  const knownQuery = (queries: Kysely<Database>, { agent_type, host }: AgentState) =>
    queries
      .selectFrom('agents')
      .leftJoin('nts_agent_clocks as clock', 'clock.agent_id', 'agents.id')
      .select(['agents.id', 'agents.heartbeat_timestamp', 'clock.reports'])
      .where('agent_type', '=', agent_type)
      .where('host', '=', host);

  const updateQuery = (queries: Kysely<Database>, state: AgentState, now: string) =>
    queries
      .updateTable('agents')
      .set(columnsOf(state, now))
      .where('agent_type', '=', state.agent_type)
      .where('host', '=', state.host);

  /**
   * Writes reports of agents, each as it was known until then; undefined for one that is not known. One report takes one round
   * trip and several take two with one commit: there are thousands a minute.
   */
  const update = gathered(MOST_AT_ONCE, async (states: readonly AgentState[]) => {
    const now = databaseTime();
    if (states.length === 1) {
      // Whether an agent is deleted before or after its report is for the database to say: no transaction is needed.
      const [[known]] = await db.statements((queries) =>
        together(queries, knownQuery(queries, states[0]!), updateQuery(queries, states[0]!, now)),
      );
      return [known];
    }
    return db.transaction(async (tx) => {
      const found = await together(tx, ...states.map((state) => knownQuery(tx, state)));
      // Other servers write reports of the same agents: in one order, so that none waits for another that waits for it.
      for (const state of states.toSorted(byAgent)) await defer(tx, updateQuery(tx, state, now));
      return found.map(([known]) => known);
    });
  });

  async function upsert(state: AgentState, skew: number): Promise<AgentStatus> {
    const known = await update(state);
    if (known) {
      await db.statements((queries) => keepClock(queries, known.id, skew, known.reports ?? 0));
      return isAlive(known, settings.agent_down_time) ? 'alive' : 'revived';
    }
    const now = databaseTime();
    const first = {
      id: randomUUID(),
      agent_type: state.agent_type,
      host: state.host,
      admin_state_up: settings.enable_new_agents ? 1 : 0,
      created_at: now,
      started_at: now,
      ...columnsOf(state, now),
    };
    await db.statements((queries) => queries.insertInto('agents').values(first).execute());
    return 'new';
  }

  return {
    async store(state, time) {
      const sent = Date.parse(`${time}Z`);
      const skew = Number.isNaN(sent) ? 0 : (sent - Date.now()) / 1000;
      if (state.start_flag) warnOfClock(state, sent, skew);
      try {
        return await upsert(state, skew);
      } catch (error) {
        // Another worker stored the agent's first report at the same moment, so that this one is an update; or the agent was
        // deleted, so that this one is its first.
        if (!isDuplicate(error) && !isForeignKeyViolation(error)) throw error;
        return upsert(state, skew);
      }
    },
  };
}
