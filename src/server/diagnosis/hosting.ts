import { agentTypeMissing } from '../../health/catalogue/agents.ts';
import type { Finding } from '../../health/finding.ts';
import type { DHCP_AGENT, L3_AGENT } from '../services/agents/agent.ts';
import { deadAgent, disabledAgent, type ReportingAgent } from '../services/agents/reporting.ts';
import type { Model } from './model/index.ts';
import type { NetworkFacts } from './model/networks.ts';
import type { RouterFacts } from './model/routers.ts';

const BINARIES = { 'DHCP agent': 'neutron-dhcp-agent', 'L3 agent': 'neutron-l3-agent' } as const;

/** The DHCP agents that a network is given to. */
export const dhcpAgentsOf = ({ dhcpAgents }: NetworkFacts, { agents }: Pick<Model, 'agents'>) =>
  agents.filter(({ id }) => dhcpAgents.includes(id));

/** The L3 agents that a router is given to. */
export const l3AgentsOf = ({ agents: ids }: RouterFacts, { agents }: Pick<Model, 'agents'>) =>
  agents.filter(({ id }) => ids.includes(id));

/**
 * Why something that an agent is to serve has none: the state of all agents of that type in words; and as findings, the
 * same for all that lack one, what keeps them all from it.
 */
export function serving(
  agents: readonly ReportingAgent[],
  agentType: typeof DHCP_AGENT | typeof L3_AGENT,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const all = agents.filter((agent) => agent.agentType === agentType);
  if (all.length === 0) {
    const missing = agentTypeMissing.found({ agentType, binary: BINARIES[agentType] });
    return { text: `no ${agentType} has ever reported`, findings: [missing] };
  }
  if (all.every(({ alive }) => !alive)) return { text: 'none is alive', findings: all.map(deadAgent) };
  if (all.every(({ alive, enabled }) => !alive || !enabled)) {
    const off = all.filter(({ alive }) => alive).map(disabledAgent);
    return { text: 'those that are alive are switched off', findings: off };
  }
  const hosts = all.flatMap(({ alive, enabled, host }) => (alive && enabled ? [host] : []));
  return { text: `alive are those on ${hosts.join(', ')}, and none was given it`, findings: [] };
}
