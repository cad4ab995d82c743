import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogue } from '../../health/catalogue/index.ts';
import { kernelWithoutVxlan } from '../../health/catalogue/kernel.ts';
import { explain } from '../../health/silence.ts';
import type { AgentSelf } from '../../rpc/diagnosis.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import { agentJudges, agentKind } from './agent.ts';
import { floatingIpJudges, floatingIpKind } from './floatingIp.ts';
import { judgeFilter } from './groups.ts';
import { findingsOf, type Judge, judged } from './judge.ts';
import { networkJudges, networkKind } from './network.ts';
import { portJudges, portKind } from './port.ts';
import { once } from './present.ts';
import { problemsOf, standing } from './problems.ts';
import { routerJudges, routerKind } from './router.ts';
import { subnetJudges } from './subnet.ts';
import {
  agent,
  type Changed,
  cloud,
  floatingIp,
  gatewayPort,
  interfacePort,
  mechanisms,
  network,
  port,
  router,
  subnet,
  types,
} from './testing.ts';

const dead = (agentType: string, host = 'controller') => agent(agentType, host, { alive: false });
const wiring = (host: string, configurations: object) => {
  const usual = agent('Linux bridge agent', host);
  return { ...usual, configurations: { ...usual.configurations, ...configurations } };
};
const flat = (physical_network: string) =>
  network({ segments: [{ ...network().segments[0]!, network_type: 'flat', physical_network }], mtu: 1500 });

/** Codes of what is shown of a resource in the healthy cloud with these changes. */
function codes<Facts>(judges: readonly Judge<Facts>[], facts: Facts, changed: Changed): string[] {
  const found = once(findingsOf(judged(judges, facts, cloud(changed))));
  return explain(found, catalogue).shown.map(({ code }) => code);
}

type Row = readonly [what: string, codes: readonly string[], got: readonly string[]];

function rows(subject: string, table: readonly Row[]): void {
  describe(subject, () => {
    for (const [what, expected, got] of table)
      test(`${what}: ${expected.join(', ') || 'nothing'}`, () => assert.deepEqual(got, expected));
  });
}

const ofPort = (changes: Parameters<typeof port>[0], changed: Changed = {}) =>
  codes(portJudges(mechanisms), port(changes), changed);
const failed = { vifType: 'binding_failed', status: 'DOWN' };

rows('ports', [
  ['a wired one', [], ofPort({})],
  ['one without a host', ['port_without_host'], ofPort({ host: '', vifType: 'unbound', status: 'DOWN' })],
  ['one that is switched off', ['port_disabled'], ofPort({ enabled: false, status: 'DOWN' })],
  ['one whose device is missing', ['port_down'], ofPort({ status: 'DOWN' })],
  [
    'one whose agent is dead, which explains that it is DOWN',
    ['agent_dead'],
    ofPort({ status: 'DOWN' }, { agents: [dead('Linux bridge agent', 'compute')] }),
  ],
  ['one bound to a host that nobody knows', ['no_agent'], ofPort({ ...failed, host: 'nowhere' })],
  [
    'one whose agent was dead',
    ['agent_dead'],
    ofPort(failed, { agents: [dead('Linux bridge agent', 'compute')] }),
  ],
  [
    'one on a host without local_ip',
    ['tunnel_type_disabled'],
    ofPort(failed, { agents: [wiring('compute', { tunnel_types: [] })] }),
  ],
  [
    'one on a physical network that is misspelt',
    ['physical_network_unmapped'],
    ofPort(failed, { networks: [flat('publik')] }),
  ],
  [
    'one on a network without segments',
    ['network_without_segments'],
    ofPort(failed, { networks: [network({ segments: [] })] }),
  ],
  [
    'one of a kind that bridges cannot carry',
    ['vnic_type_unsupported'],
    ofPort({ ...failed, vnicType: 'direct' }),
  ],
  ['one that would be bound now', ['binding_outdated'], ofPort(failed)],
  [
    'an interface of a distributed router',
    ['router_distributed'],
    ofPort({
      distributed: true,
      host: '',
      vifType: 'distributed',
      deviceOwner: 'network:router_interface_distributed',
    }),
  ],
  ['one without an address', ['port_without_address'], ofPort({ addresses: [] })],
  [
    'one on a network that no DHCP agent serves',
    ['network_without_dhcp_agent'],
    ofPort({}, { networks: [network({ dhcpAgents: [] })] }),
  ],
  [
    'one on a subnet without DHCP',
    ['subnet_without_dhcp'],
    ofPort({}, { networks: [network({ subnets: [subnet({ dhcp: false })] })] }),
  ],
  [
    'the address of a floating IP',
    [],
    ofPort({ deviceOwner: 'network:floatingip', host: '', vifType: 'unbound' }),
  ],
]);

