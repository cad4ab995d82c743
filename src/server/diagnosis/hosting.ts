import type { Finding } from '../../health/finding.ts';
import { deadAgent, type ReportingAgent } from '../services/agents/reporting.ts';

/**
 * Why something that an agent is to serve has none: the state of all agents of that type in words, and dead ones as
 * findings when none is alive.
 */
export function serving(
  agents: readonly ReportingAgent[],
  agentType: string,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const all = agents.filter((agent) => agent.agentType === agentType);
  if (all.length === 0) return { text: `no ${agentType} has ever reported`, findings: [] };
  if (all.every(({ alive }) => !alive)) return { text: 'none is alive', findings: all.map(deadAgent) };
  if (all.every(({ alive, enabled }) => !alive || !enabled)) {
    return { text: 'those that are alive are switched off', findings: [] };
  }
  const hosts = all.flatMap(({ alive, enabled, host }) => (alive && enabled ? [host] : []));
  return { text: `alive are those on ${hosts.join(', ')}, and none was given it`, findings: [] };
}
