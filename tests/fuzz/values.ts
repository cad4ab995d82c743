import type { Attribute } from '../../src/resources/index.ts';
import type { Random } from '../../src/testing/random.ts';

/** What the fuzzer knows of the cloud. */
export interface World {
  readonly random: Random;
  /** How likely a value of the request now made is odd: most requests are tame, the others are odd in many ways. */
  readonly wildness: number;
  /** Whether the server has anything there. */
  serves(collection: string): boolean;
  /** An id of that collection, now and then of another, of nothing, or none at all. */
  id(collection?: string): string;
}

const nested = (depth: number): unknown =>
  depth === 0 ? 1 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) };

/** Texts that break what is careless with them. */
export const texts: readonly string[] = [
  '',
  ' ',
  'None',
  'null',
  'undefined',
  '0',
  '-1',
  '1e3',
  '0x10',
  'NaN',
  '٣',
  '999999999999999999999999',
  'true',
  "'; drop table networks; --",
  "' or '1'='1",
  '%s %n %(name)s %',
  '../../../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'nul\u0000byte',
  '\u0000',
  '\ud800 alone',
  '💥🇺🇳',
  'ﷺ\u202eright to left',
  'Z̷̧̢͎a̴l̶g̵o',
  'line\r\nbreak: x',
  '\u007f\u0001\u001b[31m',
  'x'.repeat(256),
  'ü'.repeat(255),
  'x'.repeat(70_000),
  '*',
  '\\',
  '{network}',
  '<script>alert(1)</script>',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '10.0.0.5/33',
  '999.1.1.1',
  '10.1',
  '::',
  '::/0',
  'fe80::1%eth0',
  '::ffff:10.0.0.1',
  '2001:db8::/129',
  'ff:ff:ff:ff:ff:ff',
  '00:00:00:00:00:00',
  'fa16.3e00.0001',
  '2001-01-01T00:00:00Z',
];

/** Values of every kind but the expected one. */
export const oddities: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => false,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => -1e308,
  () => 2 ** 31,
  () => 2 ** 53 + 2,
  () => 2 ** 63,
  () => 65_536,
  () => [],
  () => {
    return {};
  },
  () => [null],
  () => [[]],
  () => [{}],
  () => [1, 'a', null, {}],
  () => ['', ''],
  () => nested(20),
  () => nested(500),
  () => Array.from({ length: 3000 }, (_, index) => index),
  () => Array.from({ length: 50_000 }, (_, index) => `t${index}`),
  () => Array.from({ length: 300 }, () => ({ ip_address: '10.0.0.1' })),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index])),
  () => JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => ({ toString: null, length: -1, hasOwnProperty: 1 }),
  () => ({ id: null, ip_address: null, subnet_id: null }),
];

export const oddity = ({ random }: World): unknown =>
  random.chance(0.5) ? random.pick(texts) : random.pick(oddities)();

const address = ({ random }: World): string =>
  random.chance(0.8)
    ? `10.${random.int(3)}.${random.int(4)}.${random.int(256)}`
    : `2001:db8:${random.int(3)}::${random.int(300)}`;

const cidr = ({ random }: World): string =>
  random.chance(0.8)
    ? `10.${random.int(3)}.${random.int(4)}.0/${random.pick([8, 16, 24, 24, 24, 28, 30, 31, 32])}`
    : `2001:db8:${random.int(3)}::/${random.pick([32, 48, 64, 64, 64, 126, 128])}`;

const mac = ({ random }: World): string => `fa:16:3e:00:00:${random.int(256).toString(16).padStart(2, '0')}`;

const some = <T>({ random }: World, make: () => T): T[] => Array.from({ length: random.int(4) }, make);

/** The collection that an attribute names a member of: `floating_network_id` one of networks. */
const collections: readonly (readonly [RegExp, string])[] = [
  [/network/, 'networks'],
  [/subnetpool/, 'subnetpools'],
  [/subnet/, 'subnets'],
  [/port/, 'ports'],
  [/router/, 'routers'],
  [/remote_group|security_group/, 'security-groups'],
  [/address_scope/, 'address-scopes'],
  [/address_group/, 'address-groups'],
  [/flavor/, 'flavors'],
  [/profile/, 'service_profiles'],
];

