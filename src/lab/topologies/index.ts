import type { LabHost, Topology } from '../topology.ts';
import { guide } from './guide.ts';

const office = (name: string, last: number, roles: LabHost['roles']): LabHost => ({
  name,
  nics: [{ name: 'eno1', lan: 'office', address: `192.168.81.${last}/24` }],
  gateway: '192.168.81.254',
  roles,
});

const threeHosts: Topology = {
  name: 'three-hosts',
  lans: guide.lans,
  hosts: [...guide.hosts, office('compute2', 64, ['compute'])],
};

const twoNetworkNodes: Topology = {
  name: 'two-network-nodes',
  lans: guide.lans,
  hosts: [...guide.hosts, office('network2', 67, ['network', 'compute'])],
};

/** Management and tunnels on one LAN, the provider network on another. */
const twoLans: Topology = {
  name: 'two-lans',
  lans: ['office', 'provider'],
  hosts: guide.hosts.map((host) =>
    host.roles.includes('outside')
      ? {
          ...host,
          nics: [
            { name: 'eno1', lan: 'office' },
            { name: 'eno2', lan: 'provider', address: '192.168.81.254/24' },
          ],
        }
      : {
          name: host.name,
          roles: host.roles,
          nics: [
            { name: 'eno1', lan: 'office', address: host.nics[0]!.address!.replace('192.168.81', '10.0.81') },
            { name: 'eno2', lan: 'provider' },
          ],
        },
  ),
};

/** Every topology by its name: the tests, the benchmarks and the fault tests share them. */
export const topologies: Readonly<Record<string, Topology>> = Object.fromEntries(
  [guide, threeHosts, twoNetworkNodes, twoLans].map((topology) => [topology.name, topology]),
);
