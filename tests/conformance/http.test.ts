import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { silentLog } from '../../src/log/silent.ts';
import { sqliteForTest, type TestDatabase } from '../../src/server/db/testing.ts';
import type { ApiParts } from '../../src/server/http/registry.ts';
import { createHttpServer } from '../../src/server/http/server.ts';
import { IdentityUnavailable, Unauthorized } from '../../src/server/identity/identity.ts';
import { noauth } from '../../src/server/identity/noauth.ts';
import { createPolicy } from '../../src/server/identity/policy/index.ts';
import { listenAddress } from '../../src/server/identity/strategy.ts';
import { createQuotas } from '../../src/server/services/quotas/enforcement.ts';
import { recordingLog } from '../../src/testing/recordingLog.ts';
import { startApi, type TestApi, type User } from './api.ts';
import { make } from './guideState.ts';

let api: TestApi;
let db: TestDatabase;

before(async () => {
  api = await startApi();
  db = await sqliteForTest();
});

after(() => Promise.all([api.close(), db.close()]));

/** An API whose parts are replaced to make them fail. */
function broken(changes: Partial<ApiParts>, warnings: string[] = []) {
  const config = configOf('');
  const log = { ...silentLog, error: (text: string) => warnings.push(text) };
  const quotas = createQuotas(config, db);
  return createHttpServer({
    config,
    log: { ...log, named: () => ({ ...log, named: () => silentLog }) },
    db,
    services: {},
    members: {},
    identity: noauth,
    policy: { current: () => createPolicy() },
    quotas,
    ...changes,
  });
}

test('every answer carries a request id of its own', async () => {
  const ids = new Set<unknown>();
  for (const path of ['/', '/v2.0/networks', '/v2.0/none', '/v3']) {
    const { headers } = await api.request('admin', 'GET', path, undefined, {
      'x-openstack-request-id': 'req-11111111-2222-3333-4444-555555555555',
    });
    assert.match(String(headers['x-openstack-request-id']), /^req-[0-9a-f-]{36}$/);
    ids.add(headers['x-openstack-request-id']);
  }
  assert.equal(ids.size, 4);
});

test('without a token: 401 with the challenge, but versions and health are open', async () => {
  const { status, headers } = await api.request(null, 'GET', '/v2.0/networks');
  assert.equal(status, 401);
  assert.equal(headers['www-authenticate'], 'Keystone uri="http://controller:5000"');
  assert.equal((await api.request(null, 'GET', '/')).status, 200);
  assert.equal((await api.request(null, 'GET', '/healthcheck')).status, 200);
});

test('Keystone away: 503, and nothing is asked of a service', async () => {
  const identity = {
    challenge: '',
    authenticate: () => Promise.reject(new IdentityUnavailable('away')),
  };
  const reply = await broken({ identity }).inject({
    url: '/v2.0/networks',
    headers: { accept: 'application/json' },
  });
  assert.equal(reply.statusCode, 503);
  assert.equal(reply.json().title, 'Service Unavailable');
});

test('a failure inside tells the client nothing, and the log everything', async () => {
  const errors: string[] = [];
  const network = {
    list: () => Promise.reject(new Error('secret detail')),
    get: () => Promise.reject(new Unauthorized()),
  };
  const reply = await broken({ services: { network } }, errors).inject('/v2.0/networks');
  assert.equal(reply.statusCode, 500);
  assert.deepEqual(reply.json().NeutronError, {
    type: 'HTTPInternalServerError',
    message: 'Request Failed: internal server error while processing your request.',
    detail: '',
  });
  assert(errors.some((text) => text.includes('secret detail') && text.includes('http.test.ts')));
});

test('the log has a line for every request: who asked what, and the answer', async () => {
  const log = recordingLog();
  await broken({ log }).inject('/v2.0/networks/%7Bnone%7D?fields=id');
  const [line, ...more] = log.lines('info');
  assert.deepEqual(more, []);
  assert.match(
    line!,
    /^127\.0\.0\.1 "GET \/v2\.0\/networks\/%7Bnone%7D\?fields=id HTTP\/1\.1" status: 404 {2}len: [1-9]\d+ time: \d+\.\d{7}$/,
  );
});

test('a body beyond the limit is refused', async () => {
  const reply = await api.request('admin', 'POST', '/v2.0/networks', 'x'.repeat(17 * 1024 * 1024));
  assert.equal(reply.status, 413);
});

