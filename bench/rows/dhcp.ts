import { stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { nodeProgram, projectRoot } from '../../src/lab/paths.ts';
import { bareDnsmasqs } from '../floors/bareKernel.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { eachPrepared, inLanes } from '../measure.ts';
import type { Row } from '../row.ts';
import type { Item } from '../target/api.ts';
import { type Guest, machines, plug } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import type { Target } from '../target/target.ts';
import { secondsFromStart } from './agentStart.ts';
import { NO_WRITE, restartAtRest } from './atRest.ts';
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

const networks = (target: Target, count: number) =>
  furnished(target, (maker) => inLanes(count, LANES, () => servedNetwork(maker)));

/** When a dnsmasq of the controller serves each of these networks, in milliseconds since the epoch. */
async function allServed({ lab }: Target, made: readonly Item[]): Promise<number> {
  const files = made.map(({ id }) => `/var/lib/neutron/dhcp/${id}/pid`);
  const waiting = ['timeout', '900', 'sh', '-ec', AWAIT, 'sh', ...files];
  return Number((await runIn(hostNamed(lab, 'controller'), waiting)).stdout) / 1e6;
}

/** Waits for files, which are its arguments. */
const AWAIT = 'for file; do until [ -s "$file" ]; do sleep 0.02; done; done; date +%s%N';

/** So many networks that are served. */
const served = async (target: Target, count: number) =>
  allServed(target, await target.kept(() => networks(target, count)));

const settingOf = (count: number) => `dhcp-${count}`;

const start = (count: number, rounds: Row['rounds']): Row => ({
  name: `dhcp-start-${count}`,
  title: `the DHCP agent starts, ${count} networks are to be served → each has its dnsmasq`,
  unit: 's',
  goal: { times: 10 },
  setting: settingOf(count),
  rounds,
  async measure(target) {
    await target.anew();
    await stop(target.lab, dhcpAgent);
    const made = await target.kept(() => networks(target, count));
    return secondsFromStart(target, dhcpAgent.name, daemons, () => allServed(target, made));
  },
  floor: bareDnsmasqs(count),
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
    floor: bareDnsmasqs(1),
  },
  start(20, { ours: 3, peer: 2 }),
  {
    name: 'dhcp-writes-20',
    title: 'the DHCP agent starts again with 20 networks, nothing has changed: writes to the kernel',
    ...NO_WRITE,
    setting: settingOf(20),
    async measure(target) {
      await served(target, 20);
      return restartAtRest(target, 'neutron-dhcp-agent', 'networks', 20);
    },
  },
  start(200, { ours: 1, peer: 1 }),
  {
    name: 'dhcp-restart-200',
    title: 'the DHCP agent starts again with 200 networks → one made meanwhile is served',
    unit: 's',
    goal: { times: 10 },
    setting: settingOf(200),
    rounds: { ours: 1, peer: 1 },
    async measure(target) {
      await served(target, 200);
      await stop(target.lab, dhcpAgent);
      const [late] = await machines(target, await servedNetwork(target), 'controller', 1);
      await plug([late!]);
      return secondsFromStart(target, dhcpAgent.name, daemons, () => firstOffer(late!));
    },
    floor: startOfNode('s'),
  },
];
