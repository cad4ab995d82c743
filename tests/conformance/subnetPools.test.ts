import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addressSet } from '../../src/net/addressSet.ts';
import { parseCidr } from '../../src/net/cidr.ts';
import { count } from '../../src/net/ranges.ts';
import { databases } from '../../src/server/db/testing.ts';
import { callers, type Reply, startApi, type TestApi, type User } from './api.ts';
import { make } from './guideState.ts';

type Subnet = Readonly<Record<string, string>>;

for (const [dialect, open] of Object.entries(databases())) {
  describe(`subnet pools on ${dialect}`, () => {
    let api: TestApi;
    before(async () => {
      api = await startApi(open);
    });
    after(() => api.close());

    const pool = (body: object, user: User = 'admin') =>
      make(api, 'subnetpools', { subnetpool: { name: 'p', ...body } }, user);
    const network = (user: User = 'admin') => make(api, 'networks', { network: {} }, user);
    const subnet = (body: object, user: User = 'admin') =>
      api.request(user, 'POST', '/v2.0/subnets', { subnet: { ip_version: 4, ...body } });
    const act = (id: unknown, action: string, body: object, user: User = 'admin') =>
      api.request(user, 'PUT', `/v2.0/subnetpools/${id}/${action}`, body);
    const type = ({ body }: Reply) => (body as { NeutronError?: { type: string } }).NeutronError?.type;
    const made = ({ body }: Reply) => (body as { subnet: Subnet }).subnet;

    test('subnets made at once do not overlap, and the pool is used up to the last of its blocks', async () => {
      const { id } = await pool({ prefixes: ['10.1.0.0/26'], default_prefixlen: 30 });
      const networks = await Promise.all(Array.from({ length: 20 }, () => network()));
      const replies = await Promise.all(
        networks.map(({ id: network_id }) => subnet({ network_id, subnetpool_id: id })),
      );
      const cidrs = replies.filter(({ status }) => status === 201).map((reply) => made(reply).cidr!);
      assert.equal(cidrs.length, 16);
      assert.equal(count(addressSet(cidrs.map((cidr) => parseCidr(cidr)!))[4]), 64n);
      const refused = replies.filter(({ status }) => status !== 201);
      assert(refused.every((reply) => reply.status === 500 && type(reply) === 'SubnetAllocationError'));
    });

    test('a pool that is removed while subnets are made of it leaves no subnet behind, or stays', async () => {
      const { id } = await pool({ prefixes: ['10.12.0.0/24'], default_prefixlen: 28 });
      const networks = await Promise.all(Array.from({ length: 6 }, () => network()));
      const [removed, ...replies] = await Promise.all([
        api.request('admin', 'DELETE', `/v2.0/subnetpools/${id}`),
        ...networks.map(({ id: network_id }) => subnet({ network_id, subnetpool_id: id })),
      ]);
      const statuses = [...new Set(replies.map(({ status }) => status))];
      assert.deepEqual(statuses, [removed.status === 204 ? 404 : 201]);
    });

    test('one request for several subnets gives each its own block', async () => {
      const { id } = await pool({ prefixes: ['10.2.0.0/16'], default_prefixlen: 24 });
      const wish = { ip_version: 4, network_id: (await network()).id, subnetpool_id: id };
      const reply = await api.request('admin', 'POST', '/v2.0/subnets', { subnets: [wish, wish, wish] });
      const { subnets } = reply.body as { subnets: Subnet[] };
      assert.deepEqual(
        subnets.map(({ cidr }) => cidr),
        ['10.2.0.0/24', '10.2.1.0/24', '10.2.2.0/24'],
      );
    });

    test('of two that become the default at once one wins', async () => {
      const two = await Promise.all([1, 2].map((n) => pool({ prefixes: [`10.${n + 2}.0.0/16`] })));
      const replies = await Promise.all(
        two.map(({ id }) =>
          api.request('admin', 'PUT', `/v2.0/subnetpools/${id}`, { subnetpool: { is_default: true } }),
        ),
      );
      assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 400]);
    });

    test('of two overlapping pools that join a scope at once one does', async () => {
      const scope = await make(api, 'address-scopes', { address_scope: { name: 's', ip_version: 4 } });
      const body = { name: 'p', prefixes: ['10.5.0.0/16'], address_scope_id: scope.id };
      const replies = await Promise.all(
        [1, 2].map(() => api.request('admin', 'POST', '/v2.0/subnetpools', { subnetpool: body })),
      );
      assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409]);
    });

    test('a scope that several share and rename at once is shared, and stays so', async () => {
      const { id } = await make(api, 'address-scopes', { address_scope: { ip_version: 4 } });
      const path = `/v2.0/address-scopes/${id}`;
      const share = (address_scope: object) => api.request('admin', 'PUT', path, { address_scope });
      const replies = await Promise.all(['a', 'b', 'c'].map((name) => share({ name, shared: true })));
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200],
      );
      assert.equal(type(await share({ shared: false })), 'AddressScopeUpdateError');
    });

    test('a block from a shared pool, and none from a pool of another', async () => {
      const shared = await pool({ prefixes: ['10.6.0.0/16'], shared: true, default_prefixlen: 24 });
      const own = await pool({ prefixes: ['10.7.0.0/16'], default_prefixlen: 24 });
      const { id: network_id } = await network('demo');
      const from = (id: unknown) => subnet({ network_id, subnetpool_id: id }, 'demo');
      assert.equal(made(await from(shared.id)).cidr, '10.6.0.0/24');
      assert.equal(type(await from(own.id)), 'SubnetPoolNotFound');
      assert.equal(
        type(await act(shared.id, 'add_prefixes', { prefixes: ['10.8.0.0/16'] }, 'demo')),
        'PolicyNotAuthorized',
      );
    });

    test('the owner of a shared pool changes its prefixes', async () => {
      const { id } = await pool({
        prefixes: ['10.13.0.0/24'],
        shared: true,
        tenant_id: callers.demo!.projectId,
      });
      const reply = await act(id, 'add_prefixes', { prefixes: ['10.13.1.0/24'] }, 'demo');
      assert.deepEqual(reply.body, { prefixes: ['10.13.0.0/23'] });
    });

    test('onboarding is refused to who does not own the network, and leaves nothing half done', async () => {
      const mine = await pool({ prefixes: ['10.9.0.0/16'] }, 'demo');
      const shared = await make(api, 'networks', { network: { shared: true } });
      await subnet({ network_id: shared.id, cidr: '10.10.0.0/24' });
      const reply = await act(mine.id, 'onboard_network_subnets', { network_id: shared.id }, 'demo');
      assert.deepEqual([reply.status, type(reply)], [403, 'NotAuthorized']);
      const { body } = await api.request('demo', 'GET', `/v2.0/subnetpools/${mine.id}`);
      assert.deepEqual((body as { subnetpool: { prefixes: string[] } }).subnetpool.prefixes, ['10.9.0.0/16']);
    });

    test('If-Match names the revision that a pool must have', async () => {
      const { id } = await pool({ prefixes: ['10.11.0.0/16'] });
      const rename = (revision: number) =>
        api.request(
          'admin',
          'PUT',
          `/v2.0/subnetpools/${id}`,
          { subnetpool: { name: 'q' } },
          { 'if-match': `revision_number=${revision}` },
        );
      assert.equal((await rename(0)).status, 200);
      assert.equal((await rename(0)).status, 412);
    });

    test('prefix delegation is refused by its name, not ignored', async () => {
      const modes = { ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' };
      const { id: network_id } = await network();
      const reply = await subnet({ network_id, subnetpool_id: 'prefix_delegation', ...modes });
      assert.deepEqual([reply.status, type(reply)], [400, 'BadRequest']);
      assert.match(reply.text, /Prefix Delegation is not supported by this server/);
    });

    test('a marker that names nothing begins with the first, but for networks, ports and routers', async () => {
      const nothing = 'limit=1&fields=id&marker=00000000-0000-0000-0000-000000000000';
      for (const collection of ['subnetpools', 'subnets', 'security-group-rules']) {
        const [first, page] = await Promise.all(
          ['limit=1&fields=id', nothing].map((query) =>
            api.request('admin', 'GET', `/v2.0/${collection}?${query}`),
          ),
        );
        assert.deepEqual(page!.body, first!.body, collection);
      }
      for (const collection of ['networks', 'ports', 'routers']) {
        const { status } = await api.request('admin', 'GET', `/v2.0/${collection}?${nothing}`);
        assert.equal(status, 404, collection);
      }
    });

    test('blocks of IPv6, and the wishes that cannot be', async () => {
      const { id } = await pool({ prefixes: ['fd00:1::/48'], default_prefixlen: 64, max_prefixlen: 64 });
      const { id: network_id } = await network();
      const wish = (body: object) => subnet({ network_id, subnetpool_id: id, ip_version: 6, ...body });
      const { cidr, gateway_ip } = made(await wish({}));
      assert.deepEqual([cidr, gateway_ip], ['fd00:1::/64', 'fd00:1::1']);
      assert.equal(type(await wish({ prefixlen: 80 })), 'MaxPrefixSubnetAllocationError');
      assert.equal(type(await wish({ prefixlen: 129 })), 'AddrFormatError');
      assert.equal(type(await wish({ cidr: 'fd00:2::/64' })), 'SubnetAllocationError');
    });
  });
}