const ofNetwork = (changes: Parameters<typeof network>[0], changed: Changed = {}) =>
  codes(networkJudges(types), network(changes), changed);

rows('networks', [
  ['a healthy one', [], ofNetwork({})],
  ['the public one', [], codes(networkJudges(types), cloud().networks.get('public')!, {})],
  ['one that is switched off', ['network_disabled'], ofNetwork({ enabled: false })],
  ['one without a subnet', ['network_without_subnet'], ofNetwork({ subnets: [], dhcpAgents: [] })],
  ['one without a DHCP agent', ['network_without_dhcp_agent'], ofNetwork({ dhcpAgents: [] })],
  [
    'one without a DHCP agent, as the only one is dead',
    ['agent_dead'],
    ofNetwork({ dhcpAgents: [] }, { agents: [dead('DHCP agent')] }),
  ],
  ['one whose DHCP agent is dead', ['agent_dead'], ofNetwork({}, { agents: [dead('DHCP agent')] })],
  [
    'one on a misspelt physical network',
    ['physical_network_nowhere'],
    codes(networkJudges(types), flat('publik'), {}),
  ],
  [
    'one of tunnels where no host has any',
    ['tunnel_type_disabled', 'tunnel_type_disabled'],
    ofNetwork({}, { agents: ['controller', 'compute'].map((host) => wiring(host, { tunnel_types: [] })) }),
  ],
  ['one with packets that are too large', ['mtu_above_underlay'], ofNetwork({ mtu: 1500 })],
  ['an external one with DHCP', ['external_network_serves_dhcp'], ofNetwork({ external: true })],
]);

const ofSubnet = (changes: Parameters<typeof subnet>[0]) => codes(subnetJudges, subnet(changes), {});

rows('subnets', [
  ['a healthy one', [], ofSubnet({})],
  ['one without a free address', ['subnet_used_up'], ofSubnet({ taken: 253 })],
  ['one with few addresses left', ['subnet_nearly_used_up'], ofSubnet({ taken: 240 })],
  ['a small one, half used', [], ofSubnet({ size: 4n, taken: 2 })],
  ['one without a gateway', ['subnet_without_gateway'], ofSubnet({ gateway: null })],
  ['one whose gateway is elsewhere', ['gateway_outside_subnet'], ofSubnet({ gateway: '172.16.2.1' })],
  ['one whose gateway can be given away', ['gateway_in_pool'], ofSubnet({ gateway: '172.16.1.9' })],
  [
    'one of IPv6 whose gateway is an address of the link',
    [],
    ofSubnet({ cidr: 'fd00::/64', gateway: 'fe80::1', pools: [{ first: 'fd00::2', last: 'fd00::9' }] }),
  ],
  ['one without DHCP', ['subnet_without_dhcp'], ofSubnet({ dhcp: false })],
  ['one without a DNS server', ['subnet_without_nameserver'], ofSubnet({ nameservers: 0 })],
]);

const ofRouter = (changes: Parameters<typeof router>[0], changed: Changed = {}) =>
  codes(routerJudges(mechanisms), router(changes), changed);
const instances = (...states: string[]) =>
  states.map((state, at) => ({ agent: `L3 agent ${['controller', 'compute'][at]}`, state }));
