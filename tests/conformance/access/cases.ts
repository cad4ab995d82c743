/** Who asks: each is the name of a token. All but admin, other and the two of the system belong to one project. */
export const people = [
  'system_admin',
  'system_reader',
  'admin',
  'member',
  'reader',
  'no_role',
  'other',
] as const;
export type Person = (typeof people)[number];

/** Sends a request; whose token it has may be anybody's. */
export type Send = (
  who: Person,
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly body: unknown }>;

type Values = Readonly<Record<string, unknown>>;

/** An object made by an administrator for the project of most people: path, key of the body, attributes. */
export type Make = readonly [path: string, key: string, attributes: Values];

/** One row of the table: what there is, and the request that everybody tries. `{name}` stands for the id of what was made. */
export interface Case {
  readonly title: string;
  readonly made?: Readonly<Record<string, Make>>;
  readonly request: string;
  readonly body?: Values;
}

const network: Make = ['networks', 'network', { name: 'n' }];
const shared: Make = ['networks', 'network', { name: 's', shared: true }];
const external: Make = ['networks', 'network', { name: 'e', 'router:external': true }];
const subnetOf = (parent: string, cidr: string): Make => [
  'subnets',
  'subnet',
  { name: 'sub', network_id: `{${parent}}`, ip_version: 4, cidr },
];
const subnet = subnetOf('network', '10.77.1.0/24');
const outside = subnetOf('external', '10.77.9.0/24');
const port: Make = ['ports', 'port', { name: 'p', network_id: '{network}' }];
const router: Make = ['routers', 'router', { name: 'r' }];
const group: Make = ['security-groups', 'security_group', { name: 'g' }];

/** The five usual requests on one resource. */
function usual(
  path: string,
  key: string,
  attributes: Values,
  {
    before = {},
    change = { name: 'changed' },
    verbs = 'create list show update delete',
  }: {
    before?: Case['made'];
    change?: Values;
    verbs?: string;
  } = {},
): Case[] {
  const made = { ...before, one: [path, key, attributes] as const };
  const all: Record<string, Case> = {
    create: { title: `create ${key}`, made: before, request: `POST ${path}`, body: { [key]: attributes } },
    list: { title: `list ${key}`, made, request: `GET ${path}?id={one}` },
    show: { title: `show ${key}`, made, request: `GET ${path}/{one}` },
    update: { title: `update ${key}`, made, request: `PUT ${path}/{one}`, body: { [key]: change } },
    delete: { title: `delete ${key}`, made, request: `DELETE ${path}/{one}` },
  };
  return verbs.split(' ').map((verb) => all[verb]!);
}

/** A create or update for each of some attributes that have rules of their own. */
const withEach = (
  request: string,
  key: string,
  made: Case['made'],
  common: Values,
  each: readonly Values[],
  title = key,
): Case[] =>
  each.map((attributes) => ({
    title: `${request.split(' ')[0]} ${title} with ${JSON.stringify(attributes)}`,
    ...(made ? { made } : {}),
    request,
    body: { [key]: { ...common, ...attributes } },
  }));

const portAttributes: readonly Values[] = [
  { mac_address: 'fa:16:3e:12:34:56' },
  { fixed_ips: [{ ip_address: '10.77.1.50' }] },
  { fixed_ips: [{ subnet_id: '{subnet}' }] },
  { device_owner: 'network:own' },
  { device_owner: 'compute:own' },
  { port_security_enabled: false, security_groups: [] },
  { 'binding:host_id': 'somewhere' },
  { 'binding:profile': { a: 'b' } },
  { 'binding:vnic_type': 'direct' },
  { allowed_address_pairs: [{ ip_address: '10.77.1.60' }] },
];

const networks: readonly Case[] = [
  ...usual('networks', 'network', { name: 'n' }),
  ...withEach('POST networks', 'network', undefined, { name: 'n' }, [
    { shared: true },
    { shared: false },
    { 'router:external': true },
    { 'provider:network_type': 'vxlan' },
    { port_security_enabled: false },
    { segments: [{ 'provider:network_type': 'vxlan' }] },
    { mtu: 1400 },
  ]),
  ...withEach('PUT networks/{network}', 'network', { network }, {}, [
    { shared: true },
    { 'router:external': true },
    { port_security_enabled: false },
    { mtu: 1400 },
  ]),
  { title: 'show a shared network', made: { shared }, request: 'GET networks/{shared}' },
  {
    title: 'update a shared network',
    made: { shared },
    request: 'PUT networks/{shared}',
    body: { network: { name: 'x' } },
  },
  { title: 'delete a shared network', made: { shared }, request: 'DELETE networks/{shared}' },
  { title: 'show an external network', made: { external }, request: 'GET networks/{external}' },
  { title: 'delete an external network', made: { external }, request: 'DELETE networks/{external}' },
];

