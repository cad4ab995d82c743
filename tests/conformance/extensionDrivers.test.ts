import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { databases, sqliteForTest } from '../../src/server/db/testing.ts';
import { until } from '../../src/testing/until.ts';
import { type Reply, startApi, type TestApi } from './api.ts';
import { make, makeGuideState } from './guideState.ts';

const configured = (drivers: string, domain = '') =>
  configOf(`
[DEFAULT]
core_plugin = ml2
service_plugins = router
${domain === '' ? '' : `dns_domain = ${domain}`}
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = ${drivers}
[ml2_type_flat]
flat_networks = public
[ml2_type_vxlan]
vni_ranges = 1:1000
`);

const ALL = 'port_security,dns_domain_keywords,port_device_profile,port_numa_affinity_policy';

const refusal = ({ status, body }: Reply) => {
  const { type, message } = (body as { NeutronError: { type: string; message: string } }).NeutronError;
  return [status, type, message];
};

type Body = Record<string, Record<string, unknown>>;

for (const [name, open] of Object.entries(databases())) {
  describe(`what ML2's extension drivers add, ${name}`, () => {
    let api: TestApi;
    let networkId: string;
    before(async () => {
      api = await startApi(open, configured(ALL, 'example.org'));
      await makeGuideState(api);
      networkId = (await make(api, 'networks', { network: { dns_domain: 'Lab.Example.org.' } })).id!;
      await make(api, 'subnets', { subnet: { network_id: networkId, cidr: '10.77.0.0/24', ip_version: 4 } });
    });
    after(() => api.close());

    const port = (values: object) => make(api, 'ports', { port: { network_id: networkId, ...values } });
    const update = (path: string, body: object) => api.request('admin', 'PUT', `/v2.0/${path}`, body);
    const shown = async (path: string) => {
      const { body } = await api.request('admin', 'GET', `/v2.0/${path}`);
      return Object.values(body as Body)[0]!;
    };
    const at = (ip: string) => ({ fixed_ips: [{ ip_address: ip }] });

    it("a port's name is that of all its addresses; without one each address has its own", async () => {
      const web = await port({ ...at('10.77.0.5'), dns_name: 'Web', dns_domain: 'own.example.org.' });
      assert.deepEqual(
        [web.dns_name, web.dns_domain, web.dns_assignment],
        ['web', 'own.example.org.', [{ ip_address: '10.77.0.5', hostname: 'web', fqdn: 'web.example.org.' }]],
      );
      const plain = await port(at('10.77.0.6'));
      const unnamed = [
        { ip_address: '10.77.0.6', hostname: 'host-10-77-0-6', fqdn: 'host-10-77-0-6.example.org.' },
      ];
      assert.deepEqual([plain.dns_name, plain.dns_domain, plain.dns_assignment], ['', '', unnamed]);

      const full = await update(`ports/${plain.id}`, { port: { dns_name: 'db.example.org.' } });
      assert.deepEqual((full.body as Body).port!.dns_assignment, [
        { ip_address: '10.77.0.6', hostname: 'db.example.org.', fqdn: 'db.example.org.' },
      ]);
      await update(`ports/${web.id}`, {
        port: { dns_name: 'www', fixed_ips: [{ ip_address: '10.77.0.7' }] },
      });
      assert.deepEqual((await shown(`ports/${web.id}`)).dns_assignment, [
        { ip_address: '10.77.0.7', hostname: 'www', fqdn: 'www.example.org.' },
      ]);
      await update(`ports/${plain.id}`, { port: { dns_name: '' } });
      assert.deepEqual((await shown(`ports/${plain.id}`)).dns_assignment, unnamed);
    });

    it('DHCP agents are told the names', async () => {
      const heard = await api.hear('dhcp_agent', ['port_create_end', 'port_update_end'], 'controller');
      const { id } = await port({ ...at('10.77.0.20'), dns_name: 'told' });
      await update(`ports/${id}`, { port: { dns_name: 'again' } });
      await until('both messages', () => {
        const text = JSON.stringify(heard);
        return text.includes('"fqdn":"told.example.org."') && text.includes('"fqdn":"again.example.org."');
      });
    });

    it('networks have a domain, and subnets say what is to be published', async () => {
      const network = await shown(`networks/${networkId}`);
      assert.equal(network.dns_domain, 'lab.example.org.');
      for (const dns_domain of ['other.org.', '', '']) {
        await update(`networks/${networkId}`, { network: { dns_domain } });
        assert.equal((await shown(`networks/${networkId}`)).dns_domain, dns_domain);
      }
      const values = { network_id: networkId, cidr: '10.78.0.0/24', ip_version: 4 };
      const subnet = await make(api, 'subnets', { subnet: { ...values, dns_publish_fixed_ip: 'True' } });
      assert.equal(subnet.dns_publish_fixed_ip, true);
      for (const dns_publish_fixed_ip of [false, false, true, true]) {
        await update(`subnets/${subnet.id}`, { subnet: { dns_publish_fixed_ip } });
        assert.equal((await shown(`subnets/${subnet.id}`)).dns_publish_fixed_ip, dns_publish_fixed_ip);
      }
      const listed = await api.request(
        'admin',
        'GET',
        `/v2.0/subnets?network_id=${networkId}&cidr=10.77.0.0/24`,
      );
      const [other] = (listed.body as { subnets: { dns_publish_fixed_ip: boolean }[] }).subnets;
      assert.equal(other?.dns_publish_fixed_ip, false);
    });

    it("floating IPs take a name, which without an external DNS service is forgotten, as Neutron's", async () => {
      const external = await api.request('admin', 'GET', '/v2.0/networks?router:external=True');
      const [network] = (external.body as { networks: { id: string }[] }).networks;
      const values = { floating_network_id: network!.id, dns_name: 'web', dns_domain: 'example.org.' };
      const made = await make(api, 'floatingips', { floatingip: values });
      assert.deepEqual([made.dns_name, made.dns_domain], ['', '']);
    });

    it('device profile and NUMA policy are kept; the policy of a bound port stays', async () => {
      const made = await port({ device_profile: 'gpu', numa_affinity_policy: 'required' });
      assert.deepEqual([made.device_profile, made.numa_affinity_policy], ['gpu', 'required']);
      for (const numa_affinity_policy of ['legacy', null, 'preferred']) {
        await update(`ports/${made.id}`, { port: { numa_affinity_policy } });
        assert.equal((await shown(`ports/${made.id}`)).numa_affinity_policy, numa_affinity_policy);
      }
      const bound = await port({ device_owner: 'compute:nova', 'binding:host_id': 'compute' });
      assert.deepEqual([bound.device_profile, bound.numa_affinity_policy], [null, null]);
      assert.deepEqual(
        refusal(await update(`ports/${bound.id}`, { port: { numa_affinity_policy: 'legacy' } })),
        [
          409,
          'PortBoundNUMAAffinityPolicy',
          `Unable to complete operation on port ${bound.id}, port is already bound to host compute, numa_affinity_policy value given legacy.`,
        ],
      );
      await api.request('admin', 'DELETE', `/v2.0/ports/${made.id}`);
      for (const table of ['portdeviceprofiles', 'portnumaaffinitypolicies'] as const) {
        assert.deepEqual(await api.db.kysely.selectFrom(table).select('port_id').execute(), []);
      }
    });

    it('refuses what Neutron refuses, in its words', async () => {
      const { id } = await port({});
      const answers: [object, string][] = [
        [
          { dns_name: 'a_b' },
          "Invalid input for dns_name. Reason: 'a_b' not a valid PQDN or FQDN. Reason: Name 'a_b' must be 1-63 characters long, each of which can only be alphanumeric or a hyphen.",
        ],
        [{ dns_domain: 'example.org' }, "Invalid input for dns_domain. Reason: 'example.org' is not a FQDN."],
        [{ dns_assignment: [] }, 'Cannot update read-only attribute dns_assignment'],
        [{ device_profile: 'x' }, 'Cannot update read-only attribute device_profile'],
        [
          { numa_affinity_policy: 'bad' },
          'Invalid input for numa_affinity_policy. Reason: bad is not in valid_values.',
        ],
      ];
      for (const [values, text] of answers) {
        assert.deepEqual(refusal(await update(`ports/${id}`, { port: values })), [
          400,
          'HTTPBadRequest',
          text,
        ]);
      }
      assert.deepEqual(refusal(await update(`ports/${id}`, { port: { dns_name: null } })), [
        400,
        'InvalidInput',
        'Invalid input for operation: Input value None must be string type.',
      ]);
    });
  });
}