const second = agent('L3 agent', 'compute');

rows('routers', [
  ['a healthy one', [], ofRouter({})],
  [
    'one that is switched off',
    ['router_disabled'],
    ofRouter({ enabled: false }, { ports: [interfacePort({ status: 'DOWN' })] }),
  ],
  ['one that no agent has', ['router_not_hosted'], ofRouter({ agents: [] })],
  [
    'one that no agent has, as the only one is dead',
    ['agent_dead'],
    ofRouter({ agents: [] }, { agents: [dead('L3 agent')] }),
  ],
  [
    'one whose agent is dead, which explains its ports',
    ['agent_dead'],
    ofRouter({}, { agents: [dead('L3 agent')], ports: [interfacePort({ status: 'DOWN' })] }),
  ],
  [
    'one that its agent has not asked for',
    ['router_not_set_up', 'port_without_host'],
    ofRouter({ ports: ['if'] }, { ports: [interfacePort({ host: '', vifType: 'unbound', status: 'DOWN' })] }),
  ],
  [
    'one with an interface that is DOWN',
    ['port_down'],
    ofRouter({}, { ports: [interfacePort({ status: 'DOWN' })] }),
  ],
  [
    'one whose gateway is on a network that its host does not map',
    ['physical_network_unmapped'],
    ofRouter(
      {},
      {
        ports: [gatewayPort({ vifType: 'binding_failed', status: 'DOWN' })],
        agents: [wiring('controller', { interface_mappings: { lan: 'eno1' } })],
      },
    ),
  ],
  ['one without a gateway', ['router_without_gateway'], ofRouter({ gatewayPort: null, ports: ['if'] })],
  ['one without interfaces', ['router_without_interfaces'], ofRouter({ ports: ['gw'] })],
  ['one without SNAT', ['router_without_snat'], ofRouter({ snat: false })],
  [
    'one with two subnets of the same addresses',
    ['subnets_overlap'],
    ofRouter(
      { ports: ['gw', 'if', 'other'] },
      {
        networks: [network({ subnets: [subnet(), subnet({ id: 'wide', cidr: '172.16.0.0/16' })] })],
        ports: [interfacePort({ id: 'other', addresses: [{ subnetId: 'wide', address: '172.16.0.1' }] })],
      },
    ),
  ],
  ['a distributed one', ['router_distributed'], ofRouter({ distributed: true, agents: [] })],
  [
    'a highly available one',
    [],
    ofRouter({ ha: true, instances: instances('active', 'standby') }, { agents: [second] }),
  ],
  [
    'one of whose instances none is active',
    ['ha_without_primary'],
    ofRouter({ ha: true, instances: instances('standby', 'standby') }, { agents: [second] }),
  ],
  [
    'one of whose instances two are active',
    ['ha_two_primaries'],
    ofRouter({ ha: true, instances: instances('active', 'active') }, { agents: [second] }),
  ],
  [
    'one with a single instance',
    ['ha_single_instance'],
    ofRouter({ ha: true, instances: instances('active') }),
  ],
]);

const ofFloatingIp = (changes: Parameters<typeof floatingIp>[0], changed: Changed = {}) =>
  codes(floatingIpJudges(mechanisms), floatingIp(changes), changed);

rows('floating IPs', [
  ['a healthy one', [], ofFloatingIp({})],
  [
    'one that leads to no machine',
    ['floating_ip_unused'],
    ofFloatingIp({ fixedPort: null, fixedAddress: null, router: null, status: 'DOWN' }),
  ],
  ['one without a router', ['floating_ip_without_router'], ofFloatingIp({ router: null, status: 'DOWN' })],
  [
    'one whose router has no gateway',
    ['floating_ip_without_router', 'router_without_gateway'],
    ofFloatingIp({ status: 'DOWN' }, { routers: [router({ gatewayPort: null, ports: ['if'] })] }),
  ],
  ['one that the agent has not set up', ['floating_ip_down'], ofFloatingIp({ status: 'DOWN' })],
  [
    'one whose agent is dead',
    ['agent_dead'],
    ofFloatingIp({ status: 'DOWN' }, { agents: [dead('L3 agent')] }),
  ],
  ['one whose machine is not wired', ['port_down'], ofFloatingIp({}, { ports: [port({ status: 'DOWN' })] })],
]);

