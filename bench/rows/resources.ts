import { commits } from '../floors/commits.ts';
import { oneByOne } from '../measure.ts';
import type { Row } from '../row.ts';
import { network, networkWithSubnet } from './networks.ts';

const goal = { times: 20 };
const rounds = { ours: 2, peer: 2 };
const operations = { ours: 300, peer: 6 };

/** By the server's log of statements. */
const roundTrips = (count: string, more: string) =>
  `${count} round trips to MariaDB follow one another, which is most of the time it takes. ${more}`;

/** What is made here the agents serve as well, meanwhile and after: DHCP on the subnets, the routers. */
export const resources: readonly Row[] = [
  {
    name: 'network-create',
    title: 'create a network',
    unit: 'ms',
    goal,
    missed: roundTrips(
      'Four',
      'What is left waits for an answer: a free segment, ids that the database gives, the quota.',
    ),
    rounds,
    operations,
    measure: (target, count) => oneByOne(target, count, () => network(target)),
    floor: commits(1, 5),
  },
  {
    name: 'subnet-create',
    title: 'create a subnet, with DHCP',
    unit: 'ms',
    goal,
    missed: roundTrips(
      'Thirteen',
      'The DHCP agent, told of each, asks the same server meanwhile, and needs some 100 ms of a processor to serve it (20 networks at its start, below): more than the two here have, when a subnet is made every 20 ms. It would take more of them.',
    ),
    rounds,
    operations: { ours: 40, peer: 6 },
    async measure(target, count) {
      const networks: { readonly id: string }[] = [];
      for (let index = 0; index < count; index += 1) networks.push(await network(target));
      return oneByOne(target, count, (index) =>
        target.api.create('subnets', {
          network_id: networks[index]!.id,
          ip_version: 4,
          cidr: '10.20.0.0/24',
        }),
      );
    },
    floor: commits(1, 5),
  },
  {
    name: 'router-create',
    title: 'create a router and give it an interface',
    unit: 'ms',
    goal,
    missed: roundTrips('Twenty-six', 'The L3 agent, told of each, asks the same server meanwhile.'),
    rounds,
    operations: { ours: 40, peer: 5 },
    async measure(target, count) {
      const { api } = target;
      const subnets: { readonly id: string }[] = [];
      for (let index = 0; index < count; index += 1) {
        const { id: network_id } = await network(target);
        const subnet = { network_id, ip_version: 4, cidr: `10.30.${index}.0/24`, enable_dhcp: false };
        subnets.push(await api.create('subnets', subnet));
      }
      return oneByOne(target, count, async (index) => {
        const { id } = await api.create('routers', { name: `r${index}` });
        target.afterwards(() => api.ask('DELETE', `routers/${id}`));
        const subnet_id = subnets[index]!.id;
        await api.ask('PUT', `routers/${id}/add_router_interface`, { subnet_id });
        target.afterwards(() => api.ask('PUT', `routers/${id}/remove_router_interface`, { subnet_id }));
      });
    },
    floor: commits(2, 5),
  },
  {
    name: 'floatingip-create',
    title: 'create a floating IP',
    unit: 'ms',
    goal,
    rounds,
    operations: { ours: 200, peer: 10 },
    async measure(target, count) {
      const { api } = target;
      const { id: floating_network_id } = await networkWithSubnet(target, { 'router:external': true });
      return oneByOne(target, count, async () => {
        const { id } = await api.create('floatingips', { floating_network_id });
        target.afterwards(() => api.ask('DELETE', `floatingips/${id}`));
      });
    },
    floor: commits(1, 9),
  },
];
