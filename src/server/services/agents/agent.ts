import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import type { Item } from '../service.ts';
import { databaseTime } from '../standardAttributes.ts';

export type AgentRow = Selectable<Database['agents']>;

export const DHCP_AGENT = 'DHCP agent';
export const L3_AGENT = 'L3 agent';
/** Those that wire ports, Python's own for Open vSwitch too. */
export const L2_AGENTS = ['Linux bridge agent', 'Open vSwitch agent'] as const;

/** The DHCP agents that host a network, dead ones too, in the order in which they were chosen. */
export const dhcpAgentsQuery = (db: Kysely<Database>, networkId: string) =>
  db
    .selectFrom('agents')
    .innerJoin('networkdhcpagentbindings', 'networkdhcpagentbindings.dhcp_agent_id', 'agents.id')
    .selectAll('agents')
    .select('networkdhcpagentbindings.binding_index')
    .where('networkdhcpagentbindings.network_id', '=', networkId)
    .orderBy('networkdhcpagentbindings.binding_index');

/** A DHCP agent by its place among those of a network. */
export type HostingAgent = AgentRow & { readonly binding_index: number };

/** The oldest heartbeat, in the database's words, of an agent that counts as alive by the server's clock. */
export const aliveSince = (downTimeSeconds: number, now = Date.now()): string =>
  databaseTime(new Date(now - downTimeSeconds * 1000));

export const isAlive = (
  agent: Pick<AgentRow, 'heartbeat_timestamp'>,
  downTimeSeconds: number,
  now = Date.now(),
): boolean => agent.heartbeat_timestamp >= aliveSince(downTimeSeconds, now);

/** What an agent reported as JSON; an unreadable text, left by something else, counts as nothing. */
function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export const configurationsOf = (agent: AgentRow) => parsed(agent.configurations);

/** An agent as the API shows it. */
export const presentAgent = (agent: AgentRow, downTimeSeconds: number): Item => ({
  id: agent.id,
  agent_type: agent.agent_type,
  binary: agent.binary,
  topic: agent.topic,
  host: agent.host,
  admin_state_up: agent.admin_state_up === 1,
  created_at: agent.created_at,
  started_at: agent.started_at,
  heartbeat_timestamp: agent.heartbeat_timestamp,
  description: agent.description,
  resources_synced: agent.resources_synced === null ? null : agent.resources_synced === 1,
  availability_zone: agent.availability_zone,
  alive: isAlive(agent, downTimeSeconds),
  configurations: configurationsOf(agent),
});

/** An agent within a list of those that host a network or router, where nothing is cut away. */
export const presentHostingAgent = (agent: AgentRow, downTimeSeconds: number): Item => ({
  ...presentAgent(agent, downTimeSeconds),
  resource_versions: parsed(agent.resource_versions),
});
