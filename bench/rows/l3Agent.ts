import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { routerNamespace } from '../../src/net/names.ts';
import { bareAddresses, bareRouters, perSecond } from '../floors/bareKernel.ts';
import { inLanes, lastOf } from '../measure.ts';
import type { Row } from '../row.ts';
import { broughtAbout, down, removedByOurs } from '../target/agents.ts';
import { allActive, answerWithin, GATEWAY, type Guest, machines, PATIENCE, plug } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import { routerOn } from '../target/routers.ts';
import type { Target } from '../target/target.ts';
import { rateFromStart, secondsFromStart, WITHIN } from './agentStart.ts';
import { NO_WRITE, restartAtRest } from './atRest.ts';
import { networkWithSubnet } from './networks.ts';

const AGENT = 'neutron-l3-agent';
const LANES = 8;

/** So many routers, each with a network and a machine on it, which is wired. */
const routed = (target: Target, count: number) =>
  furnished(target, async (maker) => {
    const made = await inLanes(count, LANES, async () => {
      const network = await networkWithSubnet(maker);
      const [guest] = await machines(maker, network, 'controller', 1);
      return { guest: guest!, router: (await routerOn(maker, network)).id };
    });
    const guests = made.map(({ guest }) => guest);
    await plug(guests);
    const ports = guests.map(({ port }) => port);
    await allActive(maker, ports);
    return { guests, routers: made.map(({ router }) => router) };
  });

/** When each gateway answers its machine, if it does. All are asked a thousand times a second or so, together. */
function answers(guests: readonly Guest[], seconds = PATIENCE): Promise<(number | undefined)[]> {
  const interval = Math.max(0.01, guests.length / 1000);
  return Promise.all(guests.map((guest) => answerWithin(seconds, guest, GATEWAY, interval)));
}

/** When the last did. @throws when one is silent */
const allAnswer = async (guests: readonly Guest[]) => lastOf(await answers(guests), 'gateways that answer');

/** The daemons that a router or its address needs. */
export const routerDaemons = ['neutron-l3-agent', 'neutron-linuxbridge-agent', 'neutron-server'] as const;

const settingOf = (routers: number) => `routers-${routers}`;

const FEW = 20;
const MANY = 200;

/** Many routers, which an agent of ours removes again. */
const manyRouted = (target: Target) =>
  target.kept(() => removedByOurs(target, AGENT, () => routed(target, MANY)));

/** How many gateways answer per second, from the start of the L3 agent, which is down. */
const answersPerSecond = (target: Target, guests: readonly Guest[]) =>
  rateFromStart(target, AGENT, routerDaemons, (seconds) => answers(guests, seconds));

export const l3AgentRows: readonly Row[] = [
  {
    name: `l3-start-${FEW}`,
    title: `the L3 agent starts, ${FEW} routers are to be made → all gateways answer`,
    unit: 's',
    goal: { times: 10 },
    setting: settingOf(FEW),
    rounds: { ours: 3, peer: 1 },
    async measure(target) {
      await target.anew();
      await down(target, AGENT);
      const { guests } = await target.kept(() => routed(target, FEW));
      return secondsFromStart(target, AGENT, routerDaemons, () => allAnswer(guests));
    },
    floor: bareRouters(FEW),
  },
  {
    name: `l3-writes-${FEW}`,
    title: `the L3 agent starts again with ${FEW} routers, nothing has changed: writes to the kernel`,
    ...NO_WRITE,
    setting: settingOf(FEW),
    async measure(target) {
      const { guests } = await target.kept(() => routed(target, FEW));
      await allAnswer(guests);
      return restartAtRest(target, AGENT, 'routers', FEW);
    },
  },
  {
    name: `l3-start-${MANY}`,
    title: `the L3 agent starts, ${MANY} routers are to be made: gateways that answer, ${WITHIN}`,
    unit: '/s',
    goal: { times: 10 },
    setting: settingOf(MANY),
    rounds: { ours: 1, peer: 1 },
    async measure(target) {
      await down(target, AGENT);
      const { guests } = await manyRouted(target);
      return answersPerSecond(target, guests);
    },
    floor: perSecond(MANY, bareRouters(MANY)),
  },
  {
    name: `l3-restart-${MANY}`,
    title: `the L3 agent starts again, ${MANY} gateways have lost their addresses: gateways that answer, ${WITHIN}`,
    unit: '/s',
    goal: { times: 10 },
    setting: settingOf(MANY),
    rounds: { ours: 1, peer: 1 },
    async measure(target) {
      const { guests, routers: ids } = await manyRouted(target);
      await broughtAbout(target, AGENT, () => allAnswer(guests));
      const losing = ids.map((id) => `ip -n ${routerNamespace(id)} address flush to ${GATEWAY}`);
      await runIn(hostNamed(target.lab, 'controller'), ['sh', '-ec', losing.join('\n')]);
      return answersPerSecond(target, guests);
    },
    floor: perSecond(MANY, bareAddresses(MANY)),
  },
];
