import {
  type Attribute,
  children,
  type MembersDefinition,
  members,
  type ResourceDefinition,
  resources,
} from '../../src/resources/index.ts';
import { oddity, plausible, texts, type World } from './values.ts';

/** A request as it goes over the wire; headers and path are what a careless client might send. */
export interface FuzzRequest {
  readonly who: 'admin' | 'demo' | 'nobody';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A place in the API: what may stand there, and what a body may hold. */
interface Place {
  /** The collection that it belongs to; absent where the path is of another kind. */
  readonly collection?: string;
  readonly path: (world: World) => string;
  readonly methods: readonly string[];
  readonly definition?: ResourceDefinition;
  readonly body?: (world: World) => unknown;
}

type Values = Record<string, unknown>;

const segment = (text: string): string => encodeURIComponent(text.toWellFormed()).slice(0, 3000);

/** An id, mostly of the right kind; else anything that fits into a path. */
const idIn = (world: World, collection: string): string =>
  segment(world.random.chance(world.wildness) ? world.random.pick(texts) : world.id(collection));

/** One object of a resource: what it must have, some of what it may have, and now and then what it has not. */
function item(world: World, definition: ResourceDefinition, verb: 'post' | 'put'): unknown {
  const { random, wildness } = world;
  if (random.chance(wildness / 5)) return oddity(world);
  const value: Values = {};
  for (const [name, attribute] of Object.entries<Attribute>(definition.attributes)) {
    const mandatory = verb === 'post' && attribute.post && !attribute.optional && !('default' in attribute);
    const chance = attribute[verb]
      ? mandatory && name !== 'tenant_id'
        ? 1 - wildness / 5
        : 0.05 + wildness / 2
      : wildness / 50;
    if (!random.chance(chance)) continue;
    value[name] = random.chance(wildness) ? oddity(world) : plausible(world, name, attribute);
  }
  if (random.chance(wildness / 5)) value[random.pick(texts)] = oddity(world);
  return value;
}

function bodyOf(world: World, definition: ResourceDefinition, method: string): unknown {
  const { random, wildness } = world;
  const one = () => item(world, definition, method === 'POST' ? 'post' : 'put');
  if (random.chance(wildness / 5)) return oddity(world);
  if (method === 'POST' && random.chance(0.15)) {
    return { [definition.collection]: Array.from({ length: random.int(4) }, one) };
  }
  if (random.chance(wildness / 5)) return { [random.pick(texts)]: one() };
  return { [definition.name]: one(), ...(random.chance(0.02) ? { more: oddity(world) } : {}) };
}

function placesOf(definition: ResourceDefinition): Place[] {
  const base = `/v2.0/${definition.path}`;
  const one = (world: World) => `${base}/${idIn(world, definition.path)}`;
  const tags = (world: World) => segment(world.random.pick(texts));
  return [
    { path: () => base, methods: ['GET', 'POST', 'POST', 'POST'], definition },
    { path: one, methods: ['GET', 'PUT', 'PUT', 'DELETE'], definition },
    ...(definition.actions ?? []).map((action): Place => {
      const body = (world: World): unknown => {
        const values = {
          subnet_id: world.id('subnets'),
          port_id: world.id('ports'),
          network_id: world.id('networks'),
          prefixes: ['10.0.0.0/16'],
          addresses: ['10.0.0.1/32'],
          routes: [{ destination: '10.9.0.0/24', nexthop: '10.0.0.9' }],
        };
        const kept = Object.entries(values).filter(() => world.random.chance(0.4));
        const given = Object.fromEntries(
          kept.map(([name, value]) => [name, world.random.chance(world.wildness) ? oddity(world) : value]),
        );
        return world.random.chance(0.5) ? given : { [definition.name]: given };
      };
      return { path: (world) => `${one(world)}/${action}`, methods: ['PUT'], body };
    }),
    ...(definition.tags
      ? [
          {
            path: (world: World) => `${one(world)}/tags`,
            methods: ['GET', 'PUT', 'DELETE'],
            body: (world: World) => ({ tags: world.random.chance(0.6) ? ['a', 'b'] : oddity(world) }),
          },
          { path: (world: World) => `${one(world)}/tags/${tags(world)}`, methods: ['GET', 'PUT', 'DELETE'] },
        ]
      : []),
  ];
}

const definitions: readonly ResourceDefinition[] = Object.values(resources);

/** Collections and their members, whose requests have the most to say. */
const main = (found: readonly Place[]): Place[] => found.slice(0, 2);

/** The places of a resource, or below one. */
const of = ({ path }: ResourceDefinition, found: readonly Place[]): Place[] =>
  found.map((place) => ({ ...place, collection: path }));

function placesBelow(definition: ResourceDefinition): Place[] {
  const parent = definitions.find(({ name }) => name === definition.below)!;
  const base = (world: World) => `/v2.0/${parent.path}/${idIn(world, parent.path)}/${definition.path}`;
  return of(parent, [
    { path: base, methods: ['GET', 'POST'], definition },
    {
      path: (world) => `${base(world)}/${idIn(world, definition.path)}`,
      methods: ['GET', 'PUT', 'DELETE'],
      definition,
    },
    {
      path: (world) => `${base(world)}/${world.random.pick(['compute', 'controller', 'x'])}`,
      methods: ['GET', 'PUT', 'DELETE'],
      definition,
    },
    { path: (world) => `${base(world)}/compute/activate`, methods: ['PUT'], body: oddity },
  ]);
}

function membersBelow({ below, path, shows, adds }: MembersDefinition): Place[] {
  const base = (world: World) => `/v2.0/${below.path}/${idIn(world, below.path)}/${path}`;
  const body = (world: World): unknown => ({
    [adds ?? 'id']: world.random.chance(world.wildness) ? oddity(world) : world.id(shows.path),
  });
  return [
    { path: base, methods: ['GET', 'POST'], definition: shows, body },
    { path: (world) => `${base(world)}/${idIn(world, shows.path)}`, methods: ['GET', 'DELETE'] },
  ];
}

const quotaBody = (world: World): unknown => ({
  quota: world.random.chance(0.8)
    ? { network: world.random.pick([-1, 10, 1000]), [world.random.pick(['port', 'bogus'])]: oddity(world) }
    : oddity(world),
});
const project = (world: World): string =>
  segment(
    world.random.chance(0.6)
      ? world.random.pick(['tenant', 'project', 'default', 'p1'])
      : world.random.pick(texts),
  );

/** Everything that the API has, from the definitions, and some that it has not. */
const places: readonly Place[] = [
  ...definitions.flatMap((definition) => of(definition, placesOf(definition))),
  ...definitions.flatMap((definition) => of(definition, main(placesOf(definition)))),
  // What most depends on, and is most complicated, comes more often.
  ...[resources.network, resources.subnet, resources.port, resources.router, resources.floatingip].flatMap(
    (definition) => [...main(placesOf(definition)), ...main(placesOf(definition))],
  ),
  ...Object.values<ResourceDefinition>(children).flatMap(placesBelow),
  ...Object.values<MembersDefinition>(members).flatMap(membersBelow),
  {
    path: (world) => `/v2.0/quotas${world.random.chance(0.8) ? `/${project(world)}` : ''}`,
    methods: ['GET', 'PUT', 'DELETE', 'POST'],
    body: quotaBody,
  },
  {
    path: (world) =>
      `/v2.0/quotas/${project(world)}/${world.random.pick(['default', 'details', 'details.json', 'x'])}`,
    methods: ['GET', 'PUT'],
  },
  { path: (world) => `/v2.0/extensions/${segment(world.random.pick(texts))}`, methods: ['GET', 'POST'] },
  {
    path(world) {
      const collection = world.random.pick([
        'ports',
        'networks',
        'subnets',
        'routers',
        'floatingips',
        'agents',
      ]);
      return `/v2.0/${collection}/${idIn(world, collection)}/diagnosis`;
    },
    methods: ['GET', 'PUT'],
  },
  {
    path: ({ random }) =>
      random.pick([
        '/',
        '/v2.0',
        '/v2.0/',
        '/v2.0/extensions',
        '/v3',
        '/healthcheck',
        '/openapi.json',
        '//',
        '/v2.0//networks',
        '/v2.0/networks/../ports',
        '/%00',
        '/v2.0/%ff',
        '/v2.0/networks/%e0%80',
        '/v2.0/networks.json',
        '/v2.0/ports/a/b/c/d',
        '/v2.0/nothing',
      ]),
    methods: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'],
  },
];

const queryValue = (world: World): string =>
  encodeURIComponent(world.random.pick(texts).slice(0, 3000).toWellFormed());

/** A query string for a list, or anything that looks like one. */
function query(world: World, definition: ResourceDefinition | undefined): string {
  const { random } = world;
  const attributes = definition ? Object.keys(definition.attributes) : ['id'];
  const part = (): string => {
    const name = random.pick(attributes);
    const attribute = definition?.attributes[name];
    const value = () =>
      attribute && random.chance(0.6)
        ? encodeURIComponent(String(plausible(world, name, attribute)).slice(0, 500))
        : queryValue(world);
    switch (random.int(10)) {
      case 0:
        return `sort_key=${random.chance(0.7) ? name : queryValue(world)}&sort_dir=${random.pick(['asc', 'desc', 'up', ''])}`;
      case 1:
        return `limit=${random.pick(['1', '2', '0', '-1', '1e3', 'x', '99999999999999999999', '%00'])}`;
      case 2:
        return `marker=${random.chance(0.7) ? world.id(definition?.path) : queryValue(world)}&page_reverse=${random.pick(['true', 'False', ''])}`;
      case 3:
        return `fields=${random.chance(0.8) ? name : queryValue(world)}`;
      case 4:
        return `changed_since=${random.pick(['2020-01-01T00:00:00Z', '2020-13-45T99:00:00Z', 'x', ''])}`;
      case 5:
        return `${random.pick(['tags', 'tags-any', 'not-tags', 'not-tags-any'])}=${random.pick(['a', 'a,b', ',', queryValue(world)])}`;
      case 6:
        return random.pick([
          '%zz=1',
          '%ff',
          '=',
          '&&&',
          'a=b=c',
          '__proto__=1',
          'constructor[prototype]=1',
          'fixed_ips=ip_address%3D10.0.0.1',
          'fixed_ips=x',
          'fixed_ips=__proto__%3D1',
          'fixed_ips=ip_address_substr%3D%25',
        ]);
      default:
        return `${name}=${value()}`;
    }
  };
  return Array.from({ length: 1 + random.int(4) }, part).join('&');
}

/** The bytes of a body: mostly JSON, sometimes nearly. */
function bytesOf(world: World, value: unknown): string | Buffer {
  const { random } = world;
  const json = JSON.stringify(value) ?? '';
  if (random.chance(1 - world.wildness / 4)) return json;
  return random.pick<() => string | Buffer>([
    () => json.slice(0, random.int(json.length + 1)),
    () => `\ufeff${json}`,
    () => Buffer.from(json, 'utf16le'),
    () => Buffer.from(`${json.slice(0, 40)}\xff\xfe${json.slice(40)}`, 'latin1'),
    () => json.replaceAll('"', "'"),
    () => json.replace('{', '{"__proto__":{"polluted":1},'),
    () => `${json}${json}`,
    () => '['.repeat(5000),
    () => '{"a":'.repeat(3000),
    () => `{"network":{"name":${'9'.repeat(400)}}}`,
    () => 'null',
    () => '<network/>',
    () => '',
  ])();
}

const headersOf = ({ random }: World): Record<string, string> => ({
  ...(random.chance(0.97)
    ? { accept: 'application/json' }
    : { accept: random.pick(['*/*', 'text/html', 'application/xml', '', ';;;', 'x'.repeat(2000)]) }),
  ...(random.chance(0.95)
    ? { 'content-type': 'application/json' }
    : {
        'content-type': random.pick([
          'text/plain',
          'application/xml',
          'application/json; charset=utf-16',
          'multipart/form-data',
          '',
          '///',
          'application/x-www-form-urlencoded',
        ]),
      }),
  ...(random.chance(0.02) ? { 'content-encoding': random.pick(['gzip', 'x', 'identity']) } : {}),
  ...(random.chance(0.05)
    ? {
        'if-match': random.pick([
          'revision_number=1',
          'revision_number=x',
          '*',
          'revision_number=1,revision_number=2',
          `revision_number=${'9'.repeat(50)}`,
        ]),
      }
    : {}),
  ...(random.chance(0.02) ? { 'x-openstack-request-id': random.pick(['req-1', 'x'.repeat(3000)]) } : {}),
  ...(random.chance(0.02) ? { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': '<evil>' } : {}),
});

/** Somewhere, mostly where the server has something. */
function placeFor(world: World): Place {
  for (let attempt = 0; ; attempt += 1) {
    const place = world.random.pick(places);
    if (place.collection === undefined || world.serves(place.collection) || attempt === 5) return place;
  }
}

/** A request to make something, so that there is something to work on. */
export function nextCreation(world: World): FuzzRequest {
  const { random } = world;
  const definition = random.pick(definitions.filter(({ path }) => world.serves(path)));
  const body = bytesOf(world, bodyOf(world, definition, 'POST'));
  const who = random.chance(0.75) ? 'admin' : 'demo';
  return { who, method: 'POST', path: `/v2.0/${definition.path}`, headers: headersOf(world), body };
}

/** The next request. */
export function nextRequest(world: World): FuzzRequest {
  const { random } = world;
  const place = placeFor(world);
  const method = random.chance(0.97)
    ? random.pick(place.methods)
    : random.pick(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);
  const withQuery = method === 'GET' ? 0.6 : 0.03;
  const path = place.path(world) + (random.chance(withQuery) ? `?${query(world, place.definition)}` : '');
  const common = {
    who: random.chance(0.75) ? 'admin' : random.chance(0.95) ? 'demo' : 'nobody',
    method,
    path,
    headers: headersOf(world),
  } as const;
  if (method !== 'POST' && method !== 'PUT' && !random.chance(0.01)) return common;
  const value = place.body
    ? place.body(world)
    : place.definition
      ? bodyOf(world, place.definition, method)
      : oddity(world);
  return { ...common, body: bytesOf(world, value) };
}
