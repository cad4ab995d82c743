import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import type { Finding } from '../../src/health/finding.ts';
import {
  type MariaDbServer,
  sqliteForTest,
  startMariaDb,
  type TestDatabase,
} from '../../src/server/db/testing.ts';
import { guide, startApi, type TestApi } from './api.ts';
import { make } from './guideState.ts';

const wiring = {
  interface_mappings: { public: 'eno1' },
  tunnel_types: ['vxlan'],
  tunneling_ip: '192.168.81.66',
  l2_population: true,
};

/** The guide's cloud on one host, with its agents. */
async function guideCloud(api: TestApi) {
  const report = (agent_type: string, binary: string, topic: string, configurations: object) =>
    api.report({ agent_type, binary, topic, configurations, host: 'controller', start_flag: true });
  const revive = async () => {
    await report('Linux bridge agent', 'neutron-linuxbridge-agent', 'N/A', wiring);
    await report('DHCP agent', 'neutron-dhcp-agent', 'dhcp_agent', {});
    await report('L3 agent', 'neutron-l3-agent', 'l3_agent', { agent_mode: 'legacy' });
  };
  await revive();
  const provider = { 'provider:network_type': 'flat', 'provider:physical_network': 'public' };
  const outside = await make(api, 'networks', {
    network: { name: 'public', 'router:external': true, ...provider },
  });
  await make(api, 'subnets', {
    subnet: { network_id: outside.id, cidr: '192.168.81.0/24', ip_version: 4, enable_dhcp: false },
  });
  const inner = await make(api, 'networks', { network: { name: 'private' } });
  const subnet = await make(api, 'subnets', {
    subnet: { network_id: inner.id, cidr: '172.16.1.0/28', ip_version: 4 },
  });
  const router = await make(api, 'routers', {
    router: { external_gateway_info: { network_id: outside.id } },
  });
  await api.request('admin', 'PUT', `/v2.0/routers/${router.id}/add_router_interface`, {
    subnet_id: subnet.id,
  });
  await api.rpc('q-l3-plugin', 'sync_routers', { host: 'controller', router_ids: null });
  return { outside, inner, subnet, router, revive };
}

