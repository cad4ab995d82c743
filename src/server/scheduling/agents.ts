import type { Kysely } from 'kysely';
import type { Database } from '../db/schema/index.ts';
import { type AgentRow, aliveSince, type DHCP_AGENT, type L3_AGENT } from '../services/agents/agent.ts';

export type Queries = Kysely<Database>;

/** A scheduler's view of an agent that may take more work: how much of it the agent has already. */
export interface Candidate {
  readonly agent: AgentRow;
  readonly hosted: number;
}

/** Chooses `wanted` of the candidates, or all when there are fewer, beside agents `present`; a driver of the configuration. */
export type Choice = (
  candidates: readonly Candidate[],
  wanted: number,
  present?: readonly AgentRow[],
) => AgentRow[];

const inOrder = (candidates: readonly Candidate[]): AgentRow[] =>
  [...candidates]
    .sort((a, b) => a.hosted - b.hosted || a.agent.id.localeCompare(b.agent.id))
    .map(({ agent }) => agent);

/** The least busy first. */
const byLoad: Choice = (candidates, wanted) => inOrder(candidates).slice(0, wanted);

/** In any order. */
const byChance: Choice = (candidates, wanted) =>
  candidates
    .map(({ agent }) => ({ agent, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, wanted)
    .map(({ agent }) => agent);

/** Spread over availability zones: one more in the zone with the fewest, the least busy of it. */
const byZone: Choice = (candidates, wanted, present = []) => {
  const zones = Map.groupBy(inOrder(candidates), ({ availability_zone }) => availability_zone);
  const counts = new Map(
    [...zones.keys()].map((zone) => [
      zone,
      present.filter(({ availability_zone }) => availability_zone === zone).length,
    ]),
  );
  const chosen: AgentRow[] = [];
  while (chosen.length < wanted && counts.size > 0) {
    const [zone, count] = [...counts].reduce((least, next) => (next[1] < least[1] ? next : least));
    const agents = zones.get(zone)!;
    chosen.push(agents.shift()!);
    if (agents.length === 0) counts.delete(zone);
    else counts.set(zone, count + 1);
  }
  return chosen;
};

/** Whether a scheduler of this name looks at availability zones. */
export const knowsZones = (driver: string): boolean => /(^|\.)AZ\w*Scheduler$/.test(driver);

/** Neutron's names tell what a scheduler goes by. */
export const choiceOf = (driver: string): Choice => {
  if (knowsZones(driver)) return byZone;
  return /ChanceScheduler$/.test(driver) ? byChance : byLoad;
};

/** Whether an agent is in one of the hinted availability zones; without hints every agent is. */
export const isInZones =
  (hints: readonly string[]) =>
  ({ availability_zone }: AgentRow): boolean =>
    hints.length === 0 || hints.includes(availability_zone ?? '');

/** Agents of a type that are alive and not taken out of service. */
export const usableQuery = (
  queries: Queries,
  type: typeof DHCP_AGENT | typeof L3_AGENT,
  downTimeSeconds: number,
) =>
  queries
    .selectFrom('agents')
    .selectAll('agents')
    .where('agent_type', '=', type)
    .where('admin_state_up', '=', 1)
    .where('heartbeat_timestamp', '>=', aliveSince(downTimeSeconds))
    .orderBy('id');

export const usableAgents = (...asked: Parameters<typeof usableQuery>): Promise<AgentRow[]> =>
  usableQuery(...asked).execute();

/** The smallest positive number that is not used yet: unique per network or router, so it also ends a race. */
export function vacantIndex(used: readonly number[]): number {
  let index = 1;
  while (used.includes(index)) index += 1;
  return index;
}
