import type { Dict } from '../python/value.ts';

/** The cloud that the tests' commands look at: few objects, but every kind of value. */

const id = (kind: number, number: number): string =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const tenant = 'bba0714c43444fba93f0d459cf3b0d13';
const other = '5b7dab22b0fc4bb9b1a2b4a8d4a0f5b1';
const times = { created_at: '2026-11-22T16:19:26Z', updated_at: '2026-11-22T16:19:27Z' };
const owned = { tenant_id: tenant, project_id: tenant };

const network = (number: number, name: string, more: Dict = {}): Dict => ({
  id: id(1, number),
  name,
  ...owned,
  admin_state_up: true,
  mtu: 1450,
  status: 'ACTIVE',
  subnets: [],
  shared: false,
  availability_zone_hints: [],
  availability_zones: ['nova'],
  ipv4_address_scope: null,
  'router:external': false,
  description: '',
  tags: [],
  ...times,
  revision_number: 2,
  'provider:network_type': 'vxlan',
  'provider:physical_network': null,
  'provider:segmentation_id': 562,
  ...more,
});

const subnet = (number: number, name: string, more: Dict = {}): Dict => ({
  id: id(2, number),
  name,
  ...owned,
  network_id: id(1, 1),
  ip_version: 4,
  subnetpool_id: null,
  enable_dhcp: true,
  gateway_ip: '172.16.1.1',
  cidr: '172.16.1.0/24',
  allocation_pools: [
    { start: '172.16.1.2', end: '172.16.1.99' },
    { start: '172.16.1.150', end: '172.16.1.254' },
  ],
  host_routes: [{ destination: '10.0.0.0/8', nexthop: '172.16.1.7' }],
  dns_nameservers: ['192.168.85.253', '192.168.85.252'],
  ...more,
});

const port = (number: number, name: string, more: Dict = {}): Dict => ({
  id: id(3, number),
  name,
  ...owned,
  network_id: id(1, 1),
  mac_address: `fa:16:3e:00:00:0${number}`,
  admin_state_up: true,
  status: 'DOWN',
  device_id: '',
  device_owner: '',
  fixed_ips: [{ subnet_id: id(2, 1), ip_address: `172.16.1.${number}` }],
  'binding:vif_details': { port_filter: true, nested: { list: [1, 'two', null] } },
  'binding:profile': {},
  allowed_address_pairs: [],
  security_groups: [id(5, 1)],
  extra_dhcp_opts: [],
  ...more,
});

const rule = (number: number, more: Dict = {}): Dict => ({
  id: id(6, number),
  ...owned,
  security_group_id: id(5, 1),
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: null,
  port_range_min: null,
  port_range_max: null,
  remote_ip_prefix: null,
  remote_group_id: null,
  description: '',
  ...more,
});

const rules = [
  rule(1, { direction: 'egress' }),
  rule(2, { protocol: 'tcp', port_range_min: 22, port_range_max: 22, remote_ip_prefix: '0.0.0.0/0' }),
  rule(3, { protocol: 'udp', port_range_min: 1000, port_range_max: 2000, remote_group_id: id(5, 2) }),
  rule(4, { protocol: 'icmp', port_range_min: 8, port_range_max: 0 }),
  rule(5, { protocol: 'icmp' }),
  rule(6, { protocol: '112', ethertype: 'IPv6', security_group_id: id(5, 2) }),
];

const group = (number: number, name: string, description: string): Dict => ({
  id: id(5, number),
  name,
  ...owned,
  description,
  stateful: true,
  security_group_rules: rules.filter((each) => each.security_group_id === id(5, number)),
});

const agent = (number: number, type: string, more: Dict = {}): Dict => ({
  id: id(7, number),
  agent_type: type,
  binary: `neutron-${type.toLowerCase().replaceAll(' ', '-')}`,
  topic: 'N/A',
  host: 'controller',
  admin_state_up: true,
  created_at: '2026-11-22 16:19:00',
  started_at: '2026-11-22 16:19:00',
  heartbeat_timestamp: '2026-11-22 16:30:01.123456',
  description: null,
  resources_synced: null,
  availability_zone: 'nova',
  alive: true,
  configurations: { networks: 2, devices: [], mappings: { public: 'eno1' }, ratio: 0 },
  ...more,
});

