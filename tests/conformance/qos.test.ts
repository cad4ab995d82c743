import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { databases } from '../../src/server/db/testing.ts';
import { startApi, type TestApi, type User } from './api.ts';

const configured = (plugins: string) =>
  configOf(`
[DEFAULT]
core_plugin = ml2
service_plugins = ${plugins}
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security,qos
[ml2_type_vxlan]
vni_ranges = 1:1000
`);

type Body = Record<string, Record<string, unknown>>;

for (const [name, open] of Object.entries(databases())) {
  describe(`quality of service over HTTP, ${name}`, () => {
    let api: TestApi;
    before(async () => {
      api = await startApi(open, configured('router,qos'));
    });
    after(() => api.close());

    const ask = (method: string, path: string, body?: object, who: User = 'admin') =>
      api.request(who, method, `/v2.0/${path}`, body);
    const makePolicy = async (values: object = {}) => {
      const { status, body } = await ask('POST', 'qos/policies', { policy: { name: 'q', ...values } });
      assert.equal(status, 201, JSON.stringify(body));
      return (body as Body).policy!;
    };
    const makeLimit = async (id: unknown) => {
      const rule = { bandwidth_limit_rule: { max_kbps: '3000', max_burst_kbps: 300 } };
      const { status, body } = await ask('POST', `qos/policies/${id}/bandwidth_limit_rules`, rule);
      assert.equal(status, 201, JSON.stringify(body));
      return (body as Body).bandwidth_limit_rule!;
    };

    it('a policy and its rules show what Neutron shows, in its order', async () => {
      const { id } = await makePolicy();
      const rule = await makeLimit(id);
      assert.deepEqual(rule, { max_kbps: 3000, max_burst_kbps: 300, direction: 'egress', id: rule.id });
      const { body } = await ask('GET', `qos/policies/${id}`);
      const policy = (body as Body).policy!;
      assert.deepEqual(policy.rules, [{ ...rule, qos_policy_id: id, type: 'bandwidth_limit' }]);
      assert.equal(
        Object.keys(policy).join(' '),
        'id project_id name shared rules is_default revision_number description created_at updated_at tenant_id tags',
      );
    });

    it('rules are reached below their policy and without it', async () => {
      const { id } = await makePolicy();
      const rule = await makeLimit(id);
      const changes = { alias_bandwidth_limit_rule: { max_kbps: 10 } };
      assert.equal((await ask('PUT', `qos/alias-bandwidth-limit-rules/${rule.id}`, changes)).status, 200);
      const { body } = await ask('GET', `qos/policies/${id}/bandwidth_limit_rules/${rule.id}`);
      assert.equal((body as Body).bandwidth_limit_rule!.max_kbps, 10);
      for (const path of ['minimum-packet-rate-rules', 'minimum_packet_rate_rules']) {
        assert.equal((await ask('GET', `qos/policies/${id}/${path}`)).status, 200, path);
      }
      assert.equal((await ask('DELETE', `qos/policies/${id}/bandwidth_limit_rules/${rule.id}`)).status, 204);
      assert.equal((await ask('GET', `qos/alias_bandwidth_limit_rules/${rule.id}`)).status, 404);
      const wrong = { bandwidth_limit_rule: { max_kbps: -1 } };
      assert.equal((await ask('POST', `qos/policies/${id}/bandwidth_limit_rules`, wrong)).status, 400);
      assert.equal((await ask('GET', 'qos')).status, 404);
    });

    it('policies have tags, and are listed by them', async () => {
      const { id } = await makePolicy();
      assert.equal((await ask('PUT', `policies/${id}/tags/gold`)).status, 201);
      const { body } = await ask('GET', 'qos/policies?tags=gold');
      assert.deepEqual(
        (body as unknown as { policies: Body[] }).policies.map((one) => [one.id, one.tags]),
        [[id, ['gold']]],
      );
      assert.equal((await ask('DELETE', `qos/policies/${id}`)).status, 204);
    });

    it('only an administrator makes policies; networks and ports take them', async () => {
      const refused = await ask('POST', 'qos/policies', { policy: { name: 'mine' } }, 'demo');
      assert.equal(refused.status, 403);
      const { id } = await makePolicy({ shared: true });
      const network = await ask('POST', 'networks', { network: { qos_policy_id: id } }, 'demo');
      assert.equal(network.status, 201, JSON.stringify(network.body));
      const { id: network_id, qos_policy_id } = (network.body as Body).network!;
      assert.equal(qos_policy_id, id);
      const port = await ask('POST', 'ports', { port: { network_id } }, 'demo');
      const shown = (port.body as Body).port!;
      assert.deepEqual([shown.qos_policy_id, shown.qos_network_policy_id], [null, id]);
      const { body } = await ask('GET', 'qos/rule-types', undefined, 'demo');
      assert.deepEqual(body, { rule_types: [{ type: 'bandwidth_limit' }, { type: 'dscp_marking' }] });
      assert.equal((await ask('GET', 'qos/rule-types/dscp_marking')).status, 200);
    });

    it('without the plugin there is nothing of it', async () => {
      const guide = await startApi(open, configured('router'));
      try {
        const get = async (path: string) => guide.request('admin', 'GET', `/v2.0/${path}`);
        assert.equal((await get('qos/policies')).status, 404);
        const aliases = ((await get('extensions')).body as { extensions: { alias: string }[] }).extensions;
        assert.deepEqual(
          aliases.filter(({ alias }) => alias.startsWith('qos')),
          [],
        );
        const made = await guide.request('admin', 'POST', '/v2.0/networks', { network: {} });
        assert.equal('qos_policy_id' in (made.body as Body).network!, false);
      } finally {
        await guide.close();
      }
    });
  });
}
