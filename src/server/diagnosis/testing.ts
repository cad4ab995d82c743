import { configOf } from '../../config/load.ts';
import { silentLog } from '../../log/silent.ts';
import { loadMechanisms } from '../ml2/mechanisms/index.ts';
import { loadNetworkTypes } from '../ml2/types/index.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import { databaseTime } from '../services/standardAttributes.ts';
import type { FloatingIpFacts } from './model/floatingIps.ts';
import type { Model } from './model/index.ts';
import type { NetworkFacts } from './model/networks.ts';
import type { PortFacts } from './model/ports.ts';
import type { RouterFacts } from './model/routers.ts';
import type { SubnetFacts } from './model/subnets.ts';

/** The guide's cloud as judges see it, healthy: two hosts, a public and a private network, a router, a floating IP. */

const config = configOf(`
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
[ml2_type_flat]
flat_networks = public
[ml2_type_vxlan]
vni_ranges = 1:1000
`);
export const mechanisms = loadMechanisms(config);
export const types = loadNetworkTypes(config, silentLog);

export function agent(
  agentType: string,
  host: string,
  changes: Partial<ReportingAgent> = {},
): ReportingAgent {
  const wiring = {
    interface_mappings: { public: 'eno1' },
    tunnel_types: ['vxlan'],
    tunneling_ip: host === 'controller' ? '192.168.81.66' : '192.168.81.65',
    l2_population: true,
  };
  return {
    id: `${agentType} ${host}`,
    agentType,
    binary: 'neutron-test-agent',
    host,
    alive: true,
    enabled: true,
    startedAt: databaseTime(),
    heartbeat: databaseTime(),
    configurations: agentType === 'Linux bridge agent' ? wiring : {},
    ...changes,
  };
}

export const subnet = (changes: Partial<SubnetFacts> = {}): SubnetFacts => ({
  id: 'inner',
  name: 'inner',
  networkId: 'private',
  version: 4,
  cidr: '172.16.1.0/24',
  gateway: '172.16.1.1',
  dhcp: true,
  nameservers: 1,
  changed: null,
  pools: [{ first: '172.16.1.2', last: '172.16.1.254' }],
  size: 253n,
  taken: 3,
  ...changes,
});

export const network = (changes: Partial<NetworkFacts> = {}): NetworkFacts => ({
  id: 'private',
  name: 'private',
  enabled: true,
  external: false,
  mtu: 1450,
  changed: null,
  segments: [
    {
      id: 's',
      network_id: 'private',
      network_type: 'vxlan',
      physical_network: null,
      segmentation_id: 7,
      standard_attr_id: 1,
    },
  ],
  subnets: [subnet()],
  dhcpAgents: ['DHCP agent controller'],
  ...changes,
});

const outside = network({
  id: 'public',
  name: 'public',
  external: true,
  mtu: 1500,
  segments: [
    {
      id: 'f',
      network_id: 'public',
      network_type: 'flat',
      physical_network: 'public',
      segmentation_id: null,
      standard_attr_id: 2,
    },
  ],
  subnets: [
    subnet({
      id: 'lan',
      networkId: 'public',
      cidr: '192.168.81.0/24',
      gateway: '192.168.81.254',
      dhcp: false,
      pools: [{ first: '192.168.81.100', last: '192.168.81.131' }],
      size: 32n,
    }),
  ],
  dhcpAgents: [],
});

export const port = (changes: Partial<PortFacts> = {}): PortFacts => ({
  id: 'vm1',
  name: '',
  networkId: 'private',
  status: 'ACTIVE',
  enabled: true,
  deviceOwner: 'compute:nova',
  deviceId: 'machine',
  host: 'compute',
  vifType: 'bridge',
  vnicType: 'normal',
  distributed: false,
  changed: null,
  addresses: [{ subnetId: 'inner', address: '172.16.1.5' }],
  ...changes,
});

export const router = (changes: Partial<RouterFacts> = {}): RouterFacts => ({
  id: 'r',
  name: 'router1',
  enabled: true,
  snat: true,
  ha: false,
  distributed: false,
  gatewayPort: 'gw',
  changed: null,
  agents: ['L3 agent controller'],
  instances: [],
  ports: ['gw', 'if'],
  ...changes,
});

export const floatingIp = (changes: Partial<FloatingIpFacts> = {}): FloatingIpFacts => ({
  id: 'f',
  address: '192.168.81.110',
  status: 'ACTIVE',
  networkId: 'public',
  fixedPort: 'vm1',
  fixedAddress: '172.16.1.5',
  router: 'r',
  changed: null,
  ...changes,
});

export const gatewayPort = (changes: Partial<PortFacts> = {}): PortFacts =>
  port({
    id: 'gw',
    networkId: 'public',
    deviceOwner: 'network:router_gateway',
    deviceId: 'r',
    host: 'controller',
    addresses: [{ subnetId: 'lan', address: '192.168.81.100' }],
    ...changes,
  });

export const interfacePort = (changes: Partial<PortFacts> = {}): PortFacts =>
  port({
    id: 'if',
    deviceOwner: 'network:router_interface',
    deviceId: 'r',
    host: 'controller',
    addresses: [{ subnetId: 'inner', address: '172.16.1.1' }],
    ...changes,
  });

const AGENTS = [
  agent('Linux bridge agent', 'controller'),
  agent('DHCP agent', 'controller'),
  agent('L3 agent', 'controller'),
  agent('Linux bridge agent', 'compute'),
];

/** What differs from the healthy cloud: things take the place of those with the same id. */
export interface Changed {
  readonly agents?: readonly ReportingAgent[];
  readonly networks?: readonly NetworkFacts[];
  readonly ports?: readonly PortFacts[];
  readonly routers?: readonly RouterFacts[];
  readonly floatingIps?: readonly FloatingIpFacts[];
  readonly accounts?: Model['accounts'];
  readonly clocks?: Model['clocks'];
}

const replaced = <Thing extends { readonly id: string }>(all: readonly Thing[], by: readonly Thing[] = []) =>
  new Map([...all, ...by].map((thing) => [thing.id, thing]));

export const cloud = ({
  agents,
  networks,
  ports,
  routers,
  floatingIps,
  accounts = new Map(),
  clocks = new Map(),
}: Changed = {}): Model => ({
  accounts,
  clocks,
  agents: [...replaced(AGENTS, agents).values()],
  networks: replaced([network(), outside], networks),
  ports: replaced([port(), gatewayPort(), interfacePort()], ports),
  routers: replaced([router()], routers),
  floatingIps: replaced([floatingIp()], floatingIps),
});
