import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json } from '../../../messaging/transport.ts';
import { adminContext } from '../../../rpc/context.ts';
import { networkUpdate } from '../../../rpc/l2agent.ts';
import { databases, type TestDatabase } from '../../db/testing.ts';
import { reportedAgent, serverOn, type TestServer } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const member: RequestContext = { ...admin, projectId: 'p2', isAdmin: false };

/** The configuration that a cloud with QoS has beside the guide's. */
const QOS = `
[DEFAULT]
service_plugins = router,qos
[ml2]
extension_drivers = port_security,qos
`;

for (const [dialect, open] of Object.entries(databases())) {
  describe(`quality of service on ${dialect}`, () => {
    let db: TestDatabase;
    let server: TestServer;
    /** Pushes that agents heard: the event, and the object's data. */
    const pushed: [string, Item][] = [];
    before(async () => {
      db = await open();
      server = await serverOn(db, QOS);
      await reportedAgent(db, 'Linux bridge agent', 'compute', {
        bridge_mappings: {},
        interface_mappings: {},
        tunnel_types: ['vxlan'],
        tunneling_ip: '10.0.0.1',
      });
      const push = async (_: unknown, args: { [key: string]: Json }) => {
        const [object] = args.resource_list as { [key: string]: Json }[];
        pushed.push([args.event_type as string, object!['versioned_object.data'] as Item]);
        return null;
      };
      await server.transport.listen('neutron-vo-QosPolicy-1.10', 'host', [
        { version: '1.1', methods: { push } },
      ]);
    });
    after(async () => {
      await server.end();
      await db.close();
    });

    const { policies, services, rules } = {
      services: () => server.api.services,
      policies: () => server.api.services.qos_policy!,
      rules: (type: string, policy: Item): ResourceService =>
        server.api.children![`qos_${type}_rule` as 'qos_bandwidth_limit_rule']!(policy.id as string),
    };
    const make = async (service: ResourceService, item: Item, context = admin): Promise<Item> =>
      (await service.create!(context, [{ tenant_id: context.projectId, ...item }]))[0]!;
    const makePolicy = (item: Item = {}) =>
      make(policies(), { name: 'q', description: '', shared: false, is_default: false, ...item });
    const limit = (policy: Item, item: Item = {}) =>
      make(rules('bandwidth_limit', policy), {
        max_kbps: 1000,
        max_burst_kbps: 0,
        direction: 'egress',
        ...item,
      });
    const network = (item: Item = {}) => make(services().network!, { name: 'n', ...item });
    const portOn = (net: Item, item: Item = {}) =>
      make(services().port!, { network_id: net.id, name: '', device_owner: '', device_id: '', ...item });
    const fails = (promise: Promise<unknown>, type: string, message?: string) =>
      assert.rejects(promise, message === undefined ? { type } : { type, message });
    const idOf = ({ id }: Item) => id as string;

    test('a policy shows its rules of all kinds; each change is a revision', async () => {
      const policy = await makePolicy();
      assert.deepEqual([policy.revision_number, policy.rules], [0, []]);
      const first = await limit(policy);
      await make(rules('dscp_marking', policy), { dscp_mark: 26 });
      await rules('bandwidth_limit', policy).update!(admin, idOf(first), { max_kbps: 2000 });
      const { rules: shown, revision_number } = await policies().get(admin, idOf(policy));
      assert.equal(revision_number, 3);
      const [bandwidth, mark] = shown as Item[];
      const rest = { id: first.id, qos_policy_id: policy.id, type: 'bandwidth_limit' };
      assert.deepEqual(bandwidth, { max_kbps: 2000, max_burst_kbps: 0, direction: 'egress', ...rest });
      assert.deepEqual([mark!.type, mark!.dscp_mark], ['dscp_marking', 26]);
      assert.equal(
        (await rules('bandwidth_limit', policy).list(admin, { filters: {}, sorts: [] })).length,
        1,
      );
      await rules('bandwidth_limit', policy).delete!(admin, idOf(first));
      assert.equal(((await policies().get(admin, idOf(policy))).rules as Item[]).length, 1);
    });

    test('rules that contradict each other are refused', async () => {
      const policy = await makePolicy();
      const { id } = await limit(policy);
      await fails(
        limit(policy),
        'QoSRulesConflict',
        `Rule bandwidth_limit conflicts with rule ${id} which already exists in QoS Policy ${policy.id}.`,
      );
      await limit(policy, { direction: 'ingress' });
      await fails(
        make(rules('minimum_bandwidth', policy), { min_kbps: 1001, direction: 'egress' }),
        'QoSRuleParameterConflict',
        `Unable to add the rule with value 1001 to the policy ${policy.id} as the existing rule of type bandwidth_limit has value 1000.`,
      );
      await make(rules('minimum_bandwidth', policy), { min_kbps: 900, direction: 'egress' });
      await fails(
        rules('bandwidth_limit', policy).update!(admin, id as string, { max_kbps: 899 }),
        'QoSRuleParameterConflict',
      );
      await make(rules('minimum_packet_rate', policy), { min_kpps: 1, direction: 'any' });
      await fails(
        make(rules('minimum_packet_rate', policy), { min_kpps: 1, direction: 'egress' }),
        'QoSRuleParameterConflict',
      );
    });

    test('rules are found, changed and deleted by their id alone', async () => {
      const policy = await makePolicy();
      const { id } = await limit(policy);
      const alias = services().qos_alias_bandwidth_limit_rule!;
      assert.equal((await alias.get(admin, id as string)).max_kbps, 1000);
      await alias.update!(admin, id as string, { max_kbps: 5 });
      assert.equal((await alias.get(admin, id as string)).max_kbps, 5);
      await alias.delete!(admin, id as string);
      await fails(alias.get(admin, id as string), 'QosRuleNotFound');
      await fails(services().qos_alias_dscp_marking_rule!.get(admin, 'none'), 'QosRuleNotFound');
    });

    test('a port has its own policy or that of its network, and agents are told both', async () => {
      const [own, common] = [await makePolicy(), await makePolicy()];
      const net = await network({ qos_policy_id: common.id });
      assert.equal(net.qos_policy_id, common.id);
      const port = await portOn(net, { qos_policy_id: own.id, 'binding:host_id': 'compute' });
      assert.deepEqual([port.qos_policy_id, port.qos_network_policy_id], [own.id, common.id]);
      const args = { devices: [port.id as string], agent_id: 'a', host: 'compute' };
      const details = async () => {
        const endpoint = server.endpoints['q-plugin']!.find(
          ({ methods }) => 'get_devices_details_list_and_failed_devices' in methods,
        )!;
        const answer = (await endpoint.methods.get_devices_details_list_and_failed_devices!(
          adminContext(),
          args,
        )) as {
          devices: Item[];
        };
        return [answer.devices[0]!.qos_policy_id, answer.devices[0]!.qos_network_policy_id];
      };
      assert.deepEqual(await details(), [own.id, common.id]);
      await services().port!.update!(admin, idOf(port), { qos_policy_id: null });
      assert.deepEqual(await details(), [null, common.id]);
      await services().network!.update!(admin, idOf(net), { qos_policy_id: null });
      assert.deepEqual(await details(), [null, null]);
    });

    test('agents are told of networks that get another policy', async () => {
      const net = await network();
      const { id } = await makePolicy();
      const heard: unknown[] = [];
      const network_update = async (_: unknown, args: { [key: string]: Json }) => {
        heard.push((args.network as Item).qos_policy_id);
        return null;
      };
      await server.transport.listen(networkUpdate.topic, 'h', [
        { version: networkUpdate.version, methods: { network_update } },
      ]);
      const changed = await services().network!.update!(admin, idOf(net), { qos_policy_id: id });
      assert.equal(changed.qos_policy_id, id);
      await services().network!.update!(admin, idOf(net), { name: 'other' });
      await server.settle();
      assert.deepEqual(heard, [id]);
    });

    test('a policy in use is not deleted', async () => {
      const policy = await makePolicy();
      const net = await network({ qos_policy_id: policy.id });
      await fails(
        policies().delete!(admin, idOf(policy)),
        'QosPolicyInUse',
        `QoS Policy ${policy.id} is used by network ${net.id}.`,
      );
      const port = await portOn(net, { qos_policy_id: policy.id });
      await fails(
        policies().delete!(admin, idOf(policy)),
        'QosPolicyInUse',
        `QoS Policy ${policy.id} is used by port ${port.id}.`,
      );
      await services().port!.delete!(admin, idOf(port));
      await services().network!.delete!(admin, idOf(net));
      await policies().delete!(admin, idOf(policy));
      await fails(policies().get(admin, idOf(policy)), 'QosPolicyNotFound');
    });

    test('what no driver of a port can apply is refused, whatever comes first', async () => {
      const policy = await makePolicy();
      await make(rules('minimum_bandwidth', policy), { min_kbps: 1, direction: 'egress' });
      const net = await network();
      const port = await portOn(net);
      await fails(
        services().port!.update!(admin, idOf(port), { qos_policy_id: policy.id }),
        'QosRuleNotSupported',
        `Rule minimum_bandwidth is not supported by port ${port.id}`,
      );
      await fails(portOn(net, { qos_policy_id: policy.id }), 'QosRuleNotSupported');
      await fails(
        services().network!.update!(admin, idOf(net), { qos_policy_id: policy.id }),
        'QosRuleNotSupportedByNetwork',
        `Rule minimum_bandwidth is not supported by network ${net.id}`,
      );
      const other = await makePolicy();
      await services().port!.update!(admin, idOf(port), { qos_policy_id: other.id });
      const rate = { max_kpps: 1, max_burst_kpps: 0, direction: 'egress' };
      await fails(make(rules('packet_rate_limit', other), rate), 'QosRuleNotSupported');
      await limit(other);
      const card = await portOn(net, { 'binding:vnic_type': 'direct' });
      await fails(
        services().port!.update!(admin, idOf(card), { qos_policy_id: other.id }),
        'QosRuleNotSupported',
      );
    });

    test('a project has one default, which its new networks get', async () => {
      const policy = await makePolicy({ is_default: true });
      assert.deepEqual([policy.is_default, policy.revision_number], [true, 1]);
      await fails(
        makePolicy({ is_default: true }),
        'QoSPolicyDefaultAlreadyExists',
        'A default QoS policy exists for project p1.',
      );
      assert.equal((await network()).qos_policy_id, policy.id);
      await policies().update!(admin, idOf(policy), { is_default: false });
      assert.equal((await network()).qos_policy_id, null);
      assert.equal((await policies().get(admin, idOf(policy))).is_default, false);
    });

    test('a project uses policies that are shared with it, and no others', async () => {
      const policy = await makePolicy();
      await fails(policies().get(member, idOf(policy)), 'QosPolicyNotFound');
      const ask = { name: 'n', qos_policy_id: policy.id };
      await fails(make(services().network!, ask, member), 'QosPolicyNotFound');
      await policies().update!(admin, idOf(policy), { shared: true });
      assert.equal((await policies().get(member, idOf(policy))).shared, true);
      const net = await make(services().network!, ask, member);
      assert.equal(net.qos_policy_id, policy.id);
      await fails(policies().update!(admin, idOf(policy), { shared: false }), 'RbacPolicyInUse');
      await services().network!.update!(member, idOf(net), { qos_policy_id: null });
      await policies().update!(admin, idOf(policy), { shared: false });
      await fails(policies().get(member, idOf(policy)), 'QosPolicyNotFound');
      await services().network!.update!(admin, idOf(net), { qos_policy_id: policy.id });
      await fails(
        services().network!.update!(member, idOf(net), { qos_policy_id: null }),
        'PolicyRemoveAuthorizationError',
        `Failed to remove provided policy ${policy.id} because you are not authorized.`,
      );
      const share = { object_type: 'qos_policy', object_id: policy.id, action: 'access_as_shared' };
      await make(services().rbac_policy!, { ...share, target_tenant: 'p2' });
      assert.equal((await policies().get(member, idOf(policy))).shared, true);
    });

    test('agents are told of every change and may ask', async () => {
      const policy = await makePolicy();
      await server.settle();
      pushed.length = 0;
      const { id } = await limit(policy);
      await policies().update!(admin, idOf(policy), { name: 'new' });
      await server.settle();
      const rule = {
        'versioned_object.name': 'QosBandwidthLimitRule',
        'versioned_object.namespace': 'versionedobjects',
        'versioned_object.version': '1.5',
        'versioned_object.data': {
          max_kbps: 1000,
          max_burst_kbps: 0,
          direction: 'egress',
          id,
          qos_policy_id: policy.id,
        },
      };
      assert.deepEqual(
        pushed.map(([event, data]) => [event, data.name, data.rules]),
        [
          ['updated', 'q', [rule]],
          ['updated', 'new', [rule]],
        ],
      );
      const keys = [
        'id',
        'project_id',
        'name',
        'shared',
        'is_default',
        'description',
        'created_at',
        'updated_at',
      ];
      assert.deepEqual(Object.keys(pushed[0]![1]).sort(), [...keys, 'revision_number', 'rules'].sort());
      const endpoint = server.endpoints['q-plugin']!.find(({ methods }) => 'pull' in methods)!;
      const asked = { resource_type: 'QosPolicy', version: '1.10' };
      const one = (await endpoint.methods.pull!(adminContext(), {
        ...asked,
        resource_id: idOf(policy),
      })) as Item;
      assert.deepEqual(one['versioned_object.data'], pushed[1]![1]);
      const many = await endpoint.methods.bulk_pull!(adminContext(), {
        ...asked,
        filter_kwargs: { id: [idOf(policy)] },
      });
      assert.deepEqual(many, [one]);
      pushed.length = 0;
      await policies().delete!(admin, idOf(policy));
      await server.settle();
      assert.deepEqual(pushed, [['deleted', { id: policy.id, shared: false, is_default: false }]]);
    });

    test('the kinds of rules that the driver applies, and all that there are', async () => {
      const types = services().qos_rule_type!;
      const shown = async (filters: Record<string, unknown[]>) =>
        (await types.list(admin, { filters, sorts: [] })).map(({ type }) => type);
      assert.deepEqual(await shown({}), ['bandwidth_limit', 'dscp_marking']);
      assert.equal((await shown({ all_rules: [true] })).length, 5);
      const [driver] = (await types.get(admin, 'dscp_marking')).drivers as Item[];
      assert.equal(driver!.name, 'linuxbridge');
      await fails(types.get(member, 'dscp_marking'), 'NotAuthorized');
    });
  });
}
