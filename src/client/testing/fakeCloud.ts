import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dict, isDict, type Json, str } from '../python/value.ts';
import { seed, tenant } from './objects.ts';

/** A request that reached the fake Neutron. */
export interface Received {
  readonly method: string;
  readonly path: string;
  /** Sorted, as the order of parameters does not matter. */
  readonly query: readonly string[];
  readonly body: Json;
}

/** A Keystone and a Neutron that keep a small state, for running clients against. */
export interface FakeCloud {
  readonly authUrl: string;
  readonly url: string;
  readonly received: Received[];
  /** Roles in the tokens handed out from now on. */
  roles: string[];
  /** What Keystone was asked for tokens with. */
  readonly logins: Dict[];
  /** The token of each request to Neutron, null for none. */
  readonly tokens: (string | null)[];
  /** Refuses this many of the next requests to Neutron with 401, as if their token had expired. */
  refuse(requests: number): void;
  /** From now on it has our additions to Neutron's API, with these answers. */
  offer(additions: Additions): void;
  /** Back to the first state. */
  reset(): void;
  close(): Promise<void>;
}

/** What a server of ours answers beyond Neutron's API. */
export interface Additions {
  /** The diagnosis of each object, by its id. */
  readonly diagnoses?: Readonly<Record<string, Dict>>;
  readonly problems?: readonly Dict[];
  /** What is waited for at each time that it is asked; the last answer stays. */
  readonly waits?: readonly (readonly Dict[])[];
}

interface Answer {
  readonly status: number;
  readonly body?: Json | string;
  readonly headers?: Record<string, string>;
}

interface Asked {
  readonly method: string;
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Dict;
}

