import { setTimeout as sleep } from 'node:timers/promises';
import { tapName } from '../../src/net/names.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { client } from '../../src/rpc/interface.ts';
import { l2plugin } from '../../src/rpc/l2plugin.ts';
import { bareCall, bareCallCpu, bareCalls } from '../floors/bareCall.ts';
import { atOnce, oneByOne, withCpu } from '../measure.ts';
import type { Row, Sample } from '../row.ts';
import { Fleet } from '../sim/fleet.ts';
import { BROKER_USER } from '../target/open.ts';
import { AGENT_HOST, agentReports } from '../target/rpc.ts';
import type { Target } from '../target/target.ts';
import { quiet } from '../target/usage.ts';
import { networkWithSubnet } from './networks.ts';

/** Ports of one host, as many as a busy hypervisor has. */
const PORTS = 20;
/** Simulated agents, each with a connection of its own. */
const AGENTS = 500;
const REPORTS_PER_SECOND = Math.round(AGENTS / 30);

/** As the same call without the database shows. */
const missed =
  "Three fifths of the time pass on the way from the agent through RabbitMQ to the server and back, which a call that asks nothing of the database takes as well; the rest is one durable commit. It would take a report that does not wait until it is committed; Python's waits, too.";

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

/** Agents of the simulator report for a minute: a failure is an agent that is seen dead, or a call that failed. */
async function agentsReporting(target: Target): Promise<Sample> {
  const fleet = new Fleet(AGENTS, { hosts: [{ host: '127.0.0.1', port: 5672 }], ...BROKER_USER });
  target.afterwards(() => target.database.query("delete from agents where host like 'compute0%'"));
  target.afterwards(() => fleet.stop());
  await fleet.start();
  await quiet([...target.lab.hosts.values()], 30);
  fleet.beginPhase();
  const { cpu } = await withCpu(target, () => sleep(60_000));
  const dead = (await target.api.list('agents')).filter(({ alive }) => !alive).length;
  const failed = Object.values(fleet.calls.failures()).reduce((sum, each) => sum + each, 0);
  return { values: [cpu / fleet.calls.total], failures: dead + failed };
}

export const rpc: readonly Row[] = [
  {
    name: 'rpc-report-state',
    title: 'an agent reports its state, through RabbitMQ',
    unit: 'ms',
    goal: { times: 10 },
    missed,
    operations: { ours: 1000, peer: 50 },
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
    operations: { ours: 3000, peer: 160 },
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
    operations: { ours: 200, peer: 5 },
    async measure(target, operations) {
      return oneByOne(target, operations, await details(target));
    },
    floor: bareCall,
  },
  {
    name: 'rpc-agents-500',
    title: `${AGENTS} agents report every 30 s, among 10,000 ports: the server's processor time per report`,
    unit: 'ms',
    goal: { times: 10 },
    missed:
      'Reports come one at a time, sixteen a second, and each pays for itself what many at once share: a profile shows a third of the time in handing the kernel a statement, an acknowledgement and a reply, each alone, and an eighth in collecting garbage. The look for problems takes a hundredth. A bare consumer that answers and does nothing else pays the half of it, as its floor shows. It would take reports that are gathered for some milliseconds before they are written.',
    ports: 10_000,
    rounds: { ours: 1, peer: 1 },
    measure: agentsReporting,
    floor: bareCallCpu(REPORTS_PER_SECOND),
  },
];