const idFor = (world: World, name: string): string =>
  world.id(collections.find(([form]) => form.test(name))?.[1]);

type Maker = (world: World, name: string, parameter: unknown) => unknown;

const text: Maker = ({ random }) =>
  random.pick(['a', 'b', 'name of it', 'ACTIVE', 'compute:nova', 'network:dhcp', 'default']);
const shapeOf: Maker = (world, _, shape) =>
  Object.fromEntries(
    Object.entries((shape ?? {}) as Readonly<Record<string, { readonly validate?: unknown }>>)
      .filter(() => world.random.chance(0.7))
      .map(([key, { validate }]) => [
        key,
        world.random.chance(world.wildness)
          ? oddity(world)
          : plausible(world, key, { validate } as Attribute),
      ]),
  );

/** What an attribute of that validation may look like. */
const makers: Readonly<Record<string, Maker>> = {
  boolean: ({ random }) => random.pick([true, false, 'true', 0]),
  uuid: (world, name) => idFor(world, name),
  uuid_list: (world, name) => some(world, () => idFor(world, name)),
  values: ({ random }, _, allowed) => random.pick(allowed as unknown[]),
  range: ({ random, wildness }, _, bounds) => {
    const [low, high] = bounds as readonly [number, number];
    return random.chance(wildness)
      ? random.pick([low - 1, high + 1])
      : random.pick([low, high, low + random.int(100)]);
  },
  non_negative: ({ random }) => random.pick([0, 1, 1400, 9000, 70_000]),
  mac_address: mac,
  ip_address: address,
  subnet: cidr,
  subnet_list: (world) => some(world, () => cidr(world)),
  nameservers: (world) => some(world, () => address(world)),
  hostroutes: (world) => some(world, () => ({ destination: cidr(world), nexthop: address(world) })),
  ip_pools: (world) => some(world, () => ({ start: address(world), end: address(world) })),
  fixed_ips: (world) =>
    some(world, () => ({
      ...(world.random.chance(0.7) ? { subnet_id: world.id('subnets') } : {}),
      ...(world.random.chance(0.7) ? { ip_address: address(world) } : {}),
    })),
  allowed_address_pairs: (world) =>
    some(world, () => ({
      ip_address: world.random.chance(0.5) ? address(world) : cidr(world),
      ...(world.random.chance(0.5) ? { mac_address: mac(world) } : {}),
    })),
  network_segments: (world) =>
    some(world, () => ({
      'provider:network_type': world.random.pick(['vxlan', 'vlan', 'flat', 'local', 'gre']),
      'provider:segmentation_id': world.random.pick([null, 5, 5000, 'x']),
      'provider:physical_network': world.random.pick([null, 'public', 'none']),
    })),
  list_of_subnet_service_types: (world) =>
    some(world, () => world.random.pick(['compute:nova', 'network:dhcp', 'x'])),
  availability_zone_hint_list: (world) => some(world, () => world.random.pick(['nova', 'none'])),
  list_of_unique_strings: (world) => some(world, () => String(world.random.int(9))),
  dict: shapeOf,
  list_of_any_key_specs_or_none: (world, name, shapes) =>
    some(world, () => shapeOf(world, name, world.random.pick(shapes as readonly unknown[]))),
};

/** A value of the kind that an attribute wants, though not always one that it takes. */
export function plausible(world: World, name: string, { validate, convert }: Attribute): unknown {
  const [rule, parameter] =
    typeof validate === 'string' ? [validate, null] : (Object.entries(validate ?? {})[0] ?? ['', null]);
  const make = makers[rule.replace(/_or_(none|nodata)$/, '')] ?? makers[rule];
  if (make) return make(world, name, parameter);
  if (/_id$/.test(name) && name !== 'device_id') return idFor(world, name);
  if (/boolean/.test(convert ?? '')) return world.random.chance(0.5);
  if (/int/.test(convert ?? '')) return world.random.int(5000);
  if (/cidr|prefix/.test(`${convert}${name}`)) return cidr(world);
  if (name === 'ip_version') return world.random.pick([4, 4, 6]);
  if (name === 'network_type') return world.random.pick(['vxlan', 'vlan', 'flat', 'local']);
  return text(world, name, null);
}
