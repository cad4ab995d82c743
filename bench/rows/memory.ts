import { memoryOfNode } from '../floors/bareNode.ts';
import type { Row } from '../row.ts';
import { memoryOf } from '../target/memory.ts';

const MISSED_BY_SERVER =
  'Each of three workers holds the whole server, compiled, in some 60 MiB, and what it has just worked with until it has nothing to do for a second. Workers that load only what they serve were not tried.';

const resident = (daemon: string, missed?: string): Row => ({
  name: daemon.replace('neutron-', 'memory-').replace('-agent', ''),
  title: `memory of ${daemon}${daemon === 'neutron-server' ? ' with its workers' : ''} (PSS)`,
  unit: 'MiB',
  goal: { times: 2 },
  ...(missed && { missed }),
  rounds: { ours: 1, peer: 1 },
  measure: async (target) => ({ values: [memoryOf(target, daemon)] }),
  floor: memoryOfNode,
});

/** As it is after the rows before; of the agents dnsmasq and haproxy aside, with privsep's and rootwrap's helpers. */
export const memory: readonly Row[] = [
  resident('neutron-server', MISSED_BY_SERVER),
  ...['linuxbridge', 'dhcp', 'l3', 'metadata'].map((kind) => resident(`neutron-${kind}-agent`)),
];
