import type { Random } from '../../src/testing/random.ts';

/** What the storm knows of the cloud: ids by collection, of which some may be gone already. */
export interface World {
  readonly random: Random;
  readonly projects: readonly string[];
  /** An id of a collection, or one that names nothing. */
  any(collection: string): string;
}

type Body = Readonly<Record<string, unknown>>;

/** A request below a resource: method, the rest of the path, body. */
export type Below = readonly [method: 'POST' | 'PUT' | 'DELETE', rest: string, body: Body | undefined];

/** How the storm makes and changes one kind of resource. */
export interface Recipe {
  /** The key of a body. */
  readonly name: string;
  readonly path: string;
  /** The extension that must be listed; absent for the core. */
  readonly alias?: string;
  /** How often it is chosen, beside the others'. */
  readonly weight: number;
  make(world: World): Body;
  change?(world: World): Body;
  /** Member actions by PUT: name and body. */
  act?(world: World): readonly [string, Body];
  below?(world: World): Below;
}

const hosts = ['compute', 'controller'];
const octet = ({ random }: World) => random.int(8);
const label = ({ random }: World) => `n${random.int(1000)}`;
/** Few different ones, so that the same are asked for at once. */
const address = (world: World) => `10.0.${octet(world)}.${10 + world.random.int(12)}`;
const mac = (world: World) => `fa:16:3e:00:00:0${octet(world)}`;

const maybe = (world: World, probability: number, body: Body): Body =>
  world.random.chance(probability) ? body : {};

const described = (world: World): Body => ({ description: label(world) });

