import { startAgain, stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { nodeProgram, projectRoot } from '../../src/lab/paths.ts';
import { bareDnsmasq } from '../floors/bareKernel.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { eachPrepared, inLanes, withCpu } from '../measure.ts';
import type { Row } from '../row.ts';
import { type Guest, machines, plug } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import type { Target } from '../target/target.ts';
import { network } from './networks.ts';

const LANES = 8;
const daemons = ['neutron-dhcp-agent', 'neutron-linuxbridge-agent', 'neutron-server'];
const dhcpAgent = { host: 'controller', name: 'neutron-dhcp-agent' } as const;

/** A network with DHCP; gone after the round. */
async function servedNetwork(target: Target) {
  const made = await network(target);
  await target.api.create('subnets', { network_id: made.id, ip_version: 4, cidr: '10.10.0.0/16' });
  return made;
}

/** When a DHCP server first offers the guest an address, in milliseconds since the epoch; begins before it has a tap. */
async function firstOffer({ host, namespace }: Guest): Promise<number> {
  const words = [
    nodeProgram,
    '--disable-warning=ExperimentalWarning',
    `${projectRoot}/bench/target/firstOffer.ts`,
  ];
  return Number((await runIn(host, ['timeout', '900', 'ip', 'netns', 'exec', namespace, ...words])).stdout);
}

/** So many networks with DHCP, each of which a dnsmasq of the controller serves. */
export async function served(target: Target, count: number): Promise<void> {
  const networks = await furnished(target, (maker) => inLanes(count, LANES, () => servedNetwork(maker)));
  const files = networks.map(({ id }) => `/var/lib/neutron/dhcp/${id}/pid`);
  await runIn(hostNamed(target.lab, 'controller'), ['timeout', '900', 'sh', '-ec', AWAIT, 'sh', ...files]);
}

/** Waits for files, which are its arguments. */
const AWAIT = 'for file; do until [ -s "$file" ]; do sleep 0.1; done; done';

const agentRestart = (networks: number, rounds: Row['rounds']): Row => ({
  name: `dhcp-restart-${networks}`,
  title: `the DHCP agent starts again with ${networks} networks → one made meanwhile is served`,
  unit: 's',
  goal: { times: 10 },
  rounds,
  async measure(target) {
    await served(target, networks);
    await stop(target.lab, dhcpAgent);
    const [late] = await machines(target, await servedNetwork(target), 'controller', 1);
    await plug([late!]);
    const { result, cpu } = await withCpu({ ...target, daemons }, async () => {
      const began = Date.now();
      const [offered] = await Promise.all([firstOffer(late!), startAgain(target.lab, dhcpAgent)]);
      return offered - began;
    });
    return { values: [result / 1000], cpu };
  },
  floor: startOfNode('s'),
});

export const dhcp: readonly Row[] = [
  {
    name: 'dhcp-lease',
    title: 'create a network with DHCP and a machine on it → it is offered its address',
    unit: 'ms',
    goal: { times: 10 },
    operations: { ours: 5, peer: 2 },
    async measure(target, operations) {
      const nothing = () => {};
      return eachPrepared({ ...target, daemons }, operations, nothing, async () => {
        const began = Date.now();
        const [guest] = await machines(target, await servedNetwork(target), 'compute', 1);
        const [offered] = await Promise.all([firstOffer(guest!), plug([guest!])]);
        return offered - began;
      });
    },
    floor: bareDnsmasq,
  },
  agentRestart(20, { ours: 3, peer: 2 }),
  agentRestart(200, { ours: 2, peer: 1 }),
];
