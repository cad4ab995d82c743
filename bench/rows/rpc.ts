import { tapName } from '../../src/net/names.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { client } from '../../src/rpc/interface.ts';
import { l2plugin } from '../../src/rpc/l2plugin.ts';
import { bareCall, bareCalls } from '../floors/bareCall.ts';
import { atOnce, oneByOne } from '../measure.ts';
import type { Row } from '../row.ts';
import { AGENT_HOST, agentReports } from '../target/rpc.ts';
import type { Target } from '../target/target.ts';
import { networkWithSubnet } from './networks.ts';

/** Ports of one host, as many as a busy hypervisor has. */
const PORTS = 20;

/** As the same call without the database shows. */
const missed =
  'Three fifths of the time pass on the way from the agent through RabbitMQ to the server and back, which a call that asks nothing of the database takes as well; the rest is one durable commit.';

/** Asks how to wire twenty devices of one host, as its agent does after a restart. */
async function details(target: Target): Promise<() => Promise<unknown>> {
  await agentReports(target);
  const { id: network_id } = await networkWithSubnet(target);
  const devices: string[] = [];
  for (let index = 0; index < PORTS; index += 1) {
    const attributes = { network_id, device_owner: 'compute:nova', 'binding:host_id': AGENT_HOST };
    devices.push(tapName((await target.api.create('ports', attributes)).id));
  }
  const { get_devices_details_list } = client(target.rpc, l2plugin);
  const ask = async () => {
    const asked = { devices, agent_id: 'lb000000000001', host: AGENT_HOST };
    const found = await get_devices_details_list(adminContext(), asked);
    const missing = found.filter((one) => !('port_id' in one));
    if (missing.length > 0) throw new Error(`${missing.length} of ${PORTS} devices are not known`);
  };
  // The first answer also makes the ports BUILD.
  await ask();
  return ask;
}

export const rpc: readonly Row[] = [
  {
    name: 'rpc-report-state',
    title: 'an agent reports its state, through RabbitMQ',
    unit: 'ms',
    goal: { times: 10 },
    missed,
    operations: { ours: 200, peer: 50 },
    async measure(target, operations) {
      return oneByOne(target, operations, await agentReports(target));
    },
    floor: bareCall,
  },
  {
    name: 'rpc-report-state-16',
    title: 'agents report their state, 16 at once',
    unit: '/s',
    goal: { times: 10 },
    missed,
    operations: { ours: 800, peer: 160 },
    async measure(target, operations) {
      return atOnce(target, operations, 16, await agentReports(target));
    },
    floor: bareCalls(16),
  },
  {
    name: 'rpc-details',
    title: `an agent asks how to wire ${PORTS} devices, through RabbitMQ`,
    unit: 'ms',
    goal: { times: 10 },
    operations: { ours: 100, peer: 5 },
    async measure(target, operations) {
      return oneByOne(target, operations, await details(target));
    },
    floor: bareCall,
  },
];
