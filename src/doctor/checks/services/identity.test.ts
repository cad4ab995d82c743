import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../testing/freePort.ts';
import { codesOf, consult, serverFiles } from './testing.ts';

/** Enough of Keystone, Nova and Neutron for a login and a look; the real Keystone is in the lab's full deployment. */
async function startCloud(context: TestContext) {
  const state = {
    roles: ['admin'],
    /** Projects that the user has a role in. */
    projects: ['service'],
    secondsAhead: 0,
    catalog: (base: string): object[] => [
      { type: 'network', endpoints: ['public', 'internal'].map((face) => endpoint(face, `${base}/`)) },
      { type: 'compute', endpoints: [endpoint('public', `${base}/compute`)] },
    ],
    base: '',
  };
  const bodyOf = async (request: IncomingMessage) =>
    JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}');
  const server = createServer(async (request, response) => {
    const date = new Date(Date.now() + state.secondsAhead * 1000).toUTCString();
    const answer = (status: number, body: unknown = {}) =>
      response.writeHead(status, { Connection: 'close', Date: date }).end(JSON.stringify(body));
    if (request.url === '/') return answer(200, { versions: [{ id: 'v2.0', status: 'CURRENT' }] });
    if (request.url === '/compute') return answer(401);
    if (request.url?.startsWith('/latest/')) {
      const { 'x-instance-id': id, 'x-instance-id-signature': signature } = request.headers;
      const right = createHmac('sha256', 'Test').update(String(id)).digest('hex');
      return answer(signature === right ? 404 : 403);
    }
    if (request.url !== '/v3/auth/tokens') return answer(404);
    const { auth } = await bodyOf(request);
    if (auth.identity.password.user.password !== 'right') return answer(401);
    if (auth.scope === 'unscoped') return answer(201, { token: {} });
    if (!state.projects.includes(auth.scope.project.name)) return answer(401);
    const roles = state.roles.map((name) => ({ name }));
    return answer(201, { token: { roles, catalog: state.catalog(state.base) } });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  state.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

const endpoint = (face: string, url: string) => ({ interface: face, region: 'RegionOne', url });

const credentials = (section: string, url: string, changes: Readonly<Record<string, string>> = {}): string =>
  [
    `[${section}]`,
    ...Object.entries({
      auth_url: url,
      username: 'neutron',
      password: 'right',
      project_name: 'service',
      ...changes,
    }).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');

const keystone = (url: string, changes = {}) =>
  consult('Keystone', serverFiles(credentials('keystone_authtoken', url, changes)));
const nova = (url: string, changes = {}) => consult('Nova', serverFiles(credentials('nova', url, changes)));

test('Keystone takes the user, who is admin, and knows where Neutron is', async (context) => {
  const cloud = await startCloud(context);
  assert.deepEqual(codesOf(await keystone(cloud.base)), []);
  assert.deepEqual(codesOf(await keystone(`${cloud.base}/v3`)), []);
});

test('a wrong password, a project without a role, a role that is not enough', async (context) => {
  const cloud = await startCloud(context);
  const refused = await keystone(cloud.base, { password: 'NEUTRON_PASS' });
  assert.deepEqual(codesOf(refused), ['keystone_refuses_user']);
  assert.doesNotMatch(JSON.stringify(refused), /NEUTRON_PASS/);
  assert.deepEqual(codesOf(await keystone(cloud.base, { project_name: 'demo' })), [
    'keystone_user_without_role',
  ]);
  cloud.roles = ['member'];
  assert.deepEqual(codesOf(await keystone(cloud.base)), ['keystone_user_without_role']);
});

test('nothing at that address, something else at that address, no address', async (context) => {
  const cloud = await startCloud(context);
  assert.deepEqual(codesOf(await keystone(`http://127.0.0.1:${await freePort()}`)), ['keystone_unreachable']);
  assert.deepEqual(codesOf(await keystone(`${cloud.base}/elsewhere`)), ['keystone_not_there']);
  const none = await consult('Keystone', serverFiles('[keystone_authtoken]\nusername = neutron\n'));
  assert.deepEqual(codesOf(none), ['keystone_url_missing']);
});

test('a catalogue without Neutron, and one that leads nowhere', async (context) => {
  const cloud = await startCloud(context);
  cloud.catalog = () => [];
  assert.deepEqual(codesOf(await keystone(cloud.base)), ['network_endpoint_missing']);
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  cloud.catalog = () => [
    { type: 'network', endpoints: [endpoint('public', nowhere), endpoint('internal', nowhere)] },
  ];
  const silent = await keystone(cloud.base);
  assert.deepEqual(codesOf(silent), ['network_endpoint_unreachable']);
  assert.match(JSON.stringify(silent), /public, internal/);
});

test('a clock that is ahead', async (context) => {
  const cloud = await startCloud(context);
  cloud.secondsAhead = 95;
  const skewed = await keystone(cloud.base);
  assert.deepEqual(codesOf(skewed), ['clock_skew']);
  assert.match(JSON.stringify(skewed), /9[456] s behind that of Keystone/);
});

test('Nova: its user, its region, its address', async (context) => {
  const cloud = await startCloud(context);
  assert.deepEqual(codesOf(await nova(cloud.base, { region_name: 'RegionOne' })), []);
  assert.deepEqual(codesOf(await nova(cloud.base, { password: 'wrong' })), ['keystone_refuses_user']);
  const elsewhere = await nova(cloud.base, { region_name: 'regionOne' });
  assert.deepEqual(codesOf(elsewhere), ['compute_endpoint_missing']);
  assert.match(JSON.stringify(elsewhere), /it has some in RegionOne/);
  const silent = `http://127.0.0.1:${await freePort()}/v2.1`;
  cloud.catalog = () => [{ type: 'compute', endpoints: [endpoint('public', silent)] }];
  assert.deepEqual(codesOf(await nova(cloud.base)), ['nova_unreachable']);
});

test("Nova's metadata service: a secret that it takes, one that it does not, nobody there", async (context) => {
  const { base } = await startCloud(context);
  const look = (secret: string, port: string | number) =>
    consult("Nova's metadata service", {
      'neutron/metadata_agent.ini': `[DEFAULT]\nnova_metadata_port = ${port}\nmetadata_proxy_shared_secret = ${secret}\n`,
    });
  const { port } = new URL(base);
  assert.deepEqual(codesOf(await look('Test', port)), []);
  assert.deepEqual(codesOf(await look('METADATA_SECRET', port)), ['metadata_secret_refused']);
  assert.deepEqual(codesOf(await look('Test', await freePort())), ['nova_metadata_unreachable']);
});

test('the API of the server: it answers, something else does, nobody does', async (context) => {
  const { base } = await startCloud(context);
  const look = (port: string | number) =>
    consult('API of neutron-server', serverFiles(`[DEFAULT]\nbind_host = 127.0.0.1\nbind_port = ${port}\n`));
  assert.deepEqual(codesOf(await look(new URL(base).port)), []);
  assert.deepEqual(codesOf(await look(await freePort())), ['server_not_answering']);
});
