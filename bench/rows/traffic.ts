import { hostNamed } from '../../src/lab/lab.ts';
import { bareNetwork } from '../floors/bareNetwork.ts';
import type { Row } from '../row.ts';
import { allActive, firstAnswer, machines, plug } from '../target/guests.ts';
import { publicNetwork, routerOn } from '../target/routers.ts';
import { megabitsPerSecond, type Place, roundTrip } from '../target/stream.ts';
import type { Target } from '../target/target.ts';
import { networkWithSubnet } from './networks.ts';

interface Path {
  readonly from: Place;
  readonly to: Place;
  readonly address: string;
}

/** Two machines of one security group, on one host or on two. */
async function machinesOn(target: Target, far: 'compute' | 'controller'): Promise<Path> {
  const network = await networkWithSubnet(target);
  const [from] = await machines(target, network, 'compute', 1);
  const [to] = await machines(target, network, far, 1);
  await plug([from!]);
  await plug([to!]);
  await allActive(target, [from!.port, to!.port]);
  await firstAnswer(from!.host, from!.namespace, to!.address);
  return { from: from!, to: to!, address: to!.address };
}

/** A machine and what answers outside, behind a router that hides it. */
async function throughSnat(target: Target): Promise<Path> {
  const { id: network_id } = await publicNetwork(target);
  const network = await networkWithSubnet(target);
  const [from] = await machines(target, network, 'compute', 1);
  await plug([from!]);
  await allActive(target, [from!.port]);
  await routerOn(target, network, { external_gateway_info: { network_id } });
  const address = '203.0.113.1';
  await firstAnswer(from!.host, from!.namespace, address);
  return { from: from!, to: { host: hostNamed(target.lab, 'outside') }, address };
}

type Floor = 'bridge' | 'vxlan';

/** Nothing but the kernel is in the way of a packet, on either side: what differs by less is noise. */
const EQUAL = { times: 0.9 };

/** By processor time of a stream between bridges of namespaces, with Neutron's rules and with none. */
const FILTERED =
  "Security groups: every packet passes iptables on each bridge, and connection tracking in a zone; it takes a tenth more processor time than the same bridges without rules. The rules are Neutron's, so Python's agents pay the same. MTU and offloads are the bare kernel's. What differs from the peer is noise: three runs of the row of one host alone, beside the peer (30 November), gave 1.0×, 1.1× and 1.0×.";

const MICROSECONDS =
  'A ping takes some 10 µs on one host, and one of noise is a tenth: measured alone, beside the peer (28 November), it took 10 and 9 µs, and 18 and 18 over VXLAN.';

/** Throughput and latency of a way through the data plane, beside those of the bare kernel's. */
const way = (
  name: string,
  title: string,
  path: (target: Target) => Promise<Path>,
  floor: Floor,
): readonly Row[] => {
  const what = floor === 'bridge' ? 'a bare bridge' : 'a bare bridge over VXLAN';
  return [
    {
      name: `traffic-${name}`,
      title: `${title}: one TCP connection`,
      unit: 'Mbit/s',
      goal: EQUAL,
      rounds: { ours: 3, peer: 3 },
      async measure(target) {
        const { from, to, address } = await path(target);
        return { values: [await megabitsPerSecond(from, to, address)] };
      },
      floor: {
        what,
        async measure(target) {
          const { from, to, address } = await bareNetwork(target, floor);
          return megabitsPerSecond(from, to, address);
        },
      },
      missed: FILTERED,
    },
    {
      name: `latency-${name}`,
      title: `${title}: ping`,
      unit: 'ms',
      goal: EQUAL,
      rounds: { ours: 5, peer: 5 },
      operations: { ours: 10, peer: 10 },
      async measure(target, operations) {
        const { from, address } = await path(target);
        let sum = 0;
        for (let index = 0; index < operations; index += 1) sum += await roundTrip(from, address);
        // ping knows no parts of a microsecond, of which there are few.
        return { values: [sum / operations] };
      },
      floor: {
        what,
        async measure(target) {
          const { from, address } = await bareNetwork(target, floor);
          return roundTrip(from, address);
        },
      },
      missed: MICROSECONDS,
    },
  ];
};

export const traffic: readonly Row[] = [
  ...way('host', 'machine to machine on one host', (target) => machinesOn(target, 'compute'), 'bridge'),
  ...way('vxlan', 'machine to machine over VXLAN', (target) => machinesOn(target, 'controller'), 'vxlan'),
  ...way('snat', 'machine to the outside through VXLAN, router and SNAT', throughSnat, 'vxlan'),
];
