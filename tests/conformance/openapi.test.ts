import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type Reply, startApi, type TestApi, type User } from './api.ts';
import { make, makeGuideState } from './guideState.ts';
import { answersOf, type Described } from './openapi/answers.ts';

let api: TestApi;
let document: Described & { readonly components: { readonly schemas: Readonly<Record<string, object>> } };
let answers: ReturnType<typeof answersOf>;

before(async () => {
  api = await startApi();
  document = (await api.request(null, 'GET', '/openapi.json')).body as typeof document;
  answers = answersOf(document);
  const { privateNet } = await makeGuideState(api);
  await make(api, 'ports', { port: { network_id: privateNet.id, name: 'described' } });
});

after(() => api.close());

/** Sends a request; its answer must be as described. */
async function described(user: User, method: string, path: string, body?: unknown): Promise<Reply> {
  const reply = await api.request(user, method, path, body);
  assert.equal(
    answers.wrongWith(method, path, reply.status, reply.body),
    undefined,
    JSON.stringify(reply.body),
  );
  return reply;
}

test('the description is valid OpenAPI 3.1, open to who has no token', async () => {
  assert.equal((await api.request(null, 'GET', '/openapi.json')).status, 200);
  const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
  assert.equal(valid, true, JSON.stringify(errors));
});

test('operations have names of their own', () => {
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => (operation as unknown as { operationId: string }).operationId),
  );
  assert.equal(new Set(ids).size, ids.length, ids.filter((id, at) => ids.indexOf(id) !== at).join());
});

test('each list and each of its members answers as described', async () => {
  const lists = Object.keys(document.paths).filter(
    (path) => path.startsWith('/v2.0/') && !path.includes('{') && 'get' in document.paths[path]!,
  );
  for (const path of lists) {
    const { body, status } = await described('admin', 'GET', path);
    assert.equal(status, 200, path);
    const [items] = Object.values(body as Record<string, Record<string, string>[]>);
    const member = Object.keys(document.paths).find((other) => other.startsWith(`${path}/{`));
    for (const item of Array.isArray(items) ? items.slice(0, 5) : []) {
      const key = member?.match(/\{(\w+)\}$/)?.[1];
      const id = item.id ?? item.alias ?? (key && item[key]) ?? item.network_id;
      if (id !== undefined && member) await described('admin', 'GET', `${path}/${id}`);
    }
    assert.equal((await described('admin', 'GET', `${path}?limit=1`)).status, 200);
  }
});

test('what cannot be done answers with the described error', async () => {
  await described('admin', 'GET', '/v2.0/networks/none');
  await described('admin', 'POST', '/v2.0/networks', { network: { name: 5 } });
  await described('demo', 'POST', '/v2.0/networks', { network: { shared: true } });
  await described('admin', 'DELETE', '/v2.0/routers/none');
  await described('admin', 'GET', '/v2.0/networks?bogus=1');
});

test('what is made, changed and deleted answers as described', async () => {
  const { body } = await described('admin', 'POST', '/v2.0/networks', { network: { name: 'a' } });
  const { id } = (body as { network: { id: string } }).network;
  await described('admin', 'PUT', `/v2.0/networks/${id}`, { network: { name: 'b' } });
  await described('admin', 'PUT', `/v2.0/networks/${id}/tags`, { tags: ['red'] });
  await described('admin', 'PUT', `/v2.0/networks/${id}/tags/blue`);
  await described('admin', 'GET', `/v2.0/networks/${id}/tags`);
  await described('admin', 'POST', '/v2.0/networks', { networks: [{ name: 'c' }, { name: 'd' }] });
  await described('admin', 'DELETE', `/v2.0/networks/${id}`);
  await described('admin', 'PUT', '/v2.0/quotas/p', { quota: { network: 5 } });
  await described('admin', 'GET', '/v2.0/quotas/p/details.json');
  await described('admin', 'GET', '/v2.0/quotas/tenant');
  await described('admin', 'GET', '/v2.0/quotas');
  await described('admin', 'POST', '/v2.0/nts-waits', { wait: { resource: 'network', id } });
});

test('a configuration without routers describes none', async () => {
  assert.ok(document.components.schemas.Router);
  const { configOf } = await import('../../src/config/load.ts');
  const small = await startApi(
    undefined,
    configOf('[ml2]\ntype_drivers = flat\n[ml2_type_flat]\nflat_networks = public\n'),
  );
  const { body } = await small.request(null, 'GET', '/openapi.json');
  const { paths } = body as Described;
  assert.ok(paths['/v2.0/networks']);
  assert.equal(paths['/v2.0/routers'], undefined);
  await small.close();
});
