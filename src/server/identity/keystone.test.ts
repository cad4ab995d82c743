import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { keystoneAuthtoken } from '../../config/options/index.ts';
import { silentLog } from '../../log/silent.ts';
import { IdentityUnavailable, Unauthorized } from './identity.ts';
import { createKeystone } from './keystone.ts';
import type { AuthtokenSettings } from './serviceToken.ts';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** Enough of Keystone v3 to issue and validate tokens; the real one is in the guide's full deployment. */
async function startKeystone(context: TestContext) {
  const state = { ownToken: 'own-1', validations: 0, authentications: 0, refuseOnce: false, status: 200 };
  const users = new Map([['good', inAnHour()]]);
  const bodyOf = async (request: IncomingMessage) =>
    JSON.parse(Buffer.concat(await request.toArray()).toString());
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown, headers = {}) =>
      response.writeHead(status, { Connection: 'close', ...headers }).end(JSON.stringify(body));
    if (request.method === 'POST') {
      state.authentications += 1;
      const { auth } = await bodyOf(request);
      if (auth.identity.password.user.password !== 'secret') return answer(401, {});
      state.ownToken = `own-${state.authentications}`;
      return answer(201, { token: { expires_at: inAnHour() } }, { 'X-Subject-Token': state.ownToken });
    }
    state.validations += 1;
    if (state.refuseOnce || request.headers['x-auth-token'] !== state.ownToken) {
      state.refuseOnce = false;
      return answer(401, {});
    }
    const expires_at = users.get(String(request.headers['x-subject-token']));
    if (!expires_at) return answer(404, {});
    const domain = { id: 'default', name: 'Default' };
    return answer(state.status, {
      token: {
        expires_at,
        user: { id: 'u1', name: 'alice', domain },
        project: { id: 'p1', name: 'demo', domain },
        roles: [{ id: 'r1', name: 'member' }],
      },
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return { state, users, port: (server.address() as AddressInfo).port };
}

function settingsFor(port: number, changes: Partial<AuthtokenSettings> = {}): AuthtokenSettings {
  const defaults = Object.fromEntries(
    Object.entries(keystoneAuthtoken.options).map(([name, option]) => [name, option.default]),
  ) as AuthtokenSettings;
  return {
    ...defaults,
    auth_url: `http://127.0.0.1:${port}/v3`,
    www_authenticate_uri: 'http://controller:5000',
    username: 'neutron',
    password: 'secret',
    project_name: 'service',
    ...changes,
  };
}

const withToken = (token: string) => ({ 'x-auth-token': token });

test('a token tells who asks, and is validated once while the cache keeps it', async (context) => {
  const { state, port } = await startKeystone(context);
  const identity = createKeystone(settingsFor(port), silentLog);
  const callers = await Promise.all([1, 2, 3].map(() => identity.authenticate(withToken('good'))));
  assert.deepEqual(
    { ...callers[0] },
    {
      userId: 'u1',
      userName: 'alice',
      userDomainId: 'default',
      userDomainName: 'Default',
      projectId: 'p1',
      projectName: 'demo',
      projectDomainId: 'default',
      projectDomainName: 'Default',
      roles: ['member'],
    },
  );
  assert.deepEqual(
    { validations: state.validations, authentications: state.authentications },
    {
      validations: 1,
      authentications: 1,
    },
  );
});

test('no token, an unknown one and an expired one are unauthorised', async (context) => {
  const { users, port } = await startKeystone(context);
  users.set('old', new Date(Date.now() - 1000).toISOString());
  const identity = createKeystone(settingsFor(port), silentLog);
  for (const headers of [{}, withToken('bad'), withToken('old')]) {
    await assert.rejects(identity.authenticate(headers), Unauthorized);
  }
  assert.equal(identity.challenge, 'Keystone uri="http://controller:5000"');
});

test('a refused service token is fetched again', async (context) => {
  const { state, port } = await startKeystone(context);
  const identity = createKeystone(settingsFor(port), silentLog);
  await identity.authenticate(withToken('good'));
  state.refuseOnce = true;
  await assert.rejects(identity.authenticate(withToken('bad')), Unauthorized);
  assert.equal(state.authentications, 2);
});

test('token_cache_time -1 asks every time', async (context) => {
  const { state, port } = await startKeystone(context);
  const identity = createKeystone(settingsFor(port, { token_cache_time: -1 }), silentLog);
  await identity.authenticate(withToken('good'));
  await identity.authenticate(withToken('good'));
  assert.equal(state.validations, 2);
});

test('Keystone away, failing, or refusing the service user: unavailable, and not remembered', async (context) => {
  const { state, port } = await startKeystone(context);
  const away = createKeystone(settingsFor(1), silentLog);
  await assert.rejects(away.authenticate(withToken('good')), IdentityUnavailable);
  const wrong = createKeystone(settingsFor(port, { password: 'x' }), silentLog);
  await assert.rejects(wrong.authenticate(withToken('good')), IdentityUnavailable);
  const identity = createKeystone(settingsFor(port), silentLog);
  state.status = 500;
  await assert.rejects(identity.authenticate(withToken('good')), IdentityUnavailable);
  state.status = 200;
  assert.equal((await identity.authenticate(withToken('good'))).projectId, 'p1');
});
