import { oneByOne } from '../measure.ts';
import type { Row } from '../row.ts';
import { emptyNetwork } from './networks.ts';

export const networkGet: readonly Row[] = [
  {
    name: 'network-get',
    title: 'GET one network',
    unit: 'ms',
    goal: { times: 50 },
    operations: { ours: 500, peer: 50 },
    async measure(target, operations) {
      const { id } = await emptyNetwork(target);
      return oneByOne(target, operations, () => target.api.ask('GET', `networks/${id}`));
    },
  },
];