describe('without the drivers', () => {
  const create = async (config: ReturnType<typeof configured>, values: object) => {
    const api = await startApi(sqliteForTest, config);
    const network = await make(api, 'networks', { network: {} });
    const body = { port: { network_id: network.id, ...values } };
    const reply = await api.request('admin', 'POST', '/v2.0/ports', body);
    await api.close();
    return { reply, network };
  };

  it('device profile and NUMA policy are taken, and neither kept nor shown', async () => {
    const values = { device_profile: 'gpu', numa_affinity_policy: 'required' };
    const { reply, network } = await create(configured('port_security'), values);
    assert.equal(reply.status, 201);
    const keys = Object.keys((reply.body as Body).port!);
    assert.deepEqual(
      keys.filter((key) => /profile$|numa|dns/.test(key)),
      ['binding:profile'],
    );
    assert.equal('dns_domain' in network, false);
  });

  it('tags of a new port are taken and forgotten; with their driver they are kept', async () => {
    const tags = async (drivers: string) => {
      const { reply } = await create(configured(drivers), { tags: ['b', 'a'] });
      return (reply.body as Body).port!.tags;
    };
    assert.deepEqual(await tags('port_security'), []);
    assert.deepEqual(await tags('port_security,tag_ports_during_bulk_creation'), ['a', 'b']);
  });

  it('names of ports are unknown', async () => {
    const { reply } = await create(configured('port_security'), { dns_name: 'x' });
    assert.deepEqual(refusal(reply), [400, 'HTTPBadRequest', "Unrecognized attribute(s) 'dns_name'"]);
  });

  it('with the default domain names are not kept', async () => {
    const { reply } = await create(configured('dns'), { dns_name: 'x' });
    const { dns_name, dns_assignment } = (reply.body as Body).port!;
    assert.deepEqual([dns_name, dns_assignment], ['', []]);
  });
});
