import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileOn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { bareDnsmasqs, perSecond } from '../floors/bareKernel.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { eachPrepared, inLanes, lastOf } from '../measure.ts';
import type { Row } from '../row.ts';
import { broughtAbout, down, removedByOurs } from '../target/agents.ts';
import type { Item } from '../target/api.ts';
import { type DhcpClient, dhcpClientOn } from '../target/dhcpClient.ts';
import { machines, PATIENCE, plug } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import type { Target } from '../target/target.ts';
import { rateFromStart, secondsFromStart, WINDOW, WITHIN } from './agentStart.ts';
import { NO_WRITE, restartAtRest } from './atRest.ts';
import { network } from './networks.ts';

const LANES = 8;
const daemons = ['neutron-dhcp-agent', 'neutron-linuxbridge-agent', 'neutron-server'];
const AGENT = 'neutron-dhcp-agent';

/** A network with DHCP; gone after the round. */
async function servedNetwork(target: Target) {
  const made = await network(target);
  await target.api.create('subnets', { network_id: made.id, ip_version: 4, cidr: '10.10.0.0/16' });
  return made;
}

/** One on a host, gone after the round. */
async function dhcpClient(target: Target, host: string): Promise<DhcpClient> {
  const client = await dhcpClientOn(hostNamed(target.lab, host));
  target.afterwards(async () => client.close());
  return client;
}

const networks = (target: Target, count: number) =>
  furnished(target, (maker) => inLanes(count, LANES, () => servedNetwork(maker)));

const LOOK_MILLISECONDS = 20;

/** When a dnsmasq of the controller serves each of these networks, if it does, in milliseconds since the epoch. */
async function servedAt(
  { lab }: Target,
  made: readonly Item[],
  seconds = PATIENCE,
): Promise<(number | undefined)[]> {
  const times: (number | undefined)[] = made.map(() => undefined);
  const files = made.map(({ id }) => fileOn(hostNamed(lab, 'controller'), `/var/lib/neutron/dhcp/${id}/pid`));
  for (const end = Date.now() + seconds * 1000; Date.now() < end && times.includes(undefined); ) {
    for (const [index, file] of files.entries())
      if (times[index] === undefined && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0)
        times[index] = Date.now();
    await sleep(LOOK_MILLISECONDS);
  }
  return times;
}

/** When the last of them is served. @throws when one is not */
const allServed = async (target: Target, made: readonly Item[]) =>
  lastOf(await servedAt(target, made), 'networks that are served');

const settingOf = (count: number) => `dhcp-${count}`;

const FEW = 20;
const MANY = 200;

/** Many networks, which an agent of ours removes again. */
const manyNetworks = (target: Target) =>
  target.kept(() => removedByOurs(target, AGENT, () => networks(target, MANY)));

export const dhcp: readonly Row[] = [
  {
    name: 'dhcp-lease',
    title: 'create a network with DHCP and a machine on it → it is offered its address',
    unit: 'ms',
    goal: { times: 10 },
    operations: { ours: 5, peer: 2 },
    async measure(target, operations) {
      const client = () => dhcpClient(target, 'compute');
      return eachPrepared({ ...target, daemons }, operations, client, async ({ offerWithin }) => {
        const began = Date.now();
        const [guest] = await machines(target, await servedNetwork(target), 'compute', 1);
        const [offered] = await Promise.all([offerWithin(PATIENCE, guest!.namespace), plug([guest!])]);
        if (offered === undefined) throw new Error(`no offer in ${PATIENCE} s`);
        return offered - began;
      });
    },
    floor: bareDnsmasqs(1),
  },
  {
    name: `dhcp-start-${FEW}`,
    title: `the DHCP agent starts, ${FEW} networks are to be served → each has its dnsmasq`,
    unit: 's',
    goal: { times: 10 },
    setting: settingOf(FEW),
    rounds: { ours: 3, peer: 1 },
    async measure(target) {
      await target.anew();
      await down(target, AGENT);
      const made = await target.kept(() => networks(target, FEW));
      return secondsFromStart(target, AGENT, daemons, () => allServed(target, made));
    },
    floor: bareDnsmasqs(FEW),
  },
  {
    name: `dhcp-writes-${FEW}`,
    title: `the DHCP agent starts again with ${FEW} networks, nothing has changed: writes to the kernel`,
    ...NO_WRITE,
    setting: settingOf(FEW),
    async measure(target) {
      await allServed(target, await target.kept(() => networks(target, FEW)));
      return restartAtRest(target, AGENT, 'networks', FEW);
    },
  },
  {
    name: `dhcp-start-${MANY}`,
    title: `the DHCP agent starts, ${MANY} networks are to be served: networks that have their dnsmasq, ${WITHIN}`,
    unit: '/s',
    goal: { times: 10 },
    setting: settingOf(MANY),
    rounds: { ours: 1, peer: 1 },
    async measure(target) {
      await down(target, AGENT);
      const made = await manyNetworks(target);
      return rateFromStart(target, AGENT, daemons, (seconds) => servedAt(target, made, seconds));
    },
    floor: perSecond(MANY, bareDnsmasqs(MANY)),
  },
  {
    name: `dhcp-restart-${MANY}`,
    title: `the DHCP agent starts again with ${MANY} networks → one made meanwhile is served`,
    unit: 's',
    goal: { times: 10 },
    setting: settingOf(MANY),
    rounds: { ours: 1, peer: 1 },
    async measure(target) {
      const made = await manyNetworks(target);
      await broughtAbout(target, AGENT, () => allServed(target, made));
      const [late] = await machines(target, await servedNetwork(target), 'controller', 1);
      await plug([late!]);
      const { offerWithin } = await dhcpClient(target, 'controller');
      return secondsFromStart(target, AGENT, daemons, () => offerWithin(WINDOW, late!.namespace));
    },
    floor: startOfNode('s'),
  },
];
