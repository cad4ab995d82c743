import { stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { routerNamespace } from '../../src/net/names.ts';
import { bareRouters } from '../floors/bareKernel.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { inLanes } from '../measure.ts';
import type { Row } from '../row.ts';
import { allActive, firstAnswer, GATEWAY, type Guest, machines, plug } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import { routerOn } from '../target/routers.ts';
import type { Target } from '../target/target.ts';
import { secondsFromStart } from './agentStart.ts';
import { NO_WRITE, restartAtRest } from './atRest.ts';
import { networkWithSubnet } from './networks.ts';

const l3Agent = { host: 'controller', name: 'neutron-l3-agent' } as const;
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

/** When every gateway has answered its machine. All are asked a thousand times a second or so, together. */
async function allAnswer(guests: readonly Guest[]): Promise<number> {
  const interval = Math.max(0.01, guests.length / 1000);
  const one = ({ host, namespace }: Guest) => firstAnswer(host, namespace, GATEWAY, interval);
  return Math.max(...(await Promise.all(guests.map(one))));
}

/** The daemons that a router or its address needs. */
export const routerDaemons = ['neutron-l3-agent', 'neutron-linuxbridge-agent', 'neutron-server'] as const;

/** Seconds from the start of the L3 agent, which is down, until every gateway answers its machine. */
const startL3 = (target: Target, guests: readonly Guest[]) =>
  secondsFromStart(target, l3Agent.name, routerDaemons, () => allAnswer(guests));

const settingOf = (routers: number) => `routers-${routers}`;

const start = (routers: number, rounds: Row['rounds']): Row => ({
  name: `l3-start-${routers}`,
  title: `the L3 agent starts, ${routers} routers are to be made → all gateways answer`,
  unit: 's',
  goal: { times: 10 },
  setting: settingOf(routers),
  rounds,
  async measure(target) {
    await target.anew();
    await stop(target.lab, l3Agent);
    const { guests } = await target.kept(() => routed(target, routers));
    return startL3(target, guests);
  },
  floor: bareRouters(routers),
});

export const l3AgentRows: readonly Row[] = [
  start(20, { ours: 3, peer: 2 }),
  {
    name: 'l3-writes-20',
    title: 'the L3 agent starts again with 20 routers, nothing has changed: writes to the kernel',
    ...NO_WRITE,
    setting: settingOf(20),
    async measure(target) {
      const { guests } = await target.kept(() => routed(target, 20));
      await allAnswer(guests);
      return restartAtRest(target, 'neutron-l3-agent', 'routers', 20);
    },
  },
  start(200, { ours: 1, peer: 1 }),
  {
    name: 'l3-restart-200',
    title: 'the L3 agent starts again, 200 gateways have lost their addresses → all answer',
    unit: 's',
    goal: { times: 10 },
    setting: settingOf(200),
    rounds: { ours: 1, peer: 1 },
    async measure(target) {
      const { guests, routers: ids } = await target.kept(() => routed(target, 200));
      await allAnswer(guests);
      await stop(target.lab, l3Agent);
      const losing = ids.map((id) => `ip -n ${routerNamespace(id)} address flush to ${GATEWAY}`);
      await runIn(hostNamed(target.lab, 'controller'), ['sh', '-ec', losing.join('\n')]);
      return startL3(target, guests);
    },
    floor: startOfNode('s'),
  },
];