/** Every collection, by its path under /v2.0. */
const collections: Record<string, Dict[]> = {
  networks: [
    network(1, 'private', { subnets: [id(2, 1), id(2, 2)] }),
    network(2, 'public', { 'router:external': true, shared: true, mtu: 1500, subnets: [id(2, 3)] }),
    network(3, 'twin', { description: 'a "quoted" \\ text, with commas: and colons' }),
    network(4, 'twin', { description: 'two\nlines', tenant_id: other, project_id: other }),
    network(5, '网络 ünïcode', { tags: ['red', "it's"], 'provider:segmentation_id': null }),
    network(6, 'busy'),
    network(7, 'broken'),
  ],
  subnets: [
    subnet(1, 'private'),
    subnet(2, 'six', { cidr: 'fd00::/64', ip_version: 6, gateway_ip: 'fd00::1', host_routes: [] }),
    subnet(3, 'public', { cidr: '192.168.81.0/24', network_id: id(1, 2), allocation_pools: [] }),
  ],
  ports: [
    port(1, 'p1'),
    port(2, ''),
    port(3, 'owned', { device_owner: 'network:router_interface', device_id: id(4, 1) }),
  ],
  routers: [
    {
      id: id(4, 1),
      name: 'router',
      ...owned,
      status: 'ACTIVE',
      external_gateway_info: {
        network_id: id(1, 2),
        external_fixed_ips: [{ subnet_id: id(2, 3), ip_address: '192.168.81.101' }],
        enable_snat: true,
      },
      routes: [],
      distributed: false,
      ha: false,
    },
    {
      id: id(4, 2),
      name: 'inner',
      ...owned,
      status: 'DOWN',
      external_gateway_info: null,
      routes: [],
      distributed: false,
      ha: true,
    },
  ],
  floatingips: [
    {
      id: id(8, 1),
      ...owned,
      floating_ip_address: '192.168.81.150',
      fixed_ip_address: null,
      port_id: null,
      floating_network_id: id(1, 2),
      status: 'DOWN',
    },
  ],
  'security-groups': [group(1, 'default', 'Default security group'), group(2, 'web', '')],
  'security-group-rules': rules,
  agents: [
    agent(1, 'DHCP agent'),
    agent(2, 'L3 agent', { alive: false, configurations: {} }),
    agent(3, 'Linux bridge agent', { availability_zone: null, admin_state_up: false }),
  ],
  extensions: [
    {
      alias: 'router',
      name: 'Neutron L3 Router',
      description: 'Router abstraction',
      updated: '2012-07-20T10:00:00-00:00',
      links: [],
    },
    {
      alias: 'agent',
      name: 'agent',
      description: 'The agent management extension.',
      updated: '2013-02-03T10:00:00-00:00',
      links: [],
    },
  ],
  subnetpools: [
    {
      id: id(9, 1),
      name: 'sp',
      ...owned,
      prefixes: ['10.10.0.0/16', '10.20.0.0/16'],
      default_prefixlen: '24',
      address_scope_id: null,
      is_default: false,
      ip_version: 4,
      default_quota: null,
    },
  ],
  'address-scopes': [{ id: id(10, 1), name: 'as', ...owned, ip_version: 4, shared: false }],
  'rbac-policies': [
    {
      id: id(11, 1),
      ...owned,
      object_type: 'network',
      object_id: id(1, 1),
      target_tenant: '*',
      action: 'access_as_shared',
    },
  ],
  availability_zones: [{ name: 'nova', resource: 'network', state: 'available' }],
  'service-providers': [{ service_type: 'L3_ROUTER_NAT', name: 'single_node', default: false }],
  flavors: [
    {
      id: id(12, 1),
      name: 'gold',
      service_type: 'L3_ROUTER_NAT',
      enabled: true,
      description: '',
      service_profiles: [],
    },
  ],
  service_profiles: [{ id: id(13, 1), description: 'p', enabled: true, driver: 'x.y.Z', metainfo: '{}' }],
  'network-ip-availabilities': [
    {
      id: id(1, 1),
      network_id: id(1, 1),
      network_name: 'private',
      ...owned,
      total_ips: 253,
      used_ips: 3,
      subnet_ip_availability: [
        { subnet_id: id(2, 1), cidr: '172.16.1.0/24', ip_version: 4, total_ips: 253, used_ips: 3 },
      ],
    },
  ],
  'metering/metering-labels': [{ id: id(14, 1), name: 'ml', ...owned, description: '', shared: false }],
  'metering/metering-label-rules': [],
  'qos/policies': [
    {
      id: id(15, 1),
      name: 'bw',
      ...owned,
      description: '',
      shared: false,
      is_default: false,
      rules: [{ id: id(16, 1), type: 'bandwidth_limit', max_kbps: 3000 }],
    },
  ],
  'qos/rule-types': [{ type: 'dscp_marking' }, { type: 'bandwidth_limit' }],
  [`qos/policies/${id(15, 1)}/bandwidth_limit_rules`]: [
    { id: id(16, 1), max_kbps: 3000, max_burst_kbps: 300, direction: 'egress' },
  ],
};

export const seed = (): Record<string, Dict[]> => structuredClone(collections);
