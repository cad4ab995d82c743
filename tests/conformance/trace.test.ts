import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApi, type TestApi } from './api.ts';

let api: TestApi;
let one: Record<string, string>;
let other: Record<string, string>;

type Body = Record<string, Record<string, unknown> & { id: string }>;

const send = async (method: string, path: string, body: object) => {
  const reply = await api.request('admin', method, `/v2.0/${path}`, body);
  assert.ok(reply.status < 300, reply.text);
  return reply.body as Body;
};

interface Hop {
  name: string;
  host: string | null;
  intended: { result: string };
  installed: { result: string; why?: string };
  observed: { result: string; why?: string };
}

const trace = async (asked: object, user = 'admin') => {
  const { status, body, text } = await api.request(user, 'POST', '/v2.0/nts-traces', { trace: asked });
  const answer = (body as { trace?: Record<string, unknown> } | null)?.trace;
  return {
    status,
    text,
    hops: (answer?.hops ?? []) as Hop[],
    problems: (answer?.problems ?? []) as { code: string }[],
    answer,
  };
};

const agent = (host: string, tunneling_ip: string) =>
  api.report({
    agent_type: 'Linux bridge agent',
    binary: 'neutron-linuxbridge-agent',
    host,
    topic: 'N/A',
    configurations: {
      tunneling_ip,
      tunnel_types: ['vxlan'],
      l2_population: true,
      interface_mappings: { public: 'eno1' },
    },
    start_flag: true,
  });

before(async () => {
  api = await startApi();
  await agent('compute', '192.0.2.1');
  await agent('controller', '192.0.2.2');
  const { network } = await send('POST', 'networks', { network: { name: 'private' } });
  await send('POST', 'subnets', {
    subnet: { network_id: network!.id, cidr: '172.16.1.0/24', ip_version: 4 },
  });
  const port = async (name: string, host: string) =>
    (
      await send('POST', 'ports', {
        port: { name, network_id: network!.id, 'binding:host_id': host, device_owner: 'compute:nova' },
      })
    ).port as Record<string, string>;
  one = await port('vm1', 'compute');
  other = await port('vm2', 'controller');
});

after(() => api.close());

test('a path within a network has its hops on both hosts; what no agent answers is not checked, and why', async () => {
  const { status, hops, answer } = await trace({ from: 'vm1', to: other.id });
  assert.equal(status, 201);
  assert.deepEqual(
    hops.map(({ host, name }) => `${host} ${name.split(/[ ,]/, 1)[0]}`),
    [
      `compute tap${one.id!.slice(0, 11)}`,
      'compute security',
      `compute bridge`,
      'compute tunnel',
      'controller bridge',
      'controller tunnel',
      'controller security',
      `controller tap${other.id!.slice(0, 11)}`,
      'null icmp',
    ],
  );
  assert.ok(hops.every(({ intended }) => intended.result === 'pass'));
  assert.match(hops[0]!.installed.why!, /Linux bridge agent on compute does not answer/);
  assert.equal(answer!.result, 'not checked');
  assert.match(hops.at(-1)!.observed.why!, /Linux bridge agent of host compute .*not ours/);
});

test('of the temporary port that sends the packet nothing is left', async () => {
  const list = async () =>
    ((await api.request('admin', 'GET', '/v2.0/ports?fields=name')).body as { ports: { name: string }[] })
      .ports;
  const before = await list();
  await trace({ from: 'vm1', to: 'vm2' });
  assert.deepEqual(await list(), before);
});

test('where no router leads, that is named', async () => {
  const { problems, answer } = await trace({ from: 'vm1', to: '10.9.9.9', protocol: 'tcp', port: 22 });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['no_router_between'],
  );
  assert.equal(answer!.result, 'fail');
});

test('what no group lets in is named, with the command that opens it', async () => {
  const { security_group } = await send('POST', 'security-groups', { security_group: { name: 'closed' } });
  await send('PUT', `ports/${other.id}`, { port: { security_groups: [security_group!.id] } });
  const { problems } = await trace({ from: 'vm1', to: 'vm2', protocol: 'tcp', port: 22 });
  const [first] = problems as { code: string; text: string; command: string }[];
  assert.equal(first?.code, 'security_group_drops');
  assert.match(
    first!.text,
    /no ingress rule of group closed lets tcp\/22 from 172\.16\.1\.\d+ in to port vm2/,
  );
  assert.match(
    first!.command,
    new RegExp(`--port-range-max 22 --remote-ip-prefix 172.16.1.\\d+/32 ${security_group!.id}`),
  );
});

test('from outside a private address has no way in', async () => {
  const { problems } = await trace({ from: '198.51.100.1', to: 'vm1' });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['no_floating_ip'],
  );
});

const refused: readonly [string, object][] = [
  ['nothing named so', { from: 'nobody', to: 'vm1' }],
  ['two addresses outside', { from: '198.51.100.1', to: '198.51.100.2' }],
  ['tcp without a port', { from: 'vm1', to: 'vm2', protocol: 'tcp' }],
  ['icmp with a port', { from: 'vm1', to: 'vm2', port: 5 }],
  ['a protocol that is not traced', { from: 'vm1', to: 'vm2', protocol: 'sctp', port: 5 }],
  ['no end', { from: 'vm1' }],
];
for (const [what, asked] of refused)
  test(`a trace is refused: ${what}`, async () => assert.equal((await trace(asked)).status, 400));

test('only an administrator traces', async () => {
  assert.equal((await trace({ from: 'vm1', to: 'vm2' }, 'demo')).status, 403);
});
