import { adminContext } from '../../src/rpc/context.ts';
import { client } from '../../src/rpc/interface.ts';
import { l2plugin } from '../../src/rpc/l2plugin.ts';
import { bareAnswer } from '../floors/bareAnswer.ts';
import { bareCall } from '../floors/bareCall.ts';
import { commits } from '../floors/commits.ts';
import { oneByOne } from '../measure.ts';
import { amount } from '../report/amount.ts';
import type { Floor, Row, Sample } from '../row.ts';
import { seededHost, seededId } from '../target/seed.ts';
import type { Target } from '../target/target.ts';
import { networkWithSubnet } from './networks.ts';
import { PORT_ROWS } from './portCreate.ts';

const [FEW, MANY] = [1_000, 100_000];

const PAGE = 'ports?limit=100';
/** Rows that binding writes: the binding, its level, the port, its standard attribute. */
const BINDING_ROWS = 4;

const NOISE =
  'Noise of the machine is as large: binding among 1,000 ports alone, measured twice within ten minutes, took 20.9 and 18.6 ms, and 23.5 and 17 ms of processor time. Round trips are the same among both, and each statement finds what it wants by an index.';

/** The figure among few ports, and among many: what it costs may hardly grow. Processor time is the database's, too. */
const growing = (
  name: string,
  title: string,
  floor: Floor,
  measure: (target: Target, operations: number) => Promise<Sample>,
): Row[] =>
  [FEW, MANY].map((ports) => ({
    name: `growth-${name}-${ports}`,
    title: `${title}, among ${amount(ports)} ports`,
    unit: 'ms',
    goal: ports === MANY ? { growth: { from: `growth-${name}-${FEW}`, atMost: 1.2 } } : {},
    ports,
    missed: NOISE,
    // What grows by a fifth is seen only among many of so few milliseconds each.
    rounds: { ours: 5, peer: 1 },
    operations: { ours: 600, peer: 10 },
    measure: (target, operations) =>
      measure({ ...target, daemons: ['neutron-server', 'mariadbd'] }, operations),
    floor,
  }));

export const growth: readonly Row[] = [
  ...growing('create', 'create a port', commits(1, PORT_ROWS), async (target, operations) => {
    const { id: network_id } = await networkWithSubnet(target);
    return oneByOne(target, operations, () => target.api.create('ports', { network_id }));
  }),
  ...growing(
    'page',
    'list a page of 100',
    bareAnswer(({ api }) => api.ask('GET', PAGE), 100),
    (target, operations) => oneByOne(target, operations, () => target.api.ask('GET', PAGE)),
  ),
  ...growing('bind', 'bind a port', commits(1, BINDING_ROWS), async (target, operations) => {
    const { id: network_id } = await networkWithSubnet(target);
    const ports: string[] = [];
    for (let index = 0; index < operations; index += 1)
      ports.push((await target.api.create('ports', { network_id })).id);
    const port = { 'binding:host_id': 'compute', device_owner: 'compute:nova' };
    return oneByOne(target, operations, (index) => target.api.ask('PUT', `ports/${ports[index]}`, { port }));
  }),
  ...growing('rpc', 'an agent asks how to wire a port', bareCall, (target, operations) => {
    const server = client(target.rpc, l2plugin);
    return oneByOne(target, operations, (index) => {
      const number = index + 1;
      const args = { devices: [seededId('port', number)], agent_id: 'lb-bench', host: seededHost(number) };
      return server.get_devices_details_list_and_failed_devices(adminContext(), args);
    });
  }),
];
