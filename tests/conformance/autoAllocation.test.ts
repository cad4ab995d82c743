import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { databases } from '../../src/server/db/testing.ts';
import { callers, type Reply, startApi, type TestApi, type User } from './api.ts';
import { make } from './guideState.ts';

const PATH = '/v2.0/auto-allocated-topology';

for (const [dialect, open] of Object.entries(databases())) {
  describe(`auto-allocated topologies on ${dialect}`, () => {
    let api: TestApi;
    before(async () => {
      api = await startApi(open);
      const external = await make(api, 'networks', {
        network: { name: 'ext', 'router:external': true, is_default: true },
      });
      await make(api, 'subnets', {
        subnet: { network_id: external.id, ip_version: 4, cidr: '10.250.0.0/30' },
      });
      await make(api, 'subnetpools', {
        subnetpool: {
          name: 'p',
          prefixes: ['10.0.0.0/16'],
          default_prefixlen: 24,
          is_default: true,
          shared: true,
        },
      });
    });
    after(() => api.close());

    const get = (user: User, project = 'None') => api.request(user, 'GET', `${PATH}/${project}`);
    const idOf = ({ body }: Reply) =>
      (body as { auto_allocated_topology: { id: string } }).auto_allocated_topology.id;
    const count = async (collection: string): Promise<number> => {
      const { body } = await api.request(
        'admin',
        'GET',
        `/v2.0/${collection}?name=auto_allocated_${collection.slice(0, -1)}`,
      );
      return (body as Record<string, unknown[]>)[collection]!.length;
    };

    test('who asks several times at once gets one topology', async () => {
      const replies = await Promise.all(Array.from({ length: 5 }, () => get('demo')));
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200, 200, 200],
      );
      assert.equal(new Set(replies.map(idOf)).size, 1);
      assert.deepEqual([await count('networks'), await count('routers')], [1, 1]);
    });

    test('it works: the network is up, and its router leads outside', async () => {
      const id = idOf(await get('demo'));
      const { body } = await api.request('demo', 'GET', `/v2.0/networks/${id}`);
      assert.equal((body as { network: { admin_state_up: boolean } }).network.admin_state_up, true);
      const ports = await api.request('demo', 'GET', `/v2.0/ports?network_id=${id}`);
      const owners = (ports.body as { ports: { device_owner: string }[] }).ports.map(
        (port) => port.device_owner,
      );
      assert(owners.includes('network:router_interface'));
    });

    test('another project sees nothing of it, and an administrator gives it back', async () => {
      const { projectId } = callers.demo!;
      assert.equal((await get('demo', 'somebody-else')).status, 403);
      assert.equal((await api.request('admin', 'DELETE', `${PATH}/${projectId}`)).status, 204);
      assert.deepEqual([await count('networks'), await count('routers')], [0, 0]);
      assert.equal((await api.request('demo', 'DELETE', `${PATH}/None`)).status, 204);
    });

    test('what cannot be completed leaves nothing', async () => {
      const { body } = await api.request('admin', 'GET', '/v2.0/networks?name=ext');
      const [ext] = (body as { networks: { id: string }[] }).networks;
      const last = await make(api, 'ports', { port: { network_id: ext!.id } });
      const reply = await get('demo');
      assert.equal(reply.status, 409, reply.text);
      assert.deepEqual([await count('networks'), await count('routers')], [0, 0]);
      await api.request('admin', 'DELETE', `/v2.0/ports/${last.id}`);
    });

    test('of two networks that become the default at once one does', async () => {
      const { body } = await api.request('admin', 'GET', '/v2.0/networks?name=ext');
      const [ext] = (body as { networks: { id: string }[] }).networks;
      const set = (id: string | undefined, is_default: boolean) =>
        api.request('admin', 'PUT', `/v2.0/networks/${id}`, { network: { is_default } });
      assert.equal((await set(ext!.id, false)).status, 200);
      const two = await Promise.all(
        [1, 2].map(() => make(api, 'networks', { network: { 'router:external': true } })),
      );
      const replies = await Promise.all(two.map(({ id }) => set(id, true)));
      assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
    });

    test('is_default selects nothing among networks, as in Neutron', async () => {
      const all = await api.request('admin', 'GET', '/v2.0/networks?fields=id');
      const some = await api.request('admin', 'GET', '/v2.0/networks?fields=id&is_default=True');
      assert.deepEqual(some.body, all.body);
    });

    test('addresses of IPv6 are counted to the last digit', async () => {
      const network = await make(api, 'networks', { network: {} });
      await make(api, 'subnets', { subnet: { network_id: network.id, ip_version: 6, cidr: 'fd00::/64' } });
      const { text } = await api.request('admin', 'GET', `/v2.0/network-ip-availabilities/${network.id}`);
      assert.match(text, /"total_ips":18446744073709551615,?/);
    });
  });
}
