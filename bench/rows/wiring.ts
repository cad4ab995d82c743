import { bareTaps } from '../floors/bareKernel.ts';
import { eachPrepared } from '../measure.ts';
import type { Row } from '../row.ts';
import { allActive, firstAnswer, machines, plug } from '../target/guests.ts';
import type { Target } from '../target/target.ts';
import { bridgeDaemons } from './bridgeAgent.ts';
import { networkWithSubnet } from './networks.ts';

const wirers = ({ lab }: Target) => ({ lab, daemons: bridgeDaemons });

const missed =
  'No program is started for it: devices, sets and counters go by netlink, filters by programs that keep running. What is left are two questions to the server at once and the report, each through RabbitMQ and with a transaction of its own, and the code of the agents, which takes two thirds of the processor time.';

export const wiring: readonly Row[] = [
  {
    name: 'tap-active',
    title: 'a tap appears → its port is ACTIVE',
    unit: 'ms',
    goal: { times: 10, atMost: 50 },
    operations: { ours: 10, peer: 3 },
    async measure(target, operations) {
      const guests = await machines(target, await networkWithSubnet(target), 'compute', operations);
      return eachPrepared(
        wirers(target),
        operations,
        (index) => guests[index]!,
        async (guest) => {
          const began = await plug([guest]);
          return (await allActive(target, [guest.port])) - began;
        },
      );
    },
    floor: bareTaps(1),
    missed,
  },
  {
    name: 'tap-traffic',
    title: "a network's first tap on a host → ping over VXLAN answers",
    unit: 'ms',
    goal: { times: 10, atMost: 50 },
    operations: { ours: 5, peer: 3 },
    async measure(target, operations) {
      const twoHosts = async () => {
        const network = await networkWithSubnet(target);
        const [far] = await machines(target, network, 'controller', 1);
        await plug([far!]);
        await allActive(target, [far!.port]);
        const [near] = await machines(target, network, 'compute', 1);
        return { far: far!, near: near! };
      };
      return eachPrepared(wirers(target), operations, twoHosts, async ({ far, near }) => {
        const began = await plug([near]);
        return (await firstAnswer(near.host, near.namespace, far.address)) - began;
      });
    },
    floor: bareTaps(1),
    missed: `${missed} The agent of the other host, which lets the new member in meanwhile, shares two processors with all of them here.`,
  },
];