const subnets: readonly Case[] = [
  ...usual('subnets', 'subnet', subnet[2], { before: { network } }),
  ...withEach('POST subnets', 'subnet', { network }, subnet[2], [
    { service_types: ['compute:nova'] },
    { enable_dhcp: false },
  ]),
  {
    title: 'create subnet on a shared network',
    made: { network: shared },
    request: 'POST subnets',
    body: { subnet: subnet[2] },
  },
  {
    title: 'show subnet of a shared network',
    made: { network: shared, subnet },
    request: 'GET subnets/{subnet}',
  },
  {
    title: 'update subnet of a shared network',
    made: { network: shared, subnet },
    request: 'PUT subnets/{subnet}',
    body: { subnet: { name: 'x' } },
  },
];

const ports: readonly Case[] = [
  ...usual('ports', 'port', port[2], { before: { network } }),
  ...withEach('POST ports', 'port', { network, subnet }, { network_id: '{network}' }, portAttributes),
  ...withEach(
    'POST ports',
    'port',
    { network: shared, subnet },
    { network_id: '{network}' },
    portAttributes,
    'port of a shared network',
  ),
  ...withEach('PUT ports/{port}', 'port', { network, subnet, port }, {}, portAttributes),
  ...withEach('PUT ports/{port}', 'port', { network, subnet, port }, {}, [
    { data_plane_status: 'ACTIVE' },
    { name: 'x' },
  ]),
];

const gateway = { external_gateway_info: { network_id: '{external}' } };
const routers: readonly Case[] = [
  ...usual('routers', 'router', { name: 'r' }),
  ...withEach('POST routers', 'router', { external, outside }, { name: 'r' }, [
    { ha: false },
    { distributed: false },
    gateway,
    { external_gateway_info: { network_id: '{external}', enable_snat: false } },
    {
      external_gateway_info: { network_id: '{external}', external_fixed_ips: [{ ip_address: '10.77.9.77' }] },
    },
  ]),
  ...withEach('PUT routers/{router}', 'router', { external, outside, router }, {}, [
    gateway,
    { external_gateway_info: { network_id: '{external}', enable_snat: false } },
    { distributed: false },
    { routes: [] },
  ]),
  {
    title: 'add an interface',
    made: { network, subnet, router },
    request: 'PUT routers/{router}/add_router_interface',
    body: { subnet_id: '{subnet}' },
  },
  {
    title: 'add extra routes',
    made: { router },
    request: 'PUT routers/{router}/add_extraroutes',
    body: { router: { routes: [] } },
  },
];

const floatingIps: readonly Case[] = [
  ...usual(
    'floatingips',
    'floatingip',
    { floating_network_id: '{external}' },
    { before: { external, outside }, change: { description: 'x' } },
  ),
  ...withEach(
    'POST floatingips',
    'floatingip',
    { external, outside },
    { floating_network_id: '{external}' },
    [{ floating_ip_address: '10.77.9.88' }],
  ),
];

const rule = { security_group_id: '{group}', direction: 'ingress', protocol: 'tcp' };
const groups: readonly Case[] = [
  ...usual('security-groups', 'security_group', { name: 'g' }),
  ...usual('security-group-rules', 'security_group_rule', rule, {
    before: { group },
    verbs: 'create list show delete',
  }),
];

const pool = { name: 'sp', prefixes: ['10.78.0.0/16'] };
const pools: readonly Case[] = [
  ...usual('subnetpools', 'subnetpool', pool),
  ...withEach('POST subnetpools', 'subnetpool', undefined, pool, [{ shared: true }, { is_default: true }]),
  ...withEach('PUT subnetpools/{one}', 'subnetpool', { one: ['subnetpools', 'subnetpool', pool] }, {}, [
    { is_default: false },
  ]),
  {
    title: 'show a shared subnetpool',
    made: { one: ['subnetpools', 'subnetpool', { ...pool, shared: true }] },
    request: 'GET subnetpools/{one}',
  },
  ...usual('address-scopes', 'address_scope', { name: 'as', ip_version: 4 }),
  ...withEach('POST address-scopes', 'address_scope', undefined, { name: 'as', ip_version: 4 }, [
    { shared: true },
  ]),
  ...usual('address-groups', 'address_group', { name: 'ag', addresses: ['10.0.0.1/32'] }),
];

