import type { Daemon, Scenario, Step } from '../scenario.ts';

/**
 * Daemons that hang: systemd takes them for running, and nothing is in their logs. Only that they are not heard of any
 * more tells.
 */

const signal = (host: string, daemon: Daemon, name: 'STOP' | 'CONT'): Step => ({
  host,
  run: `kill -${name} $(pgrep -f 'log-file=/var/log/neutron/neutron-${daemon}.lo[g]')`,
});

const hung = (
  host: string,
  daemon: Daemon,
  ask: Scenario['ask'],
): Pick<Scenario, 'lab' | 'source' | 'fault' | 'undo' | 'ask' | 'first'> => ({
  lab: 'embedded',
  source: 'pains 18',
  fault: [signal(host, daemon, 'STOP')],
  undo: [signal(host, daemon, 'CONT')],
  ask,
  first: 'agent_dead',
});

export const hungAgents: readonly Scenario[] = [
  {
    name: 'the Linux bridge agent hangs',
    ...hung('compute', 'linuxbridge-agent', { diagnosis: 'ports/$VM1_PORT' }),
  },
  {
    name: 'the DHCP agent hangs',
    ...hung('controller', 'dhcp-agent', { diagnosis: 'networks/$PRIVATE' }),
  },
  { name: 'the L3 agent hangs', ...hung('controller', 'l3-agent', { problems: true }) },
];
