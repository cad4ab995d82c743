import type { Kysely } from 'kysely';
import type { Database } from '../db/schema/index.ts';
import { type AgentRow, aliveSince, type DHCP_AGENT, type L3_AGENT } from '../services/agents/agent.ts';

export type Queries = Kysely<Database>;

/** A scheduler's view of an agent that may take more work: how much of it the agent has already. */
export interface Candidate {
  readonly agent: AgentRow;
  readonly hosted: number;
}

/** How to choose among candidates; a driver of the configuration. */
export type Choice = (candidates: readonly Candidate[]) => Candidate[];

/** The least busy first. */
const byLoad: Choice = (candidates) =>
  [...candidates].sort((a, b) => a.hosted - b.hosted || a.agent.id.localeCompare(b.agent.id));

/** In any order. */
const byChance: Choice = (candidates) =>
  candidates
    .map((candidate) => ({ candidate, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ candidate }) => candidate);

/** Chance schedulers are named so; every other one of Neutron's balances load. */
export const choiceOf = (driver: string): Choice => (/ChanceScheduler$/.test(driver) ? byChance : byLoad);

/** Agents of a type that are alive and not taken out of service. */
export const usableAgents = (
  queries: Queries,
  type: typeof DHCP_AGENT | typeof L3_AGENT,
  downTimeSeconds: number,
): Promise<AgentRow[]> =>
  queries
    .selectFrom('agents')
    .selectAll()
    .where('agent_type', '=', type)
    .where('admin_state_up', '=', 1)
    .where('heartbeat_timestamp', '>=', aliveSince(downTimeSeconds))
    .orderBy('id')
    .execute();

/** The smallest positive number that is not used yet: unique per network or router, so it also ends a race. */
export function vacantIndex(used: readonly number[]): number {
  let index = 1;
  while (used.includes(index)) index += 1;
  return index;
}
