import type { Kysely } from 'kysely';
import type { HaState } from '../../../rpc/l3plugin.ts';
import type { Database } from '../../db/schema/index.ts';
import { type AgentRow, isAlive } from './agent.ts';

/** An agent that hosts a highly available router, with what the router is there. */
export interface HaAgent {
  readonly router_id: string;
  readonly port_id: string;
  readonly agent: AgentRow;
  readonly state: HaState;
}

/**
 * The agents of highly available routers. Of an agent that is dead or out of service the last word does not count: the
 * router is standby there when another agent lives, and nobody knows when none does.
 */
export async function haAgents(
  queries: Kysely<Database>,
  routerIds: readonly string[],
  agentDownTime: number,
): Promise<HaAgent[]> {
  if (routerIds.length === 0) return [];
  const rows = await queries
    .selectFrom('ha_router_agent_port_bindings as binding')
    .innerJoin('agents', 'agents.id', 'binding.l3_agent_id')
    .selectAll('agents')
    .select(['binding.router_id', 'binding.port_id', 'binding.state'])
    .where('binding.router_id', 'in', [...routerIds])
    .orderBy('agents.id')
    .execute();
  const works = (agent: AgentRow) => agent.admin_state_up === 1 && isAlive(agent, agentDownTime);
  const reachable = new Set(rows.filter(works).map(({ router_id }) => router_id));
  return rows.map(({ router_id, port_id, state, ...agent }) => {
    const last = (state ?? 'standby') as HaState;
    const lost = last === 'active' && !works(agent);
    const guess: HaState = reachable.has(router_id) ? 'standby' : 'unknown';
    return { router_id, port_id, agent, state: lost ? guess : last };
  });
}
