import { startAgain, stop } from '../../src/lab/daemons.ts';
import { bareTaps } from '../floors/bareKernel.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { withCpu } from '../measure.ts';
import type { Row } from '../row.ts';
import { allActive, machines, plug } from '../target/guests.ts';
import { furnished } from '../target/noauth.ts';
import type { Target } from '../target/target.ts';
import { networkWithSubnet } from './networks.ts';

const bridgeAgent = { host: 'controller', name: 'neutron-linuxbridge-agent' } as const;

/** The daemons that a tap needs. */
export const bridgeDaemons = ['neutron-linuxbridge-agent', 'neutron-server'] as const;

/** Machines of one network that have no taps yet. */
const unplugged = (target: Target, count: number) =>
  furnished(target, async (maker) => machines(maker, await networkWithSubnet(maker), 'controller', count));

/** Machines of one network that are wired. */
export async function wired(target: Target, count: number) {
  const guests = await unplugged(target, count);
  await plug(guests);
  await allActive(
    target,
    guests.map(({ port }) => port),
  );
  return guests;
}

/** The first leaves its machines to the second. */
const agentRows = (count: number, rounds: Row['rounds']): Row[] => [
  {
    name: `tap-active-${count}`,
    title: `${count} taps appear at once → all ports are ACTIVE`,
    unit: 's',
    goal: { times: 10 },
    setting: `taps-${count}`,
    rounds,
    async measure(target) {
      await target.anew();
      const guests = await target.kept(() => unplugged(target, count));
      const { result, cpu } = await withCpu({ ...target, daemons: bridgeDaemons }, async () => {
        const began = await plug(guests);
        const ports = guests.map(({ port }) => port);
        return (await allActive(target, ports)) - began;
      });
      return { values: [result / 1000], cpu: cpu / count };
    },
    floor: bareTaps(count),
  },
  {
    name: `linuxbridge-restart-${count}`,
    title: `the Linux bridge agent starts again with ${count} ports → it has told of all of them`,
    unit: 's',
    goal: { times: 10 },
    setting: `taps-${count}`,
    rounds,
    async measure(target) {
      const ports = (await target.kept(() => wired(target, count))).map(({ port }) => port);
      await stop(target.lab, bridgeAgent);
      // Only the agent makes them ACTIVE again, each when it has seen to it.
      const ids = ports.map(({ id }) => id);
      await target.database.query("update ports set status = 'DOWN' where id in (?)", [ids]);
      const { result, cpu } = await withCpu({ ...target, daemons: bridgeDaemons }, async () => {
        const began = Date.now();
        await startAgain(target.lab, bridgeAgent);
        return (await allActive(target, ports)) - began;
      });
      return { values: [result / 1000], cpu };
    },
    floor: startOfNode('s'),
  },
];

export const bridgeAgentRows: readonly Row[] = [
  ...agentRows(50, { ours: 3, peer: 2 }),
  ...agentRows(500, { ours: 2, peer: 1 }),
];
