import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createSilentServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type FakeCloud, startFakeCloud } from './testing/fakeCloud.ts';
import { type Outcome, runNeutron, userEnvironment } from './testing/run.ts';

let cloud: FakeCloud;
before(async () => {
  cloud = await startFakeCloud();
});
beforeEach(() => cloud.reset());
after(() => cloud.close());

const bare = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/tmp',
});

const run = (words: string, env: Record<string, string> = {}): Promise<Outcome> =>
  runNeutron(words.split(' '), { ...bare(), ...env });

/** The error without the line that is always there. */
const complaint = ({ stderr }: Outcome): string => stderr.slice(stderr.indexOf('\n') + 1);

describe('what Keystone is asked', () => {
  const credentials = { OS_USERNAME: 'u', OS_PASSWORD: 'p', OS_PROJECT_NAME: 'pr' };
  const inDefault = { domain: { id: 'default' } };
  const cases: [string, string, Record<string, string>, unknown][] = [
    [
      'names, in the default domain unless told otherwise',
      'net-list',
      credentials,
      {
        identity: { methods: ['password'], password: { user: { name: 'u', ...inDefault, password: 'p' } } },
        scope: { project: { name: 'pr', ...inDefault } },
      },
    ],
    [
      'domains of their own',
      'net-list',
      { ...credentials, OS_USER_DOMAIN_NAME: 'ud', OS_PROJECT_DOMAIN_ID: 'pd' },
      {
        identity: {
          methods: ['password'],
          password: { user: { name: 'u', domain: { name: 'ud' }, password: 'p' } },
        },
        scope: { project: { name: 'pr', domain: { id: 'pd' } } },
      },
    ],
    [
      'ids, by the older names of variables',
      'net-list',
      { OS_USER_ID: 'uid', OS_PASSWORD: 'p', OS_TENANT_ID: 'tid' },
      {
        identity: { methods: ['password'], password: { user: { id: 'uid', password: 'p' } } },
        scope: { project: { id: 'tid' } },
      },
    ],
    [
      'options before variables',
      '--os-username o --os-password=q --os-tenant-name t net-list',
      credentials,
      {
        identity: { methods: ['password'], password: { user: { name: 'o', ...inDefault, password: 'q' } } },
        scope: { project: { name: 't', ...inDefault } },
      },
    ],
    [
      'a token to be scoped',
      'net-list',
      { OS_TOKEN: 't', OS_PROJECT_ID: 'tid' },
      { identity: { methods: ['token'], token: { id: 't' } }, scope: { project: { id: 'tid' } } },
    ],
    [
      'an application credential',
      'net-list',
      {
        OS_AUTH_TYPE: 'v3applicationcredential',
        OS_APPLICATION_CREDENTIAL_ID: 'ac',
        OS_APPLICATION_CREDENTIAL_SECRET: 's',
      },
      {
        identity: { methods: ['application_credential'], application_credential: { id: 'ac', secret: 's' } },
      },
    ],
  ];
  for (const [name, words, env, auth] of cases)
    test(name, async () => {
      const outcome = await run(words, { ...env, OS_AUTH_URL: cloud.authUrl });
      assert.equal(outcome.status, 0, outcome.stderr);
      assert.deepEqual(cloud.logins, [{ auth }]);
    });

  test('at an address with another version, or none', async () => {
    for (const end of ['/v3/', '/v2.0', '', '/'])
      assert.equal((await run('net-list', { ...credentials, OS_AUTH_URL: cloud.url + end })).status, 0, end);
  });
});

describe('without Keystone', () => {
  test('an address alone means a server that asks for no token', async () => {
    const outcome = await run('net-list -c id -f value', { OS_URL: `${cloud.url}/v2.0/` });
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.deepEqual(cloud.tokens, [null, null]);
    assert.deepEqual(cloud.logins, []);
  });

  test('auth type none, as keystoneauth has it', async () => {
    const env = { OS_AUTH_TYPE: 'none', OS_ENDPOINT: cloud.url };
    const outcome = await run('net-list', env);
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.doesNotMatch(outcome.stdout, /tenant_id/);
  });

  test('--os-auth-strategy noauth without an address looks on this host', async () => {
    const outcome = await run('--os-auth-strategy noauth --debug net-list');
    assert.match(outcome.stderr, /GET http:\/\/127\.0\.0\.1:9696\/v2\.0\/networks/);
  });

  test('an address and a token', async () => {
    await run(`--os-url ${cloud.url} --os-token mine net-show private`);
    assert.deepEqual([...new Set(cloud.tokens)], ['mine']);
    assert.deepEqual(cloud.logins, []);
  });

  test('nothing at all is an error', async () => {
    const outcome = await run('net-list');
    assert.equal(complaint(outcome), 'Auth plugin requires parameters which were not given: auth_url\n');
    assert.equal(outcome.status, 1);
  });
});

