import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json } from '../../../messaging/transport.ts';
import { adminContext } from '../../../rpc/context.ts';
import type { FilteredPort, FirewallRule, SecurityGroupInfo } from '../../../rpc/securitygroups.ts';
import { databases, type TestDatabase } from '../../db/testing.ts';
import { serverOn, type TestServer } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
/** Rules in an order that does not depend on their ids. */
const byText = (rules: readonly FirewallRule[]) =>
  rules.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

for (const [dialect, open] of Object.entries(databases())) {
  describe(`address groups on ${dialect}`, () => {
    let db: TestDatabase;
    let server: TestServer;
    let groups: ResourceService;
    /** Pushes that agents heard: the event, and the object's data. */
    const pushed: [string, Json][] = [];
    before(async () => {
      db = await open();
      server = await serverOn(db);
      groups = server.api.services.address_group!;
      const push = async (_: unknown, args: { [key: string]: Json }) => {
        const [object] = args.resource_list as { [key: string]: Json }[];
        pushed.push([args.event_type as string, object!['versioned_object.data']!]);
        return null;
      };
      const topic = 'neutron-vo-AddressGroup-1.2';
      await server.transport.listen(topic, 'host', [{ version: '1.1', methods: { push } }]);
    });
    after(async () => {
      await server.end();
      await db.close();
    });

    const make = async (service: ResourceService | undefined, item: Item): Promise<Item> =>
      (await service!.create!(admin, [{ tenant_id: 'p1', ...item }]))[0]!;
    const makeGroup = (addresses: string[]) => make(groups, { name: 'g', description: '', addresses });
    const act = (action: string, id: unknown, addresses: string[]) =>
      groups.actions![action]!(admin, id as string, { addresses });
    const addressesOf = async (id: unknown) => (await groups.get(admin, id as string)).addresses;
    const ruleFor = async (remote_address_group_id: unknown) => {
      const group = await make(server.api.services.security_group, { name: 'sg' });
      const rule = { direction: 'ingress', ethertype: 'IPv4', remote_address_group_id };
      await make(server.api.services.security_group_rule, { security_group_id: group.id, ...rule });
      return group;
    };

    test('agents are told of every change, and of nothing else', async () => {
      pushed.length = 0;
      const { id } = await makeGroup(['10.1.2.3/24']);
      await act('add_addresses', id, ['FD00:0::1/64']);
      await act('add_addresses', id, []);
      await groups.update!(admin, id as string, { name: 'new' });
      await groups.delete!(admin, id as string);
      await server.settle();
      const address = (address: string) => ({
        'versioned_object.name': 'AddressAssociation',
        'versioned_object.namespace': 'versionedobjects',
        'versioned_object.version': '1.0',
        'versioned_object.data': { address, address_group_id: id },
      });
      assert.deepEqual(
        pushed.map(([event, data]) => [event, (data as Item).name, (data as Item).addresses]),
        [
          ['updated', 'g', [address('10.1.2.0/24')]],
          ['updated', 'g', [address('10.1.2.0/24'), address('fd00::/64')]],
          ['updated', 'new', [address('10.1.2.0/24'), address('fd00::/64')]],
          ['deleted', undefined, undefined],
        ],
      );
      assert.deepEqual(pushed.at(-1)![1], { id, shared: false });
    });

    test('agents may ask for groups', async () => {
      const { id } = await makeGroup(['10.1.0.0/16']);
      const pull = (method: string, args: { [key: string]: Json }) =>
        server.transport.call(
          { topic: 'q-plugin', version: '1.1' },
          method,
          { resource_type: 'AddressGroup', version: '1.2', ...args },
          adminContext(),
        ) as Promise<Item>;
      const one = await pull('pull', { resource_id: id as string });
      assert.equal((one['versioned_object.data'] as Item).id, id);
      assert.deepEqual(await pull('bulk_pull', { filter_kwargs: { id: [id as string] } }), [one]);
      assert.equal(await pull('pull', { resource_id: 'none' }), null);
    });

    test('what many add at once is there once', async () => {
      const { id } = await makeGroup([]);
      const add = (address: string) => act('add_addresses', id, [address]);
      const same = await Promise.allSettled([1, 2, 3].map(() => add('10.0.0.0/8')));
      assert.equal(same.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of same) {
        if (outcome.status === 'rejected') assert.equal(outcome.reason.type, 'AddressesAlreadyExist');
      }
      await Promise.all(['1.1.1.1', '2.2.2.2', '3.3.3.3'].map(add));
      assert.deepEqual(await addressesOf(id), ['1.1.1.1/32', '10.0.0.0/8', '2.2.2.2/32', '3.3.3.3/32']);
    });

    test('what many take away at once is gone once, also the group itself', async () => {
      const { id } = await makeGroup(['10.0.0.0/8', '11.0.0.0/8']);
      const refusals = async (doing: () => Promise<unknown>) =>
        (await Promise.allSettled([1, 2, 3].map(doing))).flatMap((outcome) =>
          outcome.status === 'rejected' ? [outcome.reason.type] : [],
        );
      const twice = (type: string) => [type, type];
      assert.deepEqual(
        await refusals(() => act('remove_addresses', id, ['10.0.0.0/8'])),
        twice('AddressesNotFound'),
      );
      assert.deepEqual(await addressesOf(id), ['11.0.0.0/8']);
      assert.deepEqual(
        await refusals(() => groups.delete!(admin, id as string)),
        twice('AddressGroupNotFound'),
      );
    });

    test('a group goes, or a rule begins to use it; never both', async () => {
      for (let round = 0; round < 5; round++) {
        const { id } = await makeGroup([]);
        const [deleted, used] = await Promise.allSettled([groups.delete!(admin, id as string), ruleFor(id)]);
        const types = [deleted, used].flatMap((one) => (one.status === 'rejected' ? [one.reason.type] : []));
        assert(['AddressGroupInUse', 'AddressGroupNotFound'].includes(types[0]), String(types));
        assert.equal(types.length, 1);
        const rules = await db.kysely
          .selectFrom('securitygrouprules')
          .selectAll()
          .where('remote_address_group_id', '=', id as string)
          .execute();
        assert.equal(rules.length, used.status === 'fulfilled' ? 1 : 0);
      }
    });

    test('agents get what Python Neutron tells them about rules, addresses and members', async () => {
      const { services } = server.api;
      const { id } = await makeGroup(['10.1.0.0/16', 'fd00::/64']);
      const group = (await make(services.security_group, { name: 'sg', stateful: false })).id as string;
      const ofGroup = { security_group_id: group, direction: 'ingress', ethertype: 'IPv4' };
      const rules = [
        { remote_address_group_id: id },
        { remote_ip_prefix: '10.3.4.5/24', protocol: 'tcp', port_range_min: 1, port_range_max: 2 },
        { remote_group_id: group, protocol: 'udp' },
      ];
      for (const rule of rules) await make(services.security_group_rule, { ...ofGroup, ...rule });
      const network = await make(services.network, { name: 'n' });
      const ofNetwork = { network_id: network.id, tenant_id: 'p1' };
      await make(services.subnet, { ...ofNetwork, cidr: '10.77.0.0/24', ip_version: 4, enable_dhcp: false });
      const port = await make(services.port, {
        ...ofNetwork,
        security_groups: [group],
        device_owner: 'compute:nova',
        fixed_ips: [{ ip_address: '10.77.0.5' }],
        allowed_address_pairs: [{ ip_address: '10.77.0.9' }],
      });
      const portId = port.id as string;
      const device = `tap${portId.slice(0, 11)}`;
      const ask = (method: string, how: { call_version?: string } = {}) =>
        server.transport.call(
          { topic: 'q-plugin', version: '1.3' },
          method,
          { devices: [device], ...how },
          adminContext(),
        );

      const infoOf = async (how?: { call_version: string }) =>
        (await ask('security_group_info_for_devices', how)) as unknown as SecurityGroupInfo;
      const info = await infoOf({ call_version: '1.3' });
      const rule = { direction: 'ingress', ethertype: 'IPv4', stateful: false };
      const tcp = { protocol: 'tcp', port_range_min: 1, port_range_max: 2, source_ip_prefix: '10.3.4.5/24' };
      assert.deepEqual(byText(info.security_groups[group]!), [
        { ...rule, direction: 'egress' },
        { ...rule, direction: 'egress', ethertype: 'IPv6' },
        { ...rule, ...tcp },
        { ...rule, protocol: 'udp', remote_group_id: group },
        { ...rule, remote_address_group_id: id },
      ]);
      assert.deepEqual(info.sg_member_ips, {
        [group]: {
          IPv4: [
            ['10.77.0.5', null],
            ['10.77.0.9', port.mac_address],
          ],
        },
        [id as string]: { IPv4: [['10.1.0.0/16', null]] },
      });
      const { sg_member_ips: bare } = await infoOf();
      assert.deepEqual(bare[group], { IPv4: ['10.77.0.5', '10.77.0.9'] }, 'as an agent before 1.3 knows it');
      const asked = info.devices[portId]!;
      assert.deepEqual(asked.security_group_source_groups, [group]);
      assert.deepEqual(asked.security_group_remote_address_groups, [id]);

      const older = (await ask('security_group_rules_for_devices')) as unknown as Record<
        string,
        FilteredPort
      >;
      const plain = { security_group_id: group, direction: 'ingress', ethertype: 'IPv4' };
      const provided = asked.security_group_rules;
      const own = older[portId]!.security_group_rules.slice(0, -provided.length);
      assert.deepEqual(byText(own), [
        { ...plain, direction: 'egress' },
        { ...plain, direction: 'egress', ethertype: 'IPv6' },
        { ...plain, ...tcp },
        { ...plain, protocol: 'udp', remote_group_id: group, source_ip_prefix: '10.77.0.9/32' },
        { ...plain, remote_address_group_id: id, source_ip_prefix: '10.1.0.0/16' },
      ]);
    });
  });
}
