import type { AgentSelf } from '../../rpc/diagnosis.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import { accountOf, askAccounts } from './accounts.ts';
import type { Asking } from './asking.ts';

/** What agents say of themselves, by their ids. */
export type Ask = (agents: readonly ReportingAgent[]) => Promise<ReadonlyMap<string, AgentSelf>>;

/** Agents that one look asks without a reason. */
const AT_ONCE = 100;

/**
 * Asks some of the agents each time: those that had something wrong to tell when last asked, so that nothing seems gone that
 * is not, and of the others the next ones in turn. Five hundred agents that are asked every half minute would cost the server
 * more than their reports do.
 */
export function askInTurn(asking: Asking, atOnce = AT_ONCE): Ask {
  let telling: ReadonlySet<string> = new Set();
  let turn = 0;
  return async (agents) => {
    const living = agents.filter(({ alive }) => alive);
    const well = living.filter(({ id }) => !telling.has(id));
    const from = turn < well.length ? turn : 0;
    const next = well.slice(from, from + atOnce);
    turn = from + next.length;
    const asked = [...living.filter(({ id }) => telling.has(id)), ...next];
    const accounts = await askAccounts(asking, asked);
    const tells = (agent: ReportingAgent) => {
      const self = accounts.get(agent.id);
      return self ? accountOf(agent, self).length > 0 : telling.has(agent.id);
    };
    telling = new Set(asked.filter(tells).map(({ id }) => id));
    return accounts;
  };
}
