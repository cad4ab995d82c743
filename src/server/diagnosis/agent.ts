import { failing } from '../../health/checks.ts';
import { deadAgent, type ReportingAgent } from '../services/agents/reporting.ts';
import type { Judge } from './judge.ts';
import type { Kind } from './kind.ts';

/** What is looked at of every agent. */
export const agentJudges: readonly Judge<ReportingAgent>[] = [
  {
    name: 'reports',
    judge: (agent) => failing(agent.alive ? [] : [deadAgent(agent)], `last report: ${agent.heartbeat} UTC`),
  },
];

/** Agents. */
export const agentKind: Kind<ReportingAgent> = {
  resource: 'agent',
  wanted: () => ({}),
  find: ({ agents }, id) => agents.find((agent) => agent.id === id),
  judges: agentJudges,
  closer: [],
};