const rbac = (target: string) => ({
  object_type: 'network',
  object_id: '{network}',
  action: 'access_as_shared',
  target_tenant: target,
});
const sharing: readonly Case[] = [
  ...usual('rbac-policies', 'rbac_policy', rbac('somebody'), {
    before: { network },
    change: { target_tenant: 'else' },
  }),
  {
    title: 'create rbac_policy for everybody',
    made: { network },
    request: 'POST rbac-policies',
    body: { rbac_policy: rbac('*') },
  },
  {
    title: 'update rbac_policy to everybody',
    made: { network, one: ['rbac-policies', 'rbac_policy', rbac('somebody')] },
    request: 'PUT rbac-policies/{one}',
    body: { rbac_policy: { target_tenant: '*' } },
  },
];

const missing = '00000000-0000-0000-0000-000000000000';
const others: readonly Case[] = [
  { title: 'list agents', request: 'GET agents?fields=id&binary=none' },
  { title: 'show agent', request: `GET agents/${missing}` },
  { title: 'update agent', request: `PUT agents/${missing}`, body: { agent: { admin_state_up: true } } },
  { title: 'delete agent', request: `DELETE agents/${missing}` },
  { title: 'list availability zones', request: 'GET availability_zones?name=none' },
  { title: 'list service providers', request: 'GET service-providers' },
  { title: 'list ip availabilities', request: `GET network-ip-availabilities?network_id=${missing}` },
  { title: 'show ip availability', made: { network }, request: 'GET network-ip-availabilities/{network}' },
  { title: 'list floating IP pools', request: 'GET floatingip_pools?subnet_name=none' },
  { title: 'list extensions', request: 'GET extensions/router' },
  ...usual('flavors', 'flavor', { name: 'f', service_type: 'L3_ROUTER_NAT' }),
  ...usual(
    'service_profiles',
    'service_profile',
    { description: 'd', metainfo: 'm' },
    { change: { metainfo: 'x' } },
  ),
  { title: 'list quotas', request: 'GET quotas' },
  { title: 'show own quota', request: 'GET quotas/{project}' },
  { title: 'show own default quota', request: 'GET quotas/{project}/default' },
  { title: 'show own quota in detail', request: 'GET quotas/{project}/details.json' },
  { title: 'show whose quota', request: 'GET quotas/tenant' },
  { title: "show another's quota", request: `GET quotas/${missing}` },
  { title: 'update quota', request: `PUT quotas/${missing}`, body: { quota: { network: 5 } } },
  { title: 'delete quota', request: `DELETE quotas/${missing}` },
  { title: 'list tags', made: { network }, request: 'GET networks/{network}/tags' },
  { title: 'set tags', made: { network }, request: 'PUT networks/{network}/tags', body: { tags: ['a'] } },
  { title: 'add tag', made: { network }, request: 'PUT networks/{network}/tags/a' },
  { title: 'remove tags', made: { network }, request: 'DELETE networks/{network}/tags' },
  {
    title: 'set tags of a shared network',
    made: { shared },
    request: 'PUT networks/{shared}/tags',
    body: { tags: ['a'] },
  },
  { title: 'list DHCP agents', made: { network }, request: 'GET networks/{network}/dhcp-agents' },
  { title: 'list L3 agents', made: { router }, request: 'GET routers/{router}/l3-agents' },
  { title: 'list networks of an agent', request: `GET agents/${missing}/dhcp-networks` },
  {
    title: 'add a network to an agent',
    made: { network },
    request: `POST agents/${missing}/dhcp-networks`,
    body: { network_id: '{network}' },
  },
  { title: 'list routers of an agent', request: `GET agents/${missing}/l3-routers` },
];

export const cases: readonly Case[] = [
  ...networks,
  ...subnets,
  ...ports,
  ...routers,
  ...floatingIps,
  ...groups,
  ...pools,
  ...sharing,
  ...others,
];