/** Codes of what is listed of a whole cloud, in order. */
const listed = (changed: Changed, without?: (one: ReportingAgent) => boolean) => {
  const model = cloud(changed);
  const agents = model.agents.filter((one) => !without?.(one));
  const server = { mechanismDrivers: ['linuxbridge', 'l2population'], tenantTypes: ['vxlan'] };
  const kinds = [
    standing(agentKind(server)),
    standing(networkKind(types)),
    standing(routerKind(mechanisms)),
    standing(portKind(mechanisms, undefined as never)),
    standing(floatingIpKind(mechanisms, undefined as never)),
  ];
  return problemsOf(kinds, { ...model, agents });
};
const listedCodes = (...args: Parameters<typeof listed>) => listed(...args).map(({ code }) => code);
const three = ['a', 'b', 'c'];
const orphans = {
  networks: ['private', ...three].map((id) => network({ id, dhcpAgents: [] })),
  routers: ['r', ...three].map((id) => router({ id, agents: [] })),
  floatingIps: [floatingIp({ status: 'DOWN' })],
};
const off = (agentType: string) => agent(agentType, 'controller', { enabled: false });
const strays = (host: string) => ({ ports: three.map((id) => port({ ...failed, id, host })) });

rows('what is listed of a whole cloud', [
  ['a healthy one', [], listedCodes({})],
  [
    'one without any DHCP agent and L3 agent',
    ['agent_type_missing', 'agent_type_missing'],
    listedCodes(orphans, ({ agentType }) => agentType === 'DHCP agent' || agentType === 'L3 agent'),
  ],
  [
    'one whose DHCP agent and L3 agent are dead',
    ['agent_dead', 'agent_dead'],
    listedCodes({ ...orphans, agents: [dead('DHCP agent'), dead('L3 agent')] }),
  ],
  [
    'one whose DHCP agent and L3 agent are switched off',
    ['agent_disabled', 'agent_disabled'],
    listedCodes({ ...orphans, agents: [off('DHCP agent'), off('L3 agent')] }),
  ],
  [
    'one whose agents are alive and were given nothing',
    [
      ...orphans.networks.map(() => 'network_without_dhcp_agent'),
      ...orphans.routers.map(() => 'router_not_hosted'),
    ],
    listedCodes(orphans),
  ],
  ['three ports on a host without an agent', ['no_agent'], listedCodes(strays('nowhere'))],
  [
    'three ports on a host whose agent is dead',
    ['agent_dead'],
    listedCodes({ ...strays('compute'), agents: [dead('Linux bridge agent', 'compute')] }),
  ],
  [
    'three ports on a host that does not map their network',
    ['physical_network_unmapped'],
    listedCodes({
      ports: three.map((id) => port({ ...failed, id, networkId: 'public', addresses: [] })),
      agents: [wiring('compute', { interface_mappings: { lan: 'eno2' } })],
    }),
  ],
  [
    'three ports that could be bound now',
    three.map(() => 'binding_outdated'),
    listedCodes(strays('compute')),
  ],
]);

test('what many suffer from is of none of them; what one suffers from is its own', () => {
  const [common] = listed(strays('nowhere'));
  assert.deepEqual([common?.host, common?.subject], ['nowhere', undefined]);
  const [own] = listed({ ports: [port({ ...failed, host: 'nowhere' })] });
  assert.deepEqual(own?.subject, { resource: 'port', id: 'vm1' });
});

const self: AgentSelf = {
  comparison: null,
  lastDrift: null,
  resync: null,
  waiting: 0,
  failing: [],
  findings: [],
};
const says = (id: string, changes: Partial<AgentSelf>): Changed => ({
  accounts: new Map([[id, { ...self, ...changes }]]),
});
const failingAt = (item: string, failures = 4) => ({ failing: [{ item, error: 'it failed', failures }] });
const withoutVxlan = kernelWithoutVxlan.illustrate();

