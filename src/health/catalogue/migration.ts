import { problem } from '../problem.ts';

/** What keeps a cloud of Python Neutron from coming over as it is. */

export const agentWithoutCounterpart = problem({
  code: 'agent_without_counterpart',
  title: 'Agent of a kind that is not here',
  severity: 'warning',
  sentence: ({ type, hosts }: { type: string; hosts: readonly string[] }) =>
    `${hosts.join(', ')}: ${type}, which neutron-ts does not have`,
  cause:
    'The server knows an agent that only Python Neutron has. Ports, routers or meters that it serves have nobody to serve them once its host is to run neutron-ts alone; the agents of Linux bridges, beside it, come over.',
  fix: () =>
    'leave that agent as it is, and its hosts to Python Neutron, or move what it serves away first; an agent that is long gone is deleted with neutron agent-delete',
  command: () => 'neutron agent-list',
  example: { type: 'Open vSwitch agent', hosts: ['compute'] },
});