describe('the session', () => {
  test('a command of a part that the server does without names that part', async () => {
    for (const [line, start, part] of [
      ['meter-label-list', 'The resource could not be found.', 'metering'],
      ['qos-policy-show x', "Unable to find policy with name or id 'x'", 'quality of service (QoS)'],
    ] as const) {
      const outcome = await run(line, { OS_URL: `${cloud.url}/elsewhere` });
      const said = complaint(outcome).trim().split('\n');
      assert.equal(said[0], start);
      assert.equal(said.at(-1), `${line.split(' ')[0]}: this server has no ${part}.`);
      assert.equal(outcome.status, 1);
    }
  });

  test('an expired token is replaced once', async () => {
    cloud.refuse(1);
    const outcome = await run('net-show private', userEnvironment(cloud));
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.equal(cloud.logins.length, 2);
    cloud.refuse(9);
    const refused = await run('net-list', userEnvironment(cloud));
    assert.equal(refused.status, 1);
    assert.match(
      complaint(refused),
      /^401-\{'error': \{'code': 401, 'title': 'Unauthorized', 'message': 'The request you have made requires authentication.'\}\}\nNeutron server returns request_ids: \['req-/,
    );
  });

  test('the tenant_id column is for admins', async () => {
    cloud.roles = ['member'];
    const outcome = await run('net-list', userEnvironment(cloud));
    cloud.roles = ['admin'];
    assert.doesNotMatch(outcome.stdout, /tenant_id/);
    assert.match((await run('net-list', userEnvironment(cloud))).stdout, /\| name +\| tenant_id +\| subnets/);
  });

  test('the endpoint is the one of the region, type and interface', async () => {
    const env = userEnvironment(cloud);
    assert.equal((await run('net-list', { ...env, OS_ENDPOINT_TYPE: 'internalURL' })).status, 0);
    const elsewhere = await run('net-list', { ...env, OS_REGION_NAME: 'Elsewhere' });
    assert.equal(
      complaint(elsewhere),
      'Could not find Service or Region in Service Catalog: no public endpoint of type network in region Elsewhere.\n',
    );
    assert.equal(elsewhere.status, 1);
  });

  test('debugging shows requests without their secrets', async () => {
    const { stderr } = await run('--debug net-list', userEnvironment(cloud));
    assert.match(stderr, /DEBUG: keystoneauth\.session REQ: curl -g -i -X POST .*"password": ?"\*\*\*"/);
    assert.match(
      stderr,
      /REQ: curl -g -i -X GET \S+\/v2\.0\/networks -H "Accept: application\/json" -H "User-Agent: python-neutronclient" -H "X-Auth-Token: \{SHA256\}[0-9a-f]{64}"/,
    );
    assert.match(stderr, /RESP: \[200\] /);
    assert.doesNotMatch(stderr, /secret|token-\d/);
  });

  test('a server that is not there, or does not answer', async () => {
    const silent = createSilentServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const hung = await run('--http-timeout 0.2 net-list', { OS_URL: `http://127.0.0.1:${port}` });
    await new Promise((resolve) => silent.close(resolve));
    assert.match(
      complaint(hung),
      /^Connection to neutron failed: Failed to connect Neutron server\n.*timed out/,
    );
    const gone = await run('-r 1 net-list', { OS_URL: `http://127.0.0.1:${port}` });
    assert.match(
      complaint(gone),
      /^Connection to neutron failed: Failed to connect to Neutron server after 2 attempts\n.*ECONNREFUSED/,
    );
    assert.equal(gone.status, 1);
    const creation = await run('net-create x', { OS_URL: `http://127.0.0.1:${port}` });
    assert.match(
      complaint(creation),
      /^Unable to establish connection to http:\S+\/v2\.0\/networks: .*ECONNREFUSED/,
    );
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

test('TLS: trusted by --os-cacert, unchecked with --insecure, refused otherwise', {
  skip: openssl ? false : 'openssl is not installed',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'neutron-client-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    certificate,
    ...subject,
  ]);
  const server = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (_, outgoing) => outgoing.end(JSON.stringify({ extensions: [] })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = { OS_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
  try {
    assert.equal((await run('--insecure ext-list', env)).status, 0);
    assert.equal((await run(`--os-cacert ${certificate} ext-list`, env)).status, 0);
    const refused = await run('ext-list', env);
    assert.match(complaint(refused), /^SSL certificate validation has failed: .*self.signed/);
    assert.equal(refused.status, 1);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