rows('what agents say themselves', [
  [
    'the one of a port fails at its tap, which explains that it is DOWN',
    ['agent_item_failing'],
    ofPort({ status: 'DOWN' }, says('Linux bridge agent compute', failingAt('tapvm1'))),
  ],
  ['it failed once', [], ofPort({}, says('Linux bridge agent compute', failingAt('tapvm1', 1)))],
  ['it fails at another one', [], ofPort({}, says('Linux bridge agent compute', failingAt('tapother')))],
  [
    'a kernel without VXLAN, which explains that there are no tunnels',
    ['kernel_without_vxlan'],
    ofPort(failed, {
      agents: [wiring('compute', { tunnel_types: [] })],
      ...says('Linux bridge agent compute', { findings: [{ ...withoutVxlan, host: 'compute' }] }),
    }),
  ],
  [
    'one of a router fails at it',
    ['agent_item_failing'],
    ofRouter({}, says('L3 agent controller', failingAt('r'))),
  ],
]);

const ofAgent = (
  one: ReturnType<typeof agent>,
  changed: Changed = {},
  drivers = ['linuxbridge', 'l2population'],
) =>
  codes(agentJudges({ mechanismDrivers: drivers, tenantTypes: ['vxlan'] }), one, {
    ...changed,
    agents: [one, ...(changed.agents ?? [])],
  });

rows('agents', [
  ...cloud().agents.map((one): Row => [`the healthy ${one.agentType} on ${one.host}`, [], ofAgent(one)]),
  [
    'one whose clock is wrong',
    ['clock_skew'],
    ofAgent(agent('L3 agent', 'controller'), { clocks: new Map([['L3 agent controller', -95]]) }),
  ],
  ['a dead one', ['agent_dead'], ofAgent(dead('L3 agent'))],
  [
    'one that is switched off',
    ['agent_disabled'],
    ofAgent(agent('L3 agent', 'controller', { enabled: false })),
  ],
  [
    'one without local_ip, where others have one',
    ['tunnel_type_disabled'],
    ofAgent(wiring('compute', { tunnel_types: [] })),
  ],
  [
    'one without local_ip, where nobody has one',
    [],
    ofAgent(wiring('compute', { tunnel_types: [] }), {
      agents: [wiring('controller', { tunnel_types: [] })],
    }),
  ],
  [
    'one with the local_ip of another host',
    ['tunnel_address_shared'],
    ofAgent(wiring('compute', { tunneling_ip: '192.168.81.66' })),
  ],
  [
    'one that is not told where machines are',
    ['agent_without_l2_population'],
    ofAgent(wiring('compute', { l2_population: false })),
  ],
  [
    'one that nobody tells where machines are',
    ['server_without_l2_population'],
    ofAgent(wiring('compute', {}), {}, ['linuxbridge']),
  ],
  [
    'one whose mapping is misspelt',
    ['physical_network_unmapped'],
    ofAgent(wiring('compute', { interface_mappings: { publik: 'eno1' } })),
  ],
  [
    'one that maps another network',
    [],
    ofAgent(wiring('compute', { interface_mappings: { storage: 'eno2' } })),
  ],
]);

const groups = [{ id: 'g', name: 'default' }];
const filter = (changes: object) => {
  const own = { remoteGroup: 'g', protocol: null };
  const outcome = judgeFilter('vm1', { portSecurity: true, groups, ingress: [own], ...changes });
  return findingsOf([outcome]).map(({ code }) => code);
};

rows('security groups of a port', [
  ['the default group', ['nothing_let_in'], filter({})],
  ['one that lets ssh in', [], filter({ ingress: [{ remoteGroup: null, protocol: 'tcp' }] })],
  ['none', ['port_without_group'], filter({ groups: [], ingress: [] })],
  ['no port security', [], filter({ portSecurity: false, groups: [], ingress: [] })],
]);