export const startFakeCloud = async (): Promise<FakeCloud> => {
  const state = new State();
  const server = createServer((incoming, outgoing) => void handle(state, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    authUrl: `${state.url}/v3`,
    url: state.url,
    received: state.received,
    get roles() {
      return state.roles;
    },
    set roles(roles) {
      state.roles = roles;
    },
    logins: state.logins,
    tokens: state.seen,
    refuse(requests) {
      state.refusals = requests;
    },
    offer(additions) {
      state.additions = additions;
    },
    reset: () => state.reset(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

class State {
  url = '';
  roles = ['admin', 'member'];
  collections = seed();
  refusals = 0;
  additions: Additions | undefined;
  waits = 0;
  readonly tokens = new Set<string>();
  readonly seen: (string | null)[] = [];
  readonly logins: Dict[] = [];
  readonly received: Received[] = [];
  #requests = 0;
  #created = 0;

  reset(): void {
    this.collections = seed();
    this.received.length = 0;
    this.seen.length = 0;
    this.logins.length = 0;
    this.refusals = 0;
    this.additions = undefined;
    this.waits = 0;
    this.#requests = 0;
    this.#created = 0;
  }

  requestId(): string {
    return `req-00000000-0000-4000-8000-${String(++this.#requests).padStart(12, '0')}`;
  }

  newId(): string {
    return `ffffffff-0000-4000-8000-${String(++this.#created).padStart(12, '0')}`;
  }
}

const handle = async (state: State, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(incoming.url ?? '/', state.url);
  const body: Json = text === '' ? {} : JSON.parse(text);
  const asked: Asked = {
    method: incoming.method ?? 'GET',
    parts: pathname.split('/').filter(Boolean).map(decodeURIComponent),
    query: searchParams,
    body: isDict(body) ? body : {},
  };
  const answer = asked.parts[0] === 'v3' ? keystone(state, asked) : guarded(state, asked, incoming, text);
  const sent =
    answer.body === undefined
      ? ''
      : typeof answer.body === 'string'
        ? answer.body
        : JSON.stringify(answer.body);
  outgoing.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
  outgoing.end(sent);
};

const keystone = (state: State, { method, body }: Asked): Answer => {
  const links = [{ rel: 'self', href: `${state.url}/v3/` }];
  if (method === 'GET')
    return { status: 200, body: { version: { id: 'v3.14', status: 'stable', links, 'media-types': [] } } };
  state.logins.push(body);
  if (JSON.stringify(body).includes('"wrong"'))
    return {
      status: 401,
      headers: { 'x-openstack-request-id': 'req-keystone' },
      body: {
        error: {
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        },
      },
    };
  const token = `token-${state.tokens.size + 1}-${Math.random()}`;
  state.tokens.add(token);
  const endpoints = ['public', 'internal', 'admin'].map((kind) => ({
    id: kind,
    interface: kind,
    region: 'RegionOne',
    region_id: 'RegionOne',
    url: state.url,
  }));
  return {
    status: 201,
    headers: { 'X-Subject-Token': token },
    body: {
      token: {
        methods: ['password'],
        user: { id: 'u', name: 'admin', domain: { id: 'default', name: 'Default' } },
        project: { id: tenant, name: 'admin', domain: { id: 'default', name: 'Default' } },
        roles: state.roles.map((name) => ({ id: name, name })),
        expires_at: '2099-01-01T00:00:00.000000Z',
        issued_at: '2026-01-01T00:00:00.000000Z',
        catalog: [{ type: 'network', id: 'n', name: 'neutron', endpoints }],
      },
    },
  };
};

const fault = (status: number, type: string, message: string, detail = ''): Answer => ({
  status,
  body: { NeutronError: { type, message, detail } },
});

const guarded = (state: State, asked: Asked, incoming: IncomingMessage, text: string): Answer => {
  const token = incoming.headers['x-auth-token'];
  const headers = { 'X-Openstack-Request-Id': state.requestId() };
  state.seen.push(typeof token === 'string' ? token : null);
  if (state.refusals-- > 0)
    return {
      status: 401,
      headers,
      body: {
        error: {
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        },
      },
    };
  state.received.push({
    method: asked.method,
    path: asked.parts.join('/'),
    query: [...asked.query].map(([name, value]) => `${name}=${value}`).sort(),
    body: text === '' ? null : asked.body,
  });
  return { headers, ...neutron(state, { ...asked, parts: asked.parts.slice(1) }) };
};

const neutron = (state: State, asked: Asked): Answer => {
  const { parts } = asked;
  const special = specials(state, asked) ?? (state.additions && added(state, state.additions, asked));
  if (special) return special;
  for (let length = parts.length; length > 0; length--) {
    const path = parts.slice(0, length).join('/');
    const items = state.collections[path];
    if (!items) continue;
    if (length === parts.length) return collection(state, asked, path, items);
    return member(asked, path, items, parts[length]!);
  }
  return fault(404, 'HTTPNotFound', 'The resource could not be found.');
};

const singular = (path: string): string =>
  path.split('/').at(-1)!.replaceAll('-', '_').replace(/ies$/, 'y').replace(/s$/, '');

const collection = (state: State, { method, query, body }: Asked, path: string, items: Dict[]): Answer => {
  const name = singular(path);
  if (method === 'GET') return page(state, query, path, items);
  const given = body[name];
  if (!isDict(given)) return fault(400, 'HTTPBadRequest', 'Resource body required');
  if ('bogus' in given) return fault(400, 'HTTPBadRequest', "Unrecognized attribute(s) 'bogus'");
  if (given.name === 'over')
    return fault(409, 'OverQuota', "Quota exceeded for resources: ['network'].", 'more about it');
  const created: Dict = { id: state.newId(), tenant_id: tenant, tags: [], empty: null, ...given };
  items.push(created);
  return { status: 201, body: { [name]: created } };
};

const page = (state: State, query: URLSearchParams, path: string, items: readonly Dict[]): Answer => {
  const reserved = ['fields', 'limit', 'marker', 'sort_key', 'sort_dir', 'verbose'];
  const filters = new Set([...query.keys()].filter((name) => !reserved.includes(name) && !/tags/.test(name)));
  let found = items.filter((item) =>
    [...filters].every((name) => !(name in item) || query.getAll(name).includes(str(item[name]!))),
  );
  for (const [index, key] of [...query.getAll('sort_key').entries()].reverse()) {
    const sign = query.getAll('sort_dir')[index] === 'desc' ? -1 : 1;
    found = found.toSorted((a, b) => sign * str(a[key] ?? '').localeCompare(str(b[key] ?? '')));
  }
  const marker = query.get('marker');
  if (marker !== null) found = found.slice(found.findIndex(({ id }) => id === marker) + 1);
  const limit = Number(query.get('limit') ?? 0);
  const plural = path.split('/').at(-1)!.replaceAll('-', '_');
  const body: Dict = {
    [plural]: (limit ? found.slice(0, limit) : found).map((item) => withFields(item, query)),
  };
  if (limit && found.length > limit) {
    const next = new URLSearchParams(query);
    next.set('marker', str(found[limit - 1]!.id!));
    body[`${plural}_links`] = [{ rel: 'next', href: `${state.url}/v2.0/${path}?${next}` }];
  }
  return { status: 200, body };
};

const withFields = (item: Dict, query: URLSearchParams): Dict => {
  const fields = query.getAll('fields');
  if (fields.length === 0) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)));
};

const member = ({ method, query, body }: Asked, path: string, items: Dict[], id: string): Answer => {
  const name = singular(path);
  const index = items.findIndex((item) => (item.id ?? item.alias) === id);
  const item = items[index];
  if (!item) return fault(404, 'NotFound', `${name} ${id} could not be found.`);
  if (item.name === 'broken' && method !== 'GET') return { status: 500, body: '<html>oops</html>' };
  if (item.name === 'busy' && method !== 'GET')
    return fault(409, 'NetworkInUse', `Unable to complete operation on network ${id}.`, 'There are ports.');
  if (method === 'GET') return { status: 200, body: { [name]: withFields(item, query) } };
  if (method === 'DELETE') {
    items.splice(index, 1);
    return { status: 204 };
  }
  if (isDict(body[name])) Object.assign(item, body[name]);
  return { status: 200, body: { [name]: item } };
};

/** Whatever is not a collection or a member of one. */
const specials = (state: State, { method, parts, body }: Asked): Answer | undefined => {
  const [first, id, action] = parts;
  if (first === 'quotas') return quotas(method, id, body);
  if (first === 'auto-allocated-topology')
    return method === 'DELETE'
      ? { status: 204 }
      : { status: 200, body: { auto_allocated_topology: { id: 'dry-run=pass', tenant_id: id! } } };
  if (action === 'tags')
    return method === 'DELETE' ? { status: 204 } : { status: 200, body: { tags: ['red'] } };
  if (action?.endsWith('_router_interface'))
    return { status: 200, body: { id: id!, tenant_id: tenant, port_id: 'the-port', ...body } };
  const lists: Record<string, [string, string]> = {
    'dhcp-networks': ['networks', 'networks'],
    'l3-routers': ['routers', 'routers'],
    'dhcp-agents': ['agents', 'agents'],
    'l3-agents': ['agents', 'agents'],
    service_profiles: ['service_profiles', 'service_profiles'],
  };
  const list = action === undefined ? undefined : lists[action];
  if (!list) return undefined;
  if (id === 'nosuch') return fault(404, 'AgentNotFound', 'Agent nosuch could not be found.');
  if (method === 'GET') return { status: 200, body: { [list[0]]: state.collections[list[1]]! } };
  return { status: method === 'POST' ? 201 : 204 };
};

const added = (
  state: State,
  { diagnoses = {}, problems = [], waits = [[]] }: Additions,
  { parts, body }: Asked,
): Answer | undefined => {
  const [first, id, action] = parts;
  if (action === 'diagnosis' && diagnoses[id!]) return { status: 200, body: { diagnosis: diagnoses[id!]! } };
  if (first === 'nts-problems') return { status: 200, body: { problems: [...problems] } };
  if (first !== 'nts-waits') return undefined;
  const wait = body.wait as Dict;
  if (/^[0-]+$/.test(str(wait.id!))) return { status: 201, body: { wait: { ...wait, waiting_for: [] } } };
  const waiting = waits[Math.min(state.waits++, waits.length - 1)]!;
  return { status: 201, body: { wait: { ...wait, waiting_for: [...waiting] } } };
};

const quotas = (method: string, id: string | undefined, body: Dict): Answer => {
  const quota = { network: 100, port: -1, tenant_note: null };
  if (method === 'DELETE') return { status: 204 };
  if (id === undefined)
    return { status: 200, body: { quotas: [{ tenant_id: tenant, network: 7, port: 500 }] } };
  if (id === 'tenant') return { status: 200, body: { tenant: { tenant_id: tenant } } };
  return { status: 200, body: { quota: isDict(body.quota) ? { ...quota, ...body.quota } : quota } };
};
