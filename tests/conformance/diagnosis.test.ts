import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Finding } from '../../src/health/finding.ts';
import { startApi, type TestApi } from './api.ts';
import { make } from './guideState.ts';
import { answersOf, type Described } from './openapi/answers.ts';

let api: TestApi;
let answers: ReturnType<typeof answersOf>;
let portId: string;

interface Diagnosis {
  readonly resource: string;
  readonly id: string;
  readonly result: string;
  readonly waiting_for: readonly unknown[];
  readonly checks: readonly { readonly check: string; readonly result: string }[];
  readonly problems: readonly Finding[];
  readonly reasons?: readonly Readonly<Record<string, string>>[];
  readonly [more: string]: unknown;
}

async function diagnosisOf(path: string): Promise<Diagnosis> {
  const url = `/v2.0/${path}/diagnosis`;
  const { status, body } = await api.request('admin', 'GET', url);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(answers.wrongWith('GET', url, status, body), undefined, JSON.stringify(body));
  return (body as { diagnosis: Diagnosis }).diagnosis;
}

const codesOf = ({ problems }: Diagnosis): string[] => problems.map(({ code }) => code);

const reported = (agent_type: string, binary: string, host: string, configurations: object) =>
  api.report({ agent_type, binary, host, topic: 'N/A', configurations, start_flag: true });

before(async () => {
  api = await startApi();
  answers = answersOf((await api.request(null, 'GET', '/openapi.json')).body as Described);
  const { id } = await make(api, 'networks', { network: { name: 'n' } });
  const port = await make(api, 'ports', { port: { network_id: id, 'binding:host_id': 'nowhere' } });
  portId = port.id!;
});

after(() => api.close());

test('a port that could not be bound says why, and what to do', async () => {
  const diagnosis = await diagnosisOf(`ports/${portId}`);
  assert.equal(diagnosis.resource, 'port');
  assert.equal(diagnosis.id, portId);
  assert.equal(diagnosis.result, 'fail');
  assert.deepEqual(codesOf(diagnosis), ['no_agent', 'nothing_let_in']);
  assert.equal(diagnosis.port_id, portId);
  assert.equal(diagnosis.host_id, 'nowhere');
  assert.equal(diagnosis.vif_type, 'binding_failed');
  assert.match(String(diagnosis.reasons?.[0]?.reason), /nowhere/);
  assert.match(String(diagnosis.reasons?.[0]?.fix), /neutron-linuxbridge-agent/);
});

test('a port of a distributed router says that Linux bridges cannot carry it', async () => {
  const network = await make(api, 'networks', { network: {} });
  const subnet = await make(api, 'subnets', {
    subnet: { network_id: network.id, cidr: '10.0.0.0/24', ip_version: 4 },
  });
  const router = await make(api, 'routers', { router: { distributed: true } });
  const { body } = await api.request('admin', 'PUT', `/v2.0/routers/${router.id}/add_router_interface`, {
    subnet_id: subnet.id,
  });
  const added = body as { port_id: string };
  const { reasons, problems } = await diagnosisOf(`ports/${added.port_id}`);
  assert.equal(reasons?.[0]?.code, 'router_distributed');
  assert.match(String(reasons?.[0]?.fix), /--distributed False/);
  assert.equal(problems[0]?.code, 'router_distributed');
  assert.equal((await diagnosisOf(`routers/${router.id}`)).problems[0]?.code, 'router_distributed');
});

test('what stands without agents names them first, each resource in its words', async () => {
  const outside = await make(api, 'networks', {
    network: {
      name: 'public',
      'router:external': true,
      'provider:network_type': 'flat',
      'provider:physical_network': 'public',
    },
  });
  const lan = { network_id: outside.id, cidr: '203.0.113.0/24', ip_version: 4, enable_dhcp: false };
  await make(api, 'subnets', { subnet: lan });
  const network = await make(api, 'networks', { network: { name: 'private' } });
  const inner = { network_id: network.id, cidr: '172.16.1.0/24', ip_version: 4 };
  const subnet = await make(api, 'subnets', { subnet: inner });
  const router = await make(api, 'routers', {
    router: { external_gateway_info: { network_id: outside.id } },
  });
  await api.request('admin', 'PUT', `/v2.0/routers/${router.id}/add_router_interface`, {
    subnet_id: subnet.id,
  });
  const port = await make(api, 'ports', { port: { network_id: network.id } });
  const floating = await make(api, 'floatingips', {
    floatingip: { floating_network_id: outside.id, port_id: port.id },
  });

  assert.deepEqual(codesOf(await diagnosisOf(`networks/${network.id}`)), ['agent_type_missing']);
  assert.deepEqual(codesOf(await diagnosisOf(`subnets/${subnet.id}`)), [
    'agent_type_missing',
    'subnet_without_nameserver',
  ]);
  assert.deepEqual(codesOf(await diagnosisOf(`ports/${port.id}`)), [
    'agent_type_missing',
    'port_without_host',
    'nothing_let_in',
  ]);
  assert.equal((await diagnosisOf(`routers/${router.id}`)).problems[0]?.code, 'agent_type_missing');
  assert.equal((await diagnosisOf(`floatingips/${floating.id}`)).problems[0]?.code, 'agent_type_missing');
  assert.equal((await diagnosisOf(`networks/${outside.id}`)).result, 'pass');
});

test('an agent that is silent is said to be dead', async () => {
  await reported('Linux bridge agent', 'neutron-linuxbridge-agent', 'compute', {
    interface_mappings: { public: 'eno1' },
    tunnel_types: ['vxlan'],
    tunneling_ip: '192.168.81.65',
    l2_population: true,
  });
  const { body } = await api.request('admin', 'GET', '/v2.0/agents?host=compute');
  const [agent] = (body as { agents: { id: string }[] }).agents;
  assert.equal((await diagnosisOf(`agents/${agent!.id}`)).result, 'pass');
  const long_ago = '2020-01-01 00:00:00';
  await api.db.kysely.updateTable('agents').set({ heartbeat_timestamp: long_ago }).execute();
  assert.deepEqual(codesOf(await diagnosisOf(`agents/${agent!.id}`)), ['agent_dead']);
});

test('who may not see the binding, or asks for no port, learns nothing', async () => {
  assert.equal((await api.request('demo', 'GET', `/v2.0/ports/${portId}/diagnosis`)).status, 404);
  const none = portId.replace(/^./, 'x');
  for (const path of [`ports/${none}`, 'networks/none', 'subnets/none', 'routers/none', 'floatingips/none']) {
    assert.equal((await api.request('admin', 'GET', `/v2.0/${path}/diagnosis`)).status, 404, path);
  }
  assert.equal((await api.request('admin', 'GET', '/v2.0/agents/none/diagnosis')).status, 404);
  assert.equal((await api.request('admin', 'PUT', `/v2.0/ports/${portId}/diagnosis`, {})).status, 405);
});
