import { memoryOfNode } from '../floors/bareNode.ts';
import type { Row } from '../row.ts';
import { memoryOf } from '../target/memory.ts';

const missed =
  'Each of three workers holds the whole server, compiled, and a heap that V8 lets grow with what was asked of it. Workers that load only what they serve, or a smaller young generation of the heap, are what it takes; which of them gives more was not measured.';

const resident = (daemon: string): Row => ({
  name: daemon.replace('neutron-', 'memory-').replace('-agent', ''),
  title: `memory of ${daemon}${daemon === 'neutron-server' ? ' with its workers' : ''} (PSS)`,
  unit: 'MiB',
  goal: { times: 2 },
  missed,
  rounds: { ours: 1, peer: 1 },
  measure: async (target) => ({ values: [memoryOf(target, daemon)] }),
  floor: memoryOfNode,
});

/** As it is after the rows before; of the agents dnsmasq and haproxy aside, with privsep's and rootwrap's helpers. */
export const memory: readonly Row[] = [
  resident('neutron-server'),
  ...['linuxbridge', 'dhcp', 'l3', 'metadata'].map((kind) => resident(`neutron-${kind}-agent`)),
];
