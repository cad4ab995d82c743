import { ago } from '../../../health/ago.ts';
import { agentDisabled } from '../../../health/catalogue/agents.ts';
import { agentDead } from '../../../health/catalogue/binding.ts';
import type { Finding } from '../../../health/finding.ts';
import type { Item } from '../service.ts';
import { type AgentRow, configurationsOf, isAlive } from './agent.ts';

/** An agent by its reports, for what decides and explains. */
export interface ReportingAgent {
  readonly id: string;
  readonly agentType: string;
  readonly binary: string;
  readonly host: string;
  readonly alive: boolean;
  readonly enabled: boolean;
  readonly startedAt: string;
  readonly heartbeat: string;
  readonly configurations: Item;
}

/** An agent not heard of for `downSeconds`, by the server's clock, counts as dead. */
export const reportingAgent = (row: AgentRow, downSeconds: number): ReportingAgent => ({
  id: row.id,
  agentType: row.agent_type,
  binary: row.binary,
  host: row.host,
  alive: isAlive(row, downSeconds),
  enabled: row.admin_state_up !== 0,
  startedAt: row.started_at,
  heartbeat: row.heartbeat_timestamp,
  configurations: configurationsOf(row),
});

/** That an agent is switched off. */
export const disabledAgent = (agent: ReportingAgent): Finding =>
  agentDisabled.found(agent, { host: agent.host, subject: { resource: 'agent', id: agent.id } });

/** That an agent has stopped reporting. */
export function deadAgent({ id, agentType, host, binary, heartbeat }: ReportingAgent): Finding {
  const heard = ago((Date.now() - Date.parse(`${heartbeat.replace(' ', 'T')}Z`)) / 1000);
  const evidence = [`last report of agent ${id}: ${heartbeat} UTC`];
  return agentDead.found(
    { agentType, host, binary, heard },
    { host, subject: { resource: 'agent', id }, evidence },
  );
}
