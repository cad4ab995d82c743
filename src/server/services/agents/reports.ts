import { randomUUID } from 'node:crypto';
import type { Log } from '../../../log/log.ts';
import type { AgentState, AgentStatus } from '../../../rpc/reports.ts';
import type { Db } from '../../db/database.ts';
import { isDuplicate, isForeignKeyViolation } from '../../db/errors.ts';
import { sortedPythonJson } from '../../db/pythonJson.ts';
import { together } from '../../db/together.ts';
import { databaseTime } from '../standardAttributes.ts';
import { isAlive } from './agent.ts';
import { keepClock } from './clocks.ts';

/** Clocks that differ by more than this are worth a warning: leases, tokens and logs disagree. */
const CLOCK_SKEW_SECONDS = 1;

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

export function createReports(db: Db, log: Log, settings: ReportSettings): Reports {
  function warnOfClock(state: AgentState, skew: number): void {
    if (Math.abs(skew) > CLOCK_SKEW_SECONDS) {
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

  /** One round trip for an agent that is known and whose clock is right: there are thousands of reports a minute. */
  async function upsert(state: AgentState, skew: number): Promise<AgentStatus> {
    const now = databaseTime();
    const reported = {
      binary: state.binary,
      topic: state.topic,
      configurations: sortedPythonJson(state.configurations),
      load: loadOf(state),
      heartbeat_timestamp: now,
      ...(state.availability_zone === undefined ? {} : { availability_zone: state.availability_zone }),
      ...(state.start_flag ? { started_at: now } : {}),
      ...(state.resource_versions ? { resource_versions: sortedPythonJson(state.resource_versions) } : {}),
      ...(state.resources_synced === undefined ? {} : { resources_synced: state.resources_synced ? 1 : 0 }),
    };
    // Whether an agent is deleted before or after its report is for the database to say: no transaction is needed.
    const [[known]] = await db.statements((queries) =>
      together(
        queries,
        queries
          .selectFrom('agents')
          .leftJoin('nts_agent_clocks as clock', 'clock.agent_id', 'agents.id')
          .select(['agents.id', 'agents.heartbeat_timestamp', 'clock.reports'])
          .where('agent_type', '=', state.agent_type)
          .where('host', '=', state.host),
        queries
          .updateTable('agents')
          .set(reported)
          .where('agent_type', '=', state.agent_type)
          .where('host', '=', state.host),
      ),
    );
    if (known) {
      await db.statements((queries) => keepClock(queries, known.id, skew, known.reports ?? 0));
      return isAlive(known, settings.agent_down_time) ? 'alive' : 'revived';
    }
    const first = {
      id: randomUUID(),
      agent_type: state.agent_type,
      host: state.host,
      admin_state_up: settings.enable_new_agents ? 1 : 0,
      created_at: now,
      started_at: now,
      ...reported,
    };
    await db.statements((queries) => queries.insertInto('agents').values(first).execute());
    return 'new';
  }

  return {
    async store(state, time) {
      const sent = Date.parse(`${time}Z`);
      const skew = Number.isNaN(sent) ? 0 : (sent - Date.now()) / 1000;
      if (state.start_flag) warnOfClock(state, skew);
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
