import { atOnce, oneByOne } from '../measure.ts';
import type { Row } from '../row.ts';
import { emptyNetwork } from './networks.ts';

/** A port with an address, in the project's default security group; no agent serves its subnet, so the server works alone. */
const port = (network: { readonly id: string }, index: number) => ({
  network_id: network.id,
  name: `p${index}`,
});

export const portCreate: readonly Row[] = [
  {
    name: 'port-create',
    title: 'create a port',
    unit: 'ms',
    goal: { times: 20 },
    operations: { ours: 200, peer: 20 },
    async measure(target, operations) {
      const network = await emptyNetwork(target);
      return oneByOne(target, operations, (index) => target.api.create('ports', port(network, index)));
    },
  },
  {
    name: 'port-create-8',
    title: 'create ports, 8 at once',
    unit: '/s',
    goal: { times: 20 },
    operations: { ours: 400, peer: 32 },
    async measure(target, operations) {
      const network = await emptyNetwork(target);
      return atOnce(target, operations, 8, (index) => target.api.create('ports', port(network, index)));
    },
  },
];