/** Every kind of resource, in the order in which it can be removed. */
export const recipes: readonly Recipe[] = [
  {
    name: 'floatingip',
    path: 'floatingips',
    alias: 'router',
    weight: 6,
    make: (world) => ({
      floating_network_id: world.any('networks'),
      ...maybe(world, 0.5, { port_id: world.any('ports') }),
      ...maybe(world, 0.2, { floating_ip_address: address(world) }),
    }),
    change: (world) => ({ port_id: world.random.chance(0.5) ? world.any('ports') : null }),
  },
  {
    name: 'router',
    path: 'routers',
    alias: 'router',
    weight: 3,
    make: (world) => ({
      name: label(world),
      ...maybe(world, 0.4, { external_gateway_info: { network_id: world.any('networks') } }),
      ...maybe(world, 0.4, { ha: world.random.chance(0.5) }),
      ...maybe(world, 0.1, { distributed: true }),
    }),
    change: (world) =>
      world.random.pick([
        { external_gateway_info: null },
        { external_gateway_info: { network_id: world.any('networks') } },
        { name: label(world), ...described(world) },
        { routes: [{ destination: '192.0.2.0/24', nexthop: address(world) }] },
        { routes: [] },
        { admin_state_up: false, ha: world.random.chance(0.5) },
        { admin_state_up: true },
      ]),
    act: (world) =>
      world.random.chance(0.8)
        ? [
            world.random.chance(0.6) ? 'add_router_interface' : 'remove_router_interface',
            world.random.chance(0.7) ? { subnet_id: world.any('subnets') } : { port_id: world.any('ports') },
          ]
        : [
            world.random.pick(['add_extraroutes', 'remove_extraroutes']),
            { router: { routes: [{ destination: '192.0.2.0/24', nexthop: address(world) }] } },
          ],
  },
  {
    name: 'port',
    path: 'ports',
    weight: 8,
    make: (world) => ({
      network_id: world.any('networks'),
      ...maybe(world, 0.3, { fixed_ips: [{ ip_address: address(world) }] }),
      ...maybe(world, 0.3, { mac_address: mac(world) }),
      ...maybe(world, 0.2, { security_groups: [world.any('security-groups')] }),
      ...maybe(world, 0.3, { 'binding:host_id': 'compute', device_owner: 'compute:nova' }),
    }),
    change: (world) =>
      world.random.pick<Body>([
        { fixed_ips: [{ ip_address: address(world) }] },
        { mac_address: mac(world) },
        { security_groups: [world.any('security-groups')] },
        { admin_state_up: world.random.chance(0.5), ...described(world) },
        { allowed_address_pairs: [{ ip_address: address(world) }] },
        { 'binding:host_id': world.random.pick(['', 'compute', 'controller']) },
      ]),
    below: (world) =>
      world.random.pick<Below>([
        ['POST', 'bindings', { binding: { host: world.random.pick(hosts) } }],
        ['PUT', `bindings/${world.random.pick(hosts)}/activate`, {}],
        ['DELETE', `bindings/${world.random.pick(hosts)}`, undefined],
        ['PUT', 'tags', { tags: [label(world)] }],
      ]),
  },
  {
    name: 'security_group_rule',
    path: 'security-group-rules',
    alias: 'security-group',
    weight: 3,
    make: (world) => ({
      security_group_id: world.any('security-groups'),
      direction: 'ingress',
      protocol: 'tcp',
      port_range_min: 1 + world.random.int(5),
      port_range_max: 5,
      ...maybe(world, 0.3, { remote_group_id: world.any('security-groups') }),
    }),
  },
  {
    name: 'security_group',
    path: 'security-groups',
    alias: 'security-group',
    weight: 3,
    make: (world) => ({ name: label(world) }),
    change: described,
  },
  {
    name: 'address_group',
    path: 'address-groups',
    alias: 'address-group',
    weight: 1,
    make: (world) => ({ name: label(world), addresses: [`${address(world)}/32`] }),
    change: described,
    act: (world) => [
      world.random.pick(['add_addresses', 'remove_addresses']),
      { addresses: [`${address(world)}/32`] },
    ],
  },
  {
    name: 'rbac_policy',
    path: 'rbac-policies',
    alias: 'rbac-policies',
    weight: 2,
    make: (world) => ({
      object_type: 'network',
      object_id: world.any('networks'),
      action: world.random.pick(['access_as_shared', 'access_as_external']),
      target_tenant: world.random.pick([...world.projects, '*']),
    }),
    change: (world) => ({ target_tenant: world.random.pick(world.projects) }),
  },
  {
    name: 'subnet',
    path: 'subnets',
    weight: 5,
    make: (world) => ({
      network_id: world.any('networks'),
      ip_version: 4,
      ...(world.random.chance(0.3)
        ? { subnetpool_id: world.any('subnetpools'), prefixlen: 28 }
        : { cidr: `10.0.${octet(world)}.0/${world.random.pick([23, 24, 25])}` }),
    }),
    change: (world) =>
      world.random.pick<Body>([
        { name: label(world), ...described(world) },
        { enable_dhcp: world.random.chance(0.5) },
        { dns_nameservers: [address(world)] },
      ]),
  },
  {
    name: 'network',
    path: 'networks',
    weight: 4,
    make: (world) => ({
      name: label(world),
      ...maybe(world, 0.5, { 'router:external': true }),
      ...maybe(world, 0.2, { shared: true }),
      ...maybe(world, 0.2, {
        'provider:network_type': 'vxlan',
        'provider:segmentation_id': 1 + world.random.int(300),
      }),
      ...maybe(world, 0.2, { 'provider:network_type': 'vlan', 'provider:physical_network': 'physnet' }),
    }),
    change: (world) =>
      world.random.pick<Body>([
        { name: label(world), ...described(world) },
        { shared: world.random.chance(0.5) },
        { 'router:external': world.random.chance(0.5) },
        { mtu: 1400 },
      ]),
    below: (world) => ['PUT', `tags/${label(world)}`, undefined],
  },
  {
    name: 'subnetpool',
    path: 'subnetpools',
    alias: 'subnet_allocation',
    weight: 1,
    make: (world) => ({
      name: label(world),
      prefixes: [`172.${16 + octet(world)}.0.0/24`],
      ...maybe(world, 0.3, { address_scope_id: world.any('address-scopes') }),
    }),
    change: (world) => ({ name: label(world), ...described(world) }),
    act: (world) => [
      world.random.pick(['add_prefixes', 'remove_prefixes']),
      { prefixes: [`172.${16 + octet(world)}.1.0/24`] },
    ],
  },
  {
    name: 'flavor',
    path: 'flavors',
    alias: 'flavors',
    weight: 1,
    make: (world) => ({ name: label(world), service_type: 'L3_ROUTER_NAT' }),
    change: (world) => ({ name: label(world) }),
    below: (world) =>
      world.random.pick<Below>([
        ['POST', 'service_profiles', { service_profile: { id: world.any('service_profiles') } }],
        ['DELETE', `service_profiles/${world.any('service_profiles')}`, undefined],
      ]),
  },
  {
    name: 'service_profile',
    path: 'service_profiles',
    alias: 'flavors',
    weight: 1,
    make: (world) => ({ description: label(world), metainfo: '{}' }),
    change: described,
  },
  {
    name: 'address_scope',
    path: 'address-scopes',
    alias: 'address-scope',
    weight: 1,
    make: (world) => ({ name: label(world), ip_version: 4 }),
    change: (world) => ({ name: label(world) }),
  },
];
