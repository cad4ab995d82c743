/** The guide's second step over Keystone's API: projects, users, roles, services and endpoints. Run on the control host. */
const BASE = 'http://controller:5000/v3';

const authentication = {
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name: 'admin', domain: { id: 'default' }, password: 'admin' } },
    },
    scope: { project: { name: 'admin', domain: { id: 'default' } } },
  },
};

const login = await fetch(`${BASE}/auth/tokens`, {
  method: 'POST',
  body: JSON.stringify(authentication),
  headers: { 'Content-Type': 'application/json' },
});
const token = login.headers.get('x-subject-token') ?? '';

interface Entity {
  readonly id: string;
  readonly name: string;
}

async function request(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  const response = await fetch(`${BASE}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

const create = async (kind: string, entity: object): Promise<string> =>
  ((await request('POST', `/${kind}s`, { [kind]: entity }))[kind] as Entity).id;

const idOf = async (kind: string, name: string): Promise<string> =>
  ((await request('GET', `/${kind}s?name=${name}`))[`${kind}s`] as Entity[])[0]!.id;

const grant = (project: string, user: string, role: string) =>
  request('PUT', `/projects/${project}/users/${user}/roles/${role}`);

const addService = async (name: string, type: string, url: string): Promise<void> => {
  const service_id = await create('service', { name, type });
  for (const face of ['public', 'internal', 'admin']) {
    await create('endpoint', { service_id, interface: face, url, region_id: 'RegionOne' });
  }
};

const [admin, member] = [await idOf('role', 'admin'), await idOf('role', 'member')];
const service = await create('project', { name: 'service', domain_id: 'default' });
const demo = await create('project', { name: 'demo', domain_id: 'default' });
const addUser = (name: string) => create('user', { name, password: name, domain_id: 'default' });
await grant(demo, await addUser('demo'), member);
await grant(service, await addUser('neutron'), admin);
await grant(service, await addUser('nova'), admin);
await addService('neutron', 'network', 'http://controller:9696');
await addService('nova', 'compute', 'http://controller:8774/v2.1');
