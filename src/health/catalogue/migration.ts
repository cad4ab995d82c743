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

export const rowsWithoutEffect = problem({
  code: 'rows_without_effect',
  title: 'Objects in the database that nothing here serves',
  severity: 'warning',
  sentence: ({ rows, consequence }: { rows: string; consequence: string }) =>
    `the database holds ${rows}: ${consequence}`,
  cause:
    'Python Neutron serves them by a plugin or driver that neutron-ts does not have. They stay in the database as they are and count again when Python is back; meanwhile they have no effect.',
  fix: () => 'do without them before the server comes over, or leave this cloud to Python Neutron',
  example: { rows: '2 trunks (trunk-a, trunk-b)', consequence: 'their subports are not wired' },
});

export const servicePluginNotServed = problem({
  code: 'service_plugin_not_served',
  title: 'Service plugin that is not here',
  severity: 'warning',
  sentence: ({ plugin, what }: { plugin: string; what: string }) =>
    `service_plugins has ${plugin}, and ${what} are not served here`,
  cause:
    'Python Neutron has this plugin and neutron-ts does not: its paths of the API answer 404, and what it keeps in the database has no effect.',
  fix: () =>
    'if nobody uses it, take it out of service_plugins in section [DEFAULT] of /etc/neutron/neutron.conf; neutron-doctor migration tells what the database holds of it',
  example: { plugin: 'trunk', what: 'trunks' },
});
