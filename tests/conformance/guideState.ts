import assert from 'node:assert/strict';
import type { TestApi, User } from './api.ts';

/** The agents of the guide's two hosts, as they report. */
const agents = [
  { host: 'controller', binary: 'neutron-linuxbridge-agent', agent_type: 'Linux bridge agent', topic: 'N/A' },
  { host: 'compute', binary: 'neutron-linuxbridge-agent', agent_type: 'Linux bridge agent', topic: 'N/A' },
  { host: 'controller', binary: 'neutron-dhcp-agent', agent_type: 'DHCP agent', topic: 'dhcp_agent' },
  { host: 'controller', binary: 'neutron-l3-agent', agent_type: 'L3 agent', topic: 'l3_agent' },
  { host: 'controller', binary: 'neutron-metadata-agent', agent_type: 'Metadata agent', topic: 'N/A' },
];

const l2 = {
  bridge_mappings: {},
  devices: 0,
  extensions: [],
  interface_mappings: { public: 'eno1' },
  l2_population: true,
  tunnel_types: ['vxlan'],
};
const addresses = { controller: '192.168.81.66', compute: '192.168.81.65' } as const;

/** Has every agent of the guide report itself. */
export async function startAgents(api: TestApi): Promise<void> {
  for (const agent of agents) {
    const bridge = agent.agent_type === 'Linux bridge agent';
    const tunneling_ip = addresses[agent.host as keyof typeof addresses];
    await api.report({
      ...agent,
      ...(bridge || agent.topic === 'N/A' ? {} : { availability_zone: 'nova' }),
      configurations: bridge
        ? { ...l2, tunneling_ip }
        : { agent_mode: 'legacy', handle_internal_only_routers: true },
      start_flag: true,
    });
  }
}

/** Sends a request that must succeed; gives the one resource of its answer. */
export async function make(
  api: TestApi,
  path: string,
  body: Readonly<Record<string, object>>,
  user: User = 'admin',
): Promise<Record<string, string>> {
  const reply = await api.request(user, 'POST', `/v2.0/${path}`, body);
  assert.equal(reply.status, 201, `${path}: ${JSON.stringify(reply.body)}`);
  return Object.values(reply.body as Record<string, Record<string, string>>)[0]!;
}

/** What the guide's commands make: two networks with their subnets, and the router between. */
export async function makeGuideState(api: TestApi) {
  await startAgents(api);
  const publicNet = await make(api, 'networks', {
    network: {
      name: 'public',
      shared: true,
      'router:external': true,
      'provider:physical_network': 'public',
      'provider:network_type': 'flat',
    },
  });
  const publicSubnet = await make(api, 'subnets', {
    subnet: {
      name: 'public',
      network_id: publicNet.id,
      ip_version: 4,
      cidr: '192.168.81.0/24',
      // Without .150 to .181, which the tests ask for by name: no other port may get one of them by chance.
      allocation_pools: [
        { start: '192.168.81.100', end: '192.168.81.149' },
        { start: '192.168.81.182', end: '192.168.81.200' },
      ],
      gateway_ip: '192.168.81.254',
    },
  });
  const privateNet = await make(api, 'networks', { network: { name: 'private' } });
  const privateSubnet = await make(api, 'subnets', {
    subnet: {
      name: 'private',
      network_id: privateNet.id,
      ip_version: 4,
      cidr: '172.16.1.0/24',
      gateway_ip: '172.16.1.1',
    },
  });
  const router = await make(api, 'routers', {
    router: { name: 'router', external_gateway_info: { network_id: publicNet.id } },
  });
  await api.request('admin', 'PUT', `/v2.0/routers/${router.id}/add_router_interface`, {
    subnet_id: privateSubnet.id,
  });
  return { publicNet, publicSubnet, privateNet, privateSubnet, router };
}
