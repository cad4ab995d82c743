import { findInstance } from '../../src/agents/metadata/instance.ts';
import { ip } from '../../src/linux/batch.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { client } from '../../src/rpc/interface.ts';
import { metadata, type PortFilters } from '../../src/rpc/metadata.ts';
import { until } from '../../src/testing/until.ts';
import { type Cloud, HOST } from './cloud.ts';

/** What is left at the end of the road: ids. */
export interface Made {
  readonly privateNetwork: string;
  readonly privateSubnet: string;
  /** A network whose bridge is here, with nothing in it any more. */
  readonly inner: string;
  readonly router: string;
  /** A port of a machine on the other host. */
  readonly guest: string;
  /** A port of a machine here, whose tap is plugged. */
  readonly here: string;
  /** The security group of both. */
  readonly group: string;
}

const SUBNETS = [
  { cidr: '10.1.0.0/24', allocation_pools: [{ start: '10.1.0.10', end: '10.1.0.100' }], ip_version: 4 },
  { cidr: '10.2.0.0/24', ip_version: 4 },
  { cidr: '10.5.0.0/24', ip_version: 4 },
  { cidr: '10.5.1.0/24', ip_version: 4 },
  { cidr: 'fd00:5::/64', ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' },
  {
    cidr: 'fd00:6::/64',
    ip_version: 6,
    ipv6_ra_mode: 'dhcpv6-stateful',
    ipv6_address_mode: 'dhcpv6-stateful',
  },
] as const;

const computeReport = {
  binary: 'neutron-linuxbridge-agent',
  host: 'compute',
  topic: 'N/A',
  configurations: {
    bridge_mappings: {},
    interface_mappings: { public: 'eno1' },
    tunneling_ip: '192.168.81.65',
    tunnel_types: ['vxlan'],
    l2_population: true,
    devices: 0,
    extensions: [],
  },
  agent_type: 'Linux bridge agent',
  start_flag: true,
};

export const tapOf = (portId: string) => `tap${portId.slice(0, 11)}`;

/** Makes the guide's cloud, changes it in every way that was recorded, and takes down what it made besides. */
export async function walk({ api, as, ask, quiet }: Cloud): Promise<Made> {
  await quiet();
  await api.report(computeReport);

  const python = as('Python');
  const call = (method: string, version: string, args: object) =>
    python.call({ topic: 'q-plugin', version }, method, args as never, adminContext());
  const agent_id = 'lb1626e092c262';
  const wired = (id: string, host: string) =>
    call('update_device_up', '1.9', { device: tapOf(id), agent_id, host });
  const detailed = async (...ids: string[]) => {
    const devices = ids.map(tapOf);
    await call('get_devices_details_list', '1.9', { devices, agent_id, host: HOST });
    await call('security_group_info_for_devices', '1.3', { devices, call_version: '1.3' });
  };
  const portOf = async (query: string): Promise<string> => {
    const { body } = await api.request('admin', 'GET', `/v2.0/ports?fields=id&${query}`);
    return (body as { ports: { id: string }[] }).ports[0]!.id;
  };
  /** Waits until an agent has wired the port. */
  const active = (query: string) =>
    until(`a port of ${query} to be wired`, () => portOf(`${query}&status=ACTIVE`), 60);
  const make = async (kind: string, plural: string, body: object) =>
    (await ask('POST', plural, { [kind]: body })).id;
  const change = (kind: string, path: string, body: object) => ask('PUT', path, { [kind]: body });

  const listed = await api.request('admin', 'GET', '/v2.0/agents');
  const { agents } = listed.body as { agents: AgentBody[] };
  const agentId = (type: string) =>
    agents.find(({ agent_type, host }) => agent_type === type && host === HOST)!.id;
  const [dhcp, l3] = [agentId('DHCP agent'), agentId('L3 agent')];

  const publicNetwork = await make('network', 'networks', {
    name: 'public',
    shared: true,
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'public',
  });
  await make('subnet', 'subnets', {
    name: 'public',
    network_id: publicNetwork,
    ip_version: 4,
    cidr: '192.168.81.0/24',
    gateway_ip: '192.168.81.254',
    allocation_pools: [{ start: '192.168.81.100', end: '192.168.81.200' }],
    dns_nameservers: ['192.168.85.253'],
  });
  await call('get_network_info', '1.0', { network_id: publicNetwork, host: HOST });
  const privateNetwork = await make('network', 'networks', { name: 'private' });
  const privateSubnet = await make('subnet', 'subnets', {
    name: 'private',
    network_id: privateNetwork,
    ip_version: 4,
    cidr: '172.16.1.0/24',
    gateway_ip: '172.16.1.1',
    dns_nameservers: ['192.168.85.253'],
  });
  await quiet();
  const served = 'device_owner=network:dhcp&network_id=';
  await active(`${served}${privateNetwork}`);
  const router = await make('router', 'routers', { name: 'router' });
  await ask('PUT', `routers/${router}/add_router_interface`, { subnet_id: privateSubnet });
  await quiet();
  await change('router', `routers/${router}`, { external_gateway_info: { network_id: publicNetwork } });
  await quiet();
  const [inside, privateDhcp, gateway, publicDhcp] = [
    await active('device_owner=network:router_interface'),
    await active(`${served}${privateNetwork}`),
    await active('device_owner=network:router_gateway'),
    await active(`${served}${publicNetwork}`),
  ];
  await detailed(inside, privateDhcp, gateway, publicDhcp);
  await detailed(publicDhcp, privateDhcp);

  const guest = await make('port', 'ports', {
    name: 'p2',
    network_id: privateNetwork,
    device_id: 'vm1',
    device_owner: 'compute:nova',
    'binding:host_id': 'compute',
    extra_dhcp_opts: [{ opt_name: 'bootfile-name', opt_value: 'pxe.0', ip_version: 4 }],
    allowed_address_pairs: [{ ip_address: '172.16.1.200' }],
  });
  await quiet();
  await wired(guest, 'compute');
  await make('port', 'ports', { network_id: privateNetwork, name: 'p3' });
  await detailed(guest);
  await quiet();
  await change('port', `ports/${guest}`, { description: 'd' });
  await change('port', `ports/${guest}`, { description: '' });
  const [fixed] = (await ask('GET', `ports/${guest}`)).fixed_ips as { ip_address: string }[];
  const asking = client(as('Metadata agent'), metadata);
  const getPorts = (filters: PortFilters) => asking.get_ports(adminContext(), { filters });
  const address = fixed!.ip_address;
  await findInstance({ address, routerId: router, networkId: undefined }, getPorts);
  await findInstance({ address, networkId: privateNetwork, routerId: undefined }, getPorts);
  await make('floatingip', 'floatingips', { floating_network_id: publicNetwork, port_id: guest });
  await change('network', `networks/${privateNetwork}`, { description: 'hello' });
  await change('subnet', `subnets/${privateSubnet}`, { dns_nameservers: ['1.1.1.1'] });
  await ask('PUT', `networks/${privateNetwork}/tags/red`);
  await change('network', `networks/${privateNetwork}`, { name: 'private1', description: '' });
  const group = ((await ask('GET', `ports/${guest}`)).security_groups as string[])[0]!;
  const allow = (protocol: string, more: object) =>
    make('security_group_rule', 'security-group-rules', {
      security_group_id: group,
      direction: 'ingress',
      ethertype: 'IPv4',
      protocol,
      ...more,
    });
  await allow('icmp', { remote_ip_prefix: '10.0.0.0/8' });
  await allow('tcp', { port_range_min: 22, port_range_max: 22 });
  await detailed(guest);
  await quiet();

  await change('agent', `agents/${dhcp}`, { admin_state_up: false });
  const many = await make('network', 'networks', { name: 'n2' });
  const subnets: string[] = [];
  for (const subnet of SUBNETS)
    subnets.push(await make('subnet', 'subnets', { network_id: many, name: 's', ...subnet }));
  await change('agent', `agents/${dhcp}`, { admin_state_up: true });
  const manyDhcp = await active(`${served}${many}`);
  await until('the DHCP port to have an address of each subnet', async () => {
    const { fixed_ips } = await ask('GET', `ports/${manyDhcp}`);
    return (fixed_ips as unknown[]).length === SUBNETS.length;
  });
  await quiet();
  await ask('DELETE', `agents/${dhcp}/dhcp-networks/${many}`);
  await quiet();
  await ask('POST', `agents/${dhcp}/dhcp-networks`, { network_id: many });
  await quiet();
  const last = await make('subnet', 'subnets', { network_id: many, cidr: '10.4.0.0/24', ip_version: 4 });
  await quiet();
  const moving = await make('port', 'ports', {
    name: 'p1',
    network_id: many,
    device_id: 'dev1',
    device_owner: 'compute:nova',
    'binding:host_id': HOST,
    fixed_ips: [{ subnet_id: subnets[0], ip_address: '10.1.0.50' }],
  });
  await quiet();
  await wired(moving, HOST);
  await active(`id=${moving}`);
  await quiet();
  await change('port', `ports/${moving}`, {
    fixed_ips: [
      { subnet_id: subnets[2], ip_address: '10.5.0.50' },
      { subnet_id: subnets[3], ip_address: '10.5.1.50' },
    ],
  });
  const bound = await make('port', 'ports', {
    name: 'p1',
    network_id: many,
    device_id: 'dev1',
    fixed_ips: [{ subnet_id: last, ip_address: '10.4.0.21' }, { subnet_id: subnets[5] }],
  });
  await change('port', `ports/${bound}`, { name: 'p1b', description: 'd' });
  await change('port', `ports/${bound}`, { device_owner: 'compute:nova', 'binding:host_id': 'compute' });
  await quiet();

  await change('subnet', `subnets/${subnets[0]}`, {
    name: 's1b',
    enable_dhcp: false,
    host_routes: [{ destination: '10.9.0.0/16', nexthop: '10.1.0.9' }],
    dns_nameservers: ['1.1.1.1'],
  });
  const inner = await make('network', 'networks', { name: 'inner' });
  const innerSubnet = await make('subnet', 'subnets', {
    network_id: inner,
    cidr: '10.6.0.0/24',
    ip_version: 4,
    enable_dhcp: false,
  });
  const ha = await make('router', 'routers', { name: 'harouter', ha: true });
  await make('floatingip', 'floatingips', { floating_network_id: publicNetwork });
  await change('router', `routers/${ha}`, { external_gateway_info: { network_id: publicNetwork } });
  await ask('PUT', `routers/${ha}/add_router_interface`, { subnet_id: innerSubnet });
  await active(`device_id=${ha}&device_owner=network:router_gateway`);
  await call('get_network_info', '1.0', { network_id: publicNetwork, host: HOST });
  for (const name of ['a', 'b', 'd', 'c']) {
    const port = await make('port', 'ports', {
      name,
      network_id: inner,
      device_id: name,
      device_owner: 'compute:nova',
      'binding:host_id': name === 'c' ? 'compute' : HOST,
    });
    await wired(port, name === 'c' ? 'compute' : HOST);
  }
  await quiet();

  await ask('DELETE', `agents/${l3}/l3-routers/${router}`);
  await quiet();
  await ask('POST', `agents/${l3}/l3-routers`, { router_id: router });
  await change('agent', `agents/${l3}`, { admin_state_up: false });
  await change('agent', `agents/${l3}`, { admin_state_up: true });
  await quiet();

  await ask('PUT', `routers/${ha}/remove_router_interface`, { subnet_id: innerSubnet });
  await ask('DELETE', `routers/${ha}`);
  await call('update_device_down', '1.9', { device: tapOf(moving), agent_id, host: HOST });
  for (const port of [bound, moving]) await ask('DELETE', `ports/${port}`);
  await quiet();
  await ask('DELETE', `subnets/${last}`);
  await ask('DELETE', `networks/${many}`);
  await quiet();
  const port = { device_id: 'd', network_id: many, project_id: 'p', fixed_ips: [{ subnet_id: last }] };
  await call('create_dhcp_port', '1.1', { port: { port }, host: HOST });
  const here = await make('port', 'ports', {
    network_id: privateNetwork,
    device_id: 'vm2',
    device_owner: 'compute:nova',
    'binding:host_id': HOST,
  });
  await ip([`link add ${tapOf(here)} type veth peer name vm2`, `link set ${tapOf(here)} up`]);
  await quiet();
  return { privateNetwork, privateSubnet, inner, router, guest, here, group };
}

interface AgentBody {
  readonly id: string;
  readonly agent_type: string;
  readonly host: string;
}