test('pages meet without a gap, forwards and backwards', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) await make(api, 'networks', { network: { name, description: 'paged' } });
  const walk = async (rel: string, start: string) => {
    const found: string[] = [];
    let path: string | undefined = start;
    while (path) {
      const { body } = await api.request('admin', 'GET', path);
      const page = body as { networks: { name: string }[]; networks_links?: { rel: string; href: string }[] };
      const here = page.networks.map(({ name }) => name);
      if (rel === 'next') found.push(...here);
      else found.unshift(...here);
      const href = page.networks_links?.find((link) => link.rel === rel)?.href;
      path = href && new URL(href).pathname + new URL(href).search;
    }
    return found;
  };
  const query = '/v2.0/networks?description=paged&sort_key=name&sort_dir=asc&limit=2';
  assert.deepEqual(await walk('next', query), names);
  assert.deepEqual(await walk('previous', `${query}&page_reverse=True`), names);
  const byId = '/v2.0/networks?description=paged&sort_key=id&limit=2&sort_dir=';
  assert.deepEqual(await walk('next', `${byId}desc`), (await walk('next', `${byId}asc`)).toReversed());
});

test('tags filter by all, any, not all and not any', async () => {
  const ids = await Promise.all(
    ['red', 'red,blue', ''].map(async (tags) => {
      const { id } = await make(api, 'networks', { network: { name: tags, description: 'tagged' } });
      await api.request('admin', 'PUT', `/v2.0/networks/${id}/tags`, {
        tags: tags.split(',').filter(Boolean),
      });
      return id;
    }),
  );
  const cases: readonly [string, readonly number[]][] = [
    ['tags=red', [0, 1]],
    ['tags=red,blue', [1]],
    ['tags-any=red,blue', [0, 1]],
    ['not-tags=red,blue', [0, 2]],
    ['not-tags-any=red,blue', [2]],
  ];
  for (const [filter, expected] of cases) {
    const { body } = await api.request(
      'admin',
      'GET',
      `/v2.0/networks?description=tagged&fields=id&${filter}`,
    );
    const found = (body as { networks: { id: string }[] }).networks.map(({ id }) => ids.indexOf(id));
    assert.deepEqual(found.sort(), expected, filter);
  }
});

test('changed_since lists what changed then or later', async () => {
  const { id } = await make(api, 'networks', { network: { name: 'changed' } });
  await make(api, 'subnets', { subnet: { network_id: id, ip_version: 4, cidr: '10.6.0.0/24' } });
  await make(api, 'ports', { port: { network_id: id } });
  await make(api, 'routers', { router: { name: 'changed' } });
  await make(api, 'security-groups', { security_group: { name: 'changed' } });
  for (const collection of ['networks', 'subnets', 'ports', 'routers', 'security-groups']) {
    const since = async (time: string) => {
      const { body } = await api.request(
        'admin',
        'GET',
        `/v2.0/${collection}?changed_since=${time}&fields=id`,
      );
      return Object.values(body as Record<string, unknown[]>)[0]!.length;
    };
    assert((await since('2020-01-01T00:00:00Z')) > 0, collection);
    assert.equal(await since('2999-01-01T00:00:00Z'), 0, collection);
  }
  const { status } = await api.request('admin', 'GET', '/v2.0/networks?changed_since=yesterday');
  assert.equal(status, 400);
});

test('what only administrators may see is not shown to others', async () => {
  const { id } = await make(api, 'networks', { network: { name: 'mine' } }, 'demo');
  const shown = async (user: 'admin' | 'demo') => {
    const { body } = await api.request(user, 'GET', `/v2.0/networks/${id}`);
    return Object.keys((body as { network: object }).network).filter((key) => key.startsWith('provider:'));
  };
  assert.equal((await shown('admin')).length, 3);
  assert.equal((await shown('demo')).length, 0);
});

test("an administrator who looks at a project's groups or rules finds its default group, and nobody else does", async () => {
  const counts = async (user: User, path: string) => {
    const { body } = await api.request(user, 'GET', `/v2.0/${path}`);
    return Object.values(body as Record<string, unknown[]>)[0]!.length;
  };
  assert.equal(await counts('demo', 'security-groups?project_id=new'), 0);
  assert.equal(await counts('admin', 'security-groups?project_id=new'), 1);
  assert.equal(await counts('admin', 'security-group-rules?project_id=newer'), 4);
});

test('every extension listed brings only attributes that are served', async () => {
  const { body } = await api.request('admin', 'GET', '/v2.0/extensions');
  const { extensions } = body as { extensions: { alias: string }[] };
  const aliases = extensions.map(({ alias }) => alias);
  assert.equal(new Set(aliases).size, aliases.length);
  for (const alias of aliases) {
    assert.equal((await api.request('admin', 'GET', `/v2.0/extensions/${alias}`)).status, 200, alias);
  }
});

const addresses: readonly [string, string | RegExp][] = [
  ['', '0.0.0.0'],
  ['auth_strategy = noauth', '127.0.0.1'],
  ['auth_strategy = noauth\nbind_host = ::1', '::1'],
  ['auth_strategy = noauth\nbind_host = 0.0.0.0', /must be a loopback address/],
];

for (const [text, expected] of addresses) {
  test(`listens on ${expected} with '${text.replace('\n', ', ')}'`, () => {
    const listen = () => listenAddress(configOf(`[DEFAULT]\n${text}\n`)).host;
    if (typeof expected === 'string') assert.equal(listen(), expected);
    else assert.throws(listen, expected);
  });
}