function suite(name: string, open: () => Promise<TestDatabase>): void {
  describe(`the problems of a deployment, on ${name}`, () => {
    let api: TestApi;
    let cloud: Awaited<ReturnType<typeof guideCloud>>;

    before(async () => {
      api = await startApi(open);
      cloud = await guideCloud(api);
      await api.db.kysely.updateTable('ports').set({ status: 'ACTIVE' }).execute();
    });
    after(() => api.close());

    const problems = async (): Promise<Finding[]> => {
      const { status, body } = await api.request('admin', 'GET', '/v2.0/nts-problems');
      assert.equal(status, 200, JSON.stringify(body));
      return (body as { problems: Finding[] }).problems;
    };
    const codes = async () => (await problems()).map(({ code }) => code);
    /** Makes everything as if it had been so for an hour. */
    const age = () =>
      api.db.kysely
        .updateTable('standardattributes')
        .set({ updated_at: new Date(Date.now() - 3_600_000).toISOString().slice(0, 19).replace('T', ' ') })
        .execute();

    test('a healthy one has none, and agents without anything to do neither', async () => {
      await age();
      assert.deepEqual(await problems(), []);
    });

    test('an agent that is silent is named once, and what follows from it is not', async () => {
      const { kysely } = api.db;
      await kysely
        .updateTable('agents')
        .set({ heartbeat_timestamp: '2020-01-01 00:00:00' })
        .where('agent_type', '=', 'L3 agent')
        .execute();
      await kysely
        .updateTable('ports')
        .set({ status: 'DOWN' })
        .where('device_owner', 'like', 'network:router%')
        .execute();
      await age();
      const [found, ...more] = await problems();
      assert.deepEqual(more, []);
      assert.equal(found?.code, 'agent_dead');
      assert.equal(found.host, 'controller');
      assert.equal(found.subject?.resource, 'agent');
      await cloud.revive();
      assert.deepEqual(await codes(), ['port_down', 'port_down'], 'they are still DOWN');
      await kysely.updateTable('ports').set({ status: 'ACTIVE' }).execute();
    });

    test('what has just changed is given its time', async () => {
      const port = {
        network_id: cloud.inner.id,
        device_owner: 'network:dhcp',
        'binding:host_id': 'controller',
      };
      const { id } = await make(api, 'ports', { port });
      assert.deepEqual(await codes(), []);
      await age();
      assert.deepEqual(await codes(), ['port_down']);
      await api.request('admin', 'DELETE', `/v2.0/ports/${id}`);
      assert.deepEqual(await codes(), []);
    });

    test('a port that cannot be bound, and a subnet that is used up', async () => {
      const asked = { network_id: cloud.inner.id, 'binding:host_id': 'nowhere' };
      const { id } = await make(api, 'ports', { port: asked });
      assert.deepEqual(await codes(), ['no_agent']);
      await api.request('admin', 'DELETE', `/v2.0/ports/${id}`);
      const made: string[] = [];
      for (;;) {
        const port = { network_id: cloud.inner.id };
        const { status, body } = await api.request('admin', 'POST', '/v2.0/ports', { port });
        if (status !== 201) break;
        made.push((body as { port: { id: string } }).port.id);
      }
      assert.deepEqual(await codes(), ['subnet_used_up']);
      await api.request('admin', 'DELETE', `/v2.0/ports/${made[0]}`);
      assert.deepEqual(await codes(), ['subnet_nearly_used_up']);
      for (const port of made) await api.request('admin', 'DELETE', `/v2.0/ports/${port}`);
      assert.deepEqual(await codes(), []);
    });

    test('no number is left for another network', async () => {
      await api.db.kysely.updateTable('ml2_vxlan_allocations').set({ allocated: 1 }).execute();
      assert.deepEqual(await codes(), ['segment_numbers_used_up']);
      await api.db.kysely.updateTable('ml2_vxlan_allocations').set({ allocated: 0 }).execute();
    });

    test('they are for administrators', async () => {
      assert.equal((await api.request('demo', 'GET', '/v2.0/nts-problems')).status, 403);
      assert.equal((await api.request('admin', 'POST', '/v2.0/nts-problems', {})).status, 405);
      assert.equal((await api.request('admin', 'GET', '/v2.0/nts-problems/x')).status, 404);
    });

    test('Prometheus gets them in numbers', async () => {
      await make(api, 'ports', { port: { network_id: cloud.inner.id, 'binding:host_id': 'nowhere' } });
      const { status, text, headers } = await api.request('admin', 'GET', '/metrics');
      assert.equal(status, 200);
      assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
      assert.match(text, /^neutron_problems\{code="no_agent",severity="error",host="nowhere"\} 1$/m);
      assert.match(text, /^neutron_agent_alive\{agent_type="L3 agent",host="controller"\} 1$/m);
      assert.match(text, /^neutron_ports\{status="ACTIVE"\} \d+$/m);
      assert.match(text, /^# TYPE neutron_ports gauge$/m);
      assert.equal((await api.request('demo', 'GET', '/metrics')).status, 403);
      assert.equal((await api.request(null, 'GET', '/metrics')).status, 401);
    });
  });
}

suite('SQLite', sqliteForTest);

describe('with MariaDB', () => {
  let server: MariaDbServer;
  before(async () => {
    server = await startMariaDb();
  });
  after(() => server.stop());
  suite('MariaDB', () => server.database());
});

test('metrics are open to who has no token when the configuration says so', async () => {
  const api = await startApi(sqliteForTest, configOf(`${guide}[nts]\nopen_metrics = true\n`));
  assert.equal((await api.request(null, 'GET', '/metrics')).status, 200);
  assert.equal((await api.request(null, 'POST', '/metrics')).status, 405);
  await api.close();
});
