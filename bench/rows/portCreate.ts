import { commitRate, commits } from '../floors/commits.ts';
import { atOnce, elapsed, oneByOne, withCpu } from '../measure.ts';
import type { Row } from '../row.ts';
import { withoutKeystone } from '../target/noauth.ts';
import { networkWithSubnet } from './networks.ts';

/** As a profile of a worker and the server's log of statements show. */
const missed =
  'Ten round trips to MariaDB follow one another, and two of the outbox behind them; what a worker spends most on is writing to their socket. What is left waits for an answer: ids that the database gives, addresses that are free, the port as it is told. It would take statements that the database strings together itself, by a procedure that Neutron’s schema does not have.';

/** Rows of a port: standard attribute, port, address (twice, once of it IPAM's), binding, port security, group. */
export const PORT_ROWS = 7;
const BULK = 1000;

/** A port with an address, in the project's default security group. */
const port = (network_id: string, index: number) => ({ network_id, name: `p${index}` });

export const portCreate: readonly Row[] = [
  {
    name: 'port-create',
    title: 'create a port',
    unit: 'ms',
    goal: { times: 20 },
    missed,
    operations: { ours: 400, peer: 20 },
    async measure(target, operations) {
      const { id } = await networkWithSubnet(target);
      return oneByOne(target, operations, (index) => target.api.create('ports', port(id, index)));
    },
    floor: commits(1, PORT_ROWS),
  },
  {
    name: 'port-create-8',
    title: 'create ports, 8 at once',
    unit: '/s',
    goal: { times: 20 },
    missed,
    operations: { ours: 600, peer: 32 },
    async measure(target, operations) {
      const { id } = await networkWithSubnet(target);
      return atOnce(target, operations, 8, (index) => target.api.create('ports', port(id, index)));
    },
    floor: commitRate(PORT_ROWS),
  },
  {
    name: 'port-create-noauth',
    title: 'create a port, without Keystone',
    unit: 'ms',
    goal: { times: 20 },
    missed,
    rounds: { ours: 2, peer: 2 },
    operations: { ours: 300, peer: 10 },
    async measure(target, operations) {
      const { id } = await networkWithSubnet(target);
      const bare = await withoutKeystone(target);
      const one = (index: number) => ({ ...port(id, index), tenant_id: target.project });
      const create = () => oneByOne(bare, operations, (index) => bare.api.create('ports', one(index)));
      await create(); // the server has just been started
      return create();
    },
    floor: commits(1, PORT_ROWS),
  },
  {
    name: 'port-bulk',
    title: 'create 1,000 ports in one request',
    unit: 'ms',
    goal: { times: 20 },
    rounds: { ours: 3, peer: 1 },
    async measure(target) {
      const { id } = await networkWithSubnet(target);
      const ports = Array.from({ length: BULK }, (_, index) => port(id, index));
      const { result, cpu } = await withCpu(target, () =>
        elapsed(() => target.api.ask('POST', 'ports', { ports })),
      );
      return { values: [result], cpu };
    },
    floor: commits(1, PORT_ROWS * BULK),
  },
];
