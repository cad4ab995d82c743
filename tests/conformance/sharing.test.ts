import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { databases } from '../../src/server/db/testing.ts';
import { callers, startApi, type TestApi, type User } from './api.ts';
import { make } from './guideState.ts';

const project = (user: User) => callers[user]!.projectId;

type Fields = Readonly<Record<string, unknown>>;

for (const [dialect, open] of Object.entries(databases())) {
  describe(`sharing on ${dialect}`, () => {
    let api: TestApi;
    before(async () => {
      api = await startApi(open);
    });
    after(() => api.close());

    /** What the one resource of an answer shows, or the type of its error. */
    async function ask(user: User, method: string, path: string, body?: unknown): Promise<Fields | string> {
      const reply = await api.request(user, method, `/v2.0/${path}`, body);
      if (reply.status === 204) return {};
      const [value] = Object.values(reply.body as Record<string, Fields>);
      return reply.status < 400 ? value! : (value!.type as string);
    }
    const policyOf = (object_type: string, object_id: string, action: string, target_tenant: string) => ({
      rbac_policy: { object_type, object_id, action, target_tenant },
    });
    async function share(type: string, id: string, target: string, action = 'access_as_shared') {
      return (await make(api, 'rbac-policies', policyOf(type, id, action, target))).id!;
    }
    const network = (user: User = 'admin') => make(api, 'networks', { network: { name: 'n' } }, user);
    const subnet = (network_id: string, cidr: string) =>
      make(api, 'subnets', { subnet: { network_id, cidr, ip_version: 4 } });
    const shown = async (user: User, path: string, ...names: string[]) => {
      const item = await ask(user, 'GET', path);
      return typeof item === 'string' ? item : names.map((name) => item[name]);
    };
    const policies = async (id: string) => {
      const { body } = await api.request('admin', 'GET', `/v2.0/rbac-policies?object_id=${id}`);
      return (body as { rbac_policies: Fields[] }).rbac_policies;
    };

    test('a network shared with one project is of that project only', async () => {
      const { id } = await network();
      const { id: subnetId } = await subnet(id!, '10.1.0.0/24');
      await share('network', id!, project('demo'));
      assert.deepEqual(await shown('demo', `networks/${id}`, 'shared', 'router:external'), [true, false]);
      assert.deepEqual(await shown('demo', `subnets/${subnetId}`, 'cidr'), ['10.1.0.0/24']);
      assert.deepEqual(await shown('admin', `networks/${id}`, 'shared'), [false]);
      assert.equal(await shown('other', `networks/${id}`), 'NetworkNotFound');
      assert.equal(await shown('other', `subnets/${subnetId}`), 'SubnetNotFound');
      assert.equal(await ask('other', 'POST', 'ports', { port: { network_id: id } }), 'NetworkNotFound');
      assert.equal(await ask('demo', 'DELETE', `networks/${id}`), 'PolicyNotAuthorized');
    });

    test('a subnet of another project is routed when it is shared by name, not with all', async () => {
      const { id } = await make(api, 'networks', { network: { shared: true } });
      const { id: subnet_id } = await subnet(id!, '10.3.0.0/24');
      const { id: router } = await make(api, 'routers', { router: {} }, 'demo');
      const path = `routers/${router}/add_router_interface`;
      assert.equal(await ask('demo', 'PUT', path, { subnet_id }), 'BadRequest');
      const policy = await share('network', id!, project('demo'));
      assert.equal((await api.request('demo', 'PUT', `/v2.0/${path}`, { subnet_id })).status, 200);
      const [wildcard] = (await policies(id!)).filter(({ target_tenant }) => target_tenant === '*');
      assert.deepEqual(await ask('admin', 'DELETE', `rbac-policies/${wildcard!.id}`), {});
      assert.equal(await ask('admin', 'DELETE', `rbac-policies/${policy}`), 'RbacPolicyInUse');
    });

    test('an external network for one project: gateway and floating IP there, and the policy stays', async () => {
      const { id } = await network();
      await subnet(id!, '10.2.0.0/24');
      const policy = await share('network', id!, project('demo'), 'access_as_external');
      assert.deepEqual(await shown('demo', `networks/${id}`, 'shared', 'router:external'), [false, true]);
      assert.equal(await shown('other', `networks/${id}`), 'NetworkNotFound');
      const gateway = { router: { external_gateway_info: { network_id: id } } };
      assert.equal(await ask('other', 'POST', 'routers', gateway), 'NetworkNotFound');
      const router = await make(api, 'routers', gateway, 'demo');
      const floating = { floatingip: { floating_network_id: id } };
      assert.equal(await ask('other', 'POST', 'floatingips', floating), 'NetworkNotFound');
      await make(api, 'floatingips', floating, 'demo');
      assert.equal(await ask('admin', 'DELETE', `rbac-policies/${policy}`), 'RbacPolicyInUse');
      assert.deepEqual(await ask('demo', 'DELETE', `routers/${router.id}`), {});
      assert.deepEqual(await ask('admin', 'DELETE', `rbac-policies/${policy}`), {});
      assert.deepEqual(await shown('admin', `networks/${id}`, 'router:external'), [false]);
    });

    test('the default external network is for everybody', async () => {
      const external = { name: 'e', 'router:external': true, is_default: true };
      const { id } = await make(api, 'networks', { network: external });
      const [wildcard] = await policies(id!);
      const path = `rbac-policies/${wildcard!.id}`;
      assert.equal(await ask('admin', 'DELETE', path), 'RbacPolicyInUse');
      const narrower = { rbac_policy: { target_tenant: project('demo') } };
      assert.equal(await ask('admin', 'PUT', path, narrower), 'RbacPolicyInUse');
    });

    test('not shared with all any more: those with a policy of their own may stay', async () => {
      const { id } = await make(api, 'networks', { network: { shared: true } });
      const port = await make(api, 'ports', { port: { network_id: id } }, 'demo');
      const internal = { network: { shared: false } };
      assert.equal(await ask('admin', 'PUT', `networks/${id}`, internal), 'InvalidSharedSetting');
      await share('network', id!, project('demo'));
      assert.equal(typeof (await ask('admin', 'PUT', `networks/${id}`, internal)), 'object');
      assert.equal((await policies(id!)).length, 1);
      assert.deepEqual(await ask('demo', 'DELETE', `ports/${port.id}`), {});
    });

    test('a policy does not become another one', async () => {
      const group = await make(api, 'security-groups', { security_group: { name: 'g' } });
      await share('security_group', group.id!, '*');
      const second = await share('security_group', group.id!, project('demo'));
      const toAll = { rbac_policy: { target_tenant: '*' } };
      assert.equal(await ask('admin', 'PUT', `rbac-policies/${second}`, toAll), 'DuplicateRbacPolicy');
      assert.deepEqual(await ask('admin', 'DELETE', `security-groups/${group.id}`), {});
      assert.deepEqual(await policies(group.id!), []);
    });

    test('of equal policies made at once one is', async () => {
      const { id } = await network();
      const body = policyOf('network', id!, 'access_as_shared', project('demo'));
      const made = await Promise.all([1, 2, 3].map(() => ask('admin', 'POST', 'rbac-policies', body)));
      assert.deepEqual(
        made.filter((one) => typeof one === 'string'),
        ['DuplicateRbacPolicy', 'DuplicateRbacPolicy'],
      );
    });

    test('of two policies that let a user in, both gone at once, one stays', async () => {
      const { id } = await network();
      const both = [await share('network', id!, '*'), await share('network', id!, project('demo'))];
      await make(api, 'ports', { port: { network_id: id } }, 'demo');
      const gone = await Promise.all(both.map((policy) => ask('admin', 'DELETE', `rbac-policies/${policy}`)));
      assert.deepEqual(
        gone.filter((one) => typeof one === 'string'),
        ['RbacPolicyInUse'],
      );
      assert.equal((await policies(id!)).length, 1);
    });

    test('a policy goes once, by itself or with its object', async () => {
      const { id } = await network();
      const policy = `rbac-policies/${await share('network', id!, project('demo'))}`;
      const twice = await Promise.all([policy, policy].map((path) => ask('admin', 'DELETE', path)));
      assert.deepEqual(
        twice.filter((one) => typeof one === 'string'),
        ['RbacPolicyNotFound'],
      );
      for (let round = 0; round < 5; round++) {
        const { id: other } = await network();
        const shared = `rbac-policies/${await share('network', other!, project('demo'))}`;
        const [itself, object] = await Promise.all(
          [shared, `networks/${other}`].map((path) => ask('admin', 'DELETE', path)),
        );
        assert.deepEqual(object, {});
        if (typeof itself === 'string') assert.equal(itself, 'RbacPolicyNotFound');
      }
    });

    test('policies have a quota', async () => {
      await api.request('admin', 'PUT', `/v2.0/quotas/${project('other')}`, { quota: { rbac_policy: 1 } });
      const { id } = await network('other');
      const body = (target: string) => policyOf('network', id!, 'access_as_shared', target);
      assert.equal(typeof (await ask('other', 'POST', 'rbac-policies', body('a'))), 'object');
      assert.equal(await ask('other', 'POST', 'rbac-policies', body('b')), 'OverQuota');
    });

    test('each project sees the policies that it made', async () => {
      const { id } = await network('demo');
      const body = policyOf('network', id!, 'access_as_shared', project('other'));
      const { id: policy } = await make(api, 'rbac-policies', body, 'demo');
      assert.deepEqual(await shown('demo', `rbac-policies/${policy}`, 'target_tenant'), [project('other')]);
      assert.equal(await shown('other', `rbac-policies/${policy}`), 'RbacPolicyNotFound');
      assert.deepEqual(await shown('other', `networks/${id}`, 'shared'), [true]);
    });
  });
}
