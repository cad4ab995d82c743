import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eui64Address } from '../../net/mac.ts';
import { NeutronError } from '../errors/index.ts';
import type { Item } from '../services/service.ts';
import { transact } from '../services/work.ts';
import { reportedAgent } from '../testing.ts';
import { admin, type CoreForTest, coreForTest, member } from './testing.ts';

const everything = { filters: {}, sorts: [] };
const id = (item: Item): string => item.id as string;

describe('the core plugin', () => {
  let core: CoreForTest;
  const context = admin();
  before(async () => {
    core = await coreForTest();
    const agent = { interface_mappings: { public: 'eno1' }, tunnel_types: ['vxlan'], l2_population: true };
    await reportedAgent(core.server.db, 'Linux bridge agent', 'compute', {
      ...agent,
      tunneling_ip: '10.0.0.65',
    });
    await reportedAgent(core.server.db, 'Linux bridge agent', 'controller', {
      ...agent,
      tunneling_ip: '10.0.0.66',
    });
  });
  after(() => core.close());

  const network = async (values: Item = {}): Promise<Item> =>
    (await core.networks.create!(context, [{ name: 'n', tenant_id: 'admin', ...values }]))[0]!;
  const subnet = async (network_id: string, cidr: string, values: Item = {}): Promise<Item> => {
    const ip_version = cidr.includes(':') ? 6 : 4;
    const given = { name: '', tenant_id: 'admin', network_id, cidr, ip_version, ...values };
    return (await core.subnets.create!(context, [given]))[0]!;
  };
  const port = async (network_id: string, values: Item = {}): Promise<Item> =>
    (await core.ports.create!(context, [{ name: '', tenant_id: 'admin', network_id, ...values }]))[0]!;
  const addresses = (item: Item): string[] =>
    (item.fixed_ips as { ip_address: string }[]).map(({ ip_address }) => ip_address);
  const refused = (promise: Promise<unknown>, type: string, text: RegExp = /./) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof NeutronError);
      assert.equal(error.type, type, error.message);
      assert.match(error.message, text);
      return true;
    });

  describe('networks', () => {
    it('get a VNI of the range, its MTU, and a default security group for their project', async () => {
      const made = await network({ tenant_id: 'fresh' });
      assert.equal(made['provider:network_type'], 'vxlan');
      const vni = made['provider:segmentation_id'] as number;
      assert.ok(vni >= 1 && vni <= 1000);
      assert.equal(made.mtu, 1450);
      assert.equal(made.revision_number, 1);
      assert.equal(made.is_default, false);
      assert.equal('is_default' in (await core.networks.get(context, id(made))), false);
      const groups = await core.securityGroups.list(member('fresh'), everything);
      assert.deepEqual(
        groups.map((group) => [group.name, (group.security_group_rules as Item[]).length]),
        [['default', 4]],
      );
    });

    it('refuses what its type cannot be', async () => {
      const flat = { 'provider:network_type': 'flat', 'provider:physical_network': 'public' };
      const public1 = await network({ ...flat, shared: true, 'router:external': true });
      assert.equal(public1.mtu, 1500);
      assert.deepEqual([public1.shared, public1['router:external']], [true, true]);
      await refused(network(flat), 'FlatNetworkInUse', /Physical network public is in use\.$/);
      await refused(
        network({ ...flat, 'provider:physical_network': 'nope' }),
        'InvalidInput',
        /physical_network 'nope' unknown for flat provider network\.$/,
      );
      await refused(
        network({ 'provider:network_type': 'gre2' }),
        'InvalidInput',
        /network_type value 'gre2' not/,
      );
      await refused(network({ 'provider:segmentation_id': 5 }), 'InvalidInput', /network_type required/);
      await refused(network({ mtu: 9000 }), 'InvalidInput', /Requested MTU is too big, maximum is 1450/);
      const vxlan = { 'provider:network_type': 'vxlan', 'provider:segmentation_id': 2000 };
      const made = await network(vxlan);
      await refused(network(vxlan), 'TunnelIdInUse', /The tunnel ID 2000 is in use/);
      await core.networks.delete!(context, id(made));
      await core.networks.delete!(context, id(await network(vxlan)));
    });

    it('takes VLAN tags of a range until none is left, and any given one', async () => {
      const vlan = { 'provider:network_type': 'vlan', 'provider:physical_network': 'physnet1' };
      const tags = [await network(vlan), await network(vlan)].map((made) => made['provider:segmentation_id']);
      assert.deepEqual(tags.sort(), [100, 101]);
      await refused(network(vlan), 'NoNetworkAvailable');
      await refused(network({ ...vlan, 'provider:segmentation_id': 100 }), 'VlanIdInUse', /The VLAN 100 on/);
      assert.equal((await network({ ...vlan, 'provider:segmentation_id': 7 })).mtu, 1500);
    });

    it('are seen by their project, those they are shared with, and all when external', async () => {
      const own = await network({ tenant_id: 'p1' });
      const shared = await network({ shared: true });
      const hidden = await network();
      const seen = (await core.networks.list(member('p1'), everything)).map(id);
      assert.ok(seen.includes(id(own)) && seen.includes(id(shared)) && !seen.includes(id(hidden)));
      await refused(core.networks.get(member('p1'), id(hidden)), 'NetworkNotFound');
      const theirs = await core.networks.list(member('p1'), { ...everything, filters: { shared: [true] } });
      assert.ok(theirs.every((item) => item.shared === true) && theirs.map(id).includes(id(shared)));
    });

    it('change, count revisions, and keep the MTU within their segment', async () => {
      const made = await network();
      const changed = await core.networks.update!(context, id(made), {
        name: 'x',
        description: 'd',
        mtu: 1400,
      });
      assert.deepEqual(
        [changed.name, changed.description, changed.mtu, changed.revision_number],
        ['x', 'd', 1400, 2],
      );
      const unchanged = await core.networks.update!(context, id(made), {});
      assert.equal(unchanged.revision_number, 2);
      await refused(core.networks.update!(context, id(made), { mtu: 1500 }), 'InvalidInput');
      await refused(
        core.networks.update!(context, id(made), { 'provider:segmentation_id': 501 }),
        'InvalidInput',
        /Only VLAN type networks can be updated\.\.$/,
      );
    });
  });

  describe('subnets', () => {
    it('have a gateway and pools of their own, stored also for Python', async () => {
      const net = await network();
      const made = await subnet(id(net), '10.2.0.5/24');
      assert.deepEqual(
        [made.cidr, made.gateway_ip, made.allocation_pools, made.revision_number],
        ['10.2.0.0/24', '10.2.0.1', [{ start: '10.2.0.2', end: '10.2.0.254' }], 0],
      );
      const row = await core.server.db.kysely
        .selectFrom('ipamsubnets')
        .innerJoin('ipamallocationpools', 'ipamallocationpools.ipam_subnet_id', 'ipamsubnets.id')
        .select(['first_ip', 'last_ip'])
        .where('neutron_subnet_id', '=', id(made))
        .execute();
      assert.deepEqual(row, [{ first_ip: '10.2.0.2', last_ip: '10.2.0.254' }]);
      assert.equal((await core.networks.get(context, id(net))).revision_number, 2);
    });

    const bad: readonly [string, string, Item, string, RegExp][] = [
      ['an overlap', '10.1.0.0/25', {}, 'InvalidInput', /overlaps with another subnet\.$/],
      ['DHCP in a /32', '10.3.0.1/32', {}, 'InvalidInput', /prefix length that is incompatible with DHCP/],
      ['multicast', '224.0.0.0/24', {}, 'InvalidInput', /Multicast IP subnet/],
      ['loopback', '127.0.0.0/24', {}, 'InvalidInput', /Loopback IP subnet/],
      ['0.0.0.0/0', '0.0.0.0/0', {}, 'InvalidInput', /First IP '0\.0\.0\.0' of network/],
      [
        'the wrong version',
        '10.3.0.0/24',
        { ip_version: 6 },
        'InvalidInput',
        /cidr '10.3.0.0\/24' does not match/,
      ],
      [
        'the network as gateway',
        '10.3.0.0/24',
        { gateway_ip: '10.3.0.0' },
        'InvalidInput',
        /Gateway is not valid/,
      ],
      [
        'a gateway in a pool',
        '10.3.0.0/24',
        { gateway_ip: '10.3.0.10', allocation_pools: [{ start: '10.3.0.5', end: '10.3.0.20' }] },
        'GatewayConflictWithAllocationPools',
        /Gateway ip 10.3.0.10 conflicts with allocation pool 10.3.0.5-10.3.0.20\.$/,
      ],
      [
        'a pool outside',
        '10.3.0.0/24',
        { allocation_pools: [{ start: '10.9.0.5', end: '10.9.0.20' }] },
        'OutOfBoundsAllocationPool',
        /10.9.0.5-10.9.0.20 spans beyond the subnet cidr 10.3.0.0\/24\.$/,
      ],
      [
        'a pool upside down',
        '10.3.0.0/24',
        { allocation_pools: [{ start: '10.3.0.20', end: '10.3.0.5' }] },
        'InvalidAllocationPool',
        /The allocation pool \{'start': '10.3.0.20', 'end': '10.3.0.5'\} is not valid\.$/,
      ],
      [
        'overlapping pools',
        '10.3.0.0/24',
        {
          allocation_pools: [
            { start: '10.3.0.5', end: '10.3.0.20' },
            { start: '10.3.0.15', end: '10.3.0.30' },
          ],
        },
        'OverlappingAllocationPools',
        /10.3.0.5-10.3.0.20 10.3.0.15-10.3.0.30 for subnet 10.3.0.0\/24\.$/,
      ],
      [
        'too many name servers',
        '10.3.0.0/24',
        { dns_nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5', '1.1.1.6'] },
        'DNSNameServersExhausted',
        /for new subnet\. The number of DNS nameservers exceeds the limit 5\.$/,
      ],
      [
        'RA in IPv4',
        '10.3.0.0/24',
        { ipv6_ra_mode: 'slaac' },
        'InvalidInput',
        /ipv6_ra_mode is not valid when/,
      ],
      [
        'SLAAC in a /72',
        'fd00::/72',
        { ipv6_ra_mode: 'slaac' },
        'InvalidInput',
        /requires the prefix to be \/64/,
      ],
    ];
    it('refuses what does not go together', async () => {
      const net = await network();
      await subnet(id(net), '10.1.0.0/24');
      for (const [what, cidr, values, type, text] of bad) {
        await refused(subnet(id(net), cidr, values), type, text).catch((error: Error) => {
          error.message = `${what}: ${error.message}`;
          throw error;
        });
      }
      assert.equal(((await core.networks.get(context, id(net))).subnets as string[]).length, 1);
    });

    it('may overlap on different networks', async () => {
      const one = await subnet(id(await network()), '10.0.0.0/24');
      const two = await subnet(id(await network()), '10.0.0.0/24');
      assert.notEqual(one.id, two.id);
    });

    it('change their lists, gateway and pools', async () => {
      const made = await subnet(id(await network()), '10.1.0.0/24');
      const changed = await core.subnets.update!(context, id(made), {
        dns_nameservers: ['9.9.9.9', '1.1.1.1'],
        host_routes: [{ destination: '10.9.0.0/16', nexthop: '10.1.0.9' }],
        allocation_pools: [{ start: '10.1.0.10', end: '10.1.0.100' }],
      });
      assert.deepEqual(changed.dns_nameservers, ['9.9.9.9', '1.1.1.1']);
      assert.deepEqual(changed.allocation_pools, [{ start: '10.1.0.10', end: '10.1.0.100' }]);
      await refused(
        core.subnets.update!(context, id(made), { gateway_ip: '10.1.0.50' }),
        'GatewayConflictWithAllocationPools',
      );
      assert.equal((await core.subnets.update!(context, id(made), { gateway_ip: null })).gateway_ip, null);
    });

    it('stay while a port has an address, and take it from DHCP ports', async () => {
      const net = await network();
      const made = await subnet(id(net), '10.1.0.0/24');
      const dhcp = await port(id(net), { device_owner: 'network:dhcp', device_id: 'd' });
      const used = await port(id(net));
      await refused(
        core.subnets.delete!(context, id(made)),
        'SubnetInUse',
        /One or more ports have an IP allocation from this subnet\.$/,
      );
      await core.ports.delete!(context, id(used));
      await core.subnets.delete!(context, id(made));
      assert.deepEqual(addresses(await core.ports.get(context, id(dhcp))), []);
      await core.networks.delete!(context, id(net));
    });
  });

  describe('ports', () => {
    it('made at once on a network of IPv4, SLAAC and DHCPv6 have an address in each, the one their MAC yields', async () => {
      const made = id(await network());
      await subnet(made, '10.90.0.0/24');
      const mode = (value: string) => ({ ipv6_ra_mode: value, ipv6_address_mode: value });
      await subnet(made, 'fd90::/64', mode('slaac'));
      await subnet(made, 'fd91::/64', mode('dhcpv6-stateful'));
      const several = Array.from({ length: 3 }, (_, at) => ({
        name: `p${at}`,
        tenant_id: 'admin',
        network_id: made,
      }));
      const ports = await core.ports.create!(context, several);
      assert.equal(ports.length, 3);
      assert.equal(new Set(ports.flatMap(addresses)).size, 9);
      for (const one of ports) {
        assert.ok(addresses(one).includes(eui64Address('fd90::/64', one.mac_address as string)));
      }
    });

    it('get an address of each version, and the one their MAC yields', async () => {
      const net = await network();
      await subnet(id(net), '10.1.0.0/24');
      await subnet(id(net), 'fd00:5::/64', { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
      await subnet(id(net), 'fd00:6::/64');
      const made = await port(id(net), { mac_address: 'FA:16:3E:FF:DE:B3' });
      const [v4, slaac, v6] = addresses(made);
      assert.match(v4!, /^10\.1\.0\.\d+$/);
      assert.equal(slaac, 'fd00:5::f816:3eff:feff:deb3');
      assert.match(v6!, /^fd00:6::/);
      assert.deepEqual(
        [made.status, made['binding:vif_type'], made.port_security_enabled, made.revision_number],
        ['DOWN', 'unbound', true, 1],
      );
      assert.equal((made.security_groups as string[]).length, 1);
      const empty = await port(id(net), { fixed_ips: [] });
      assert.equal(addresses(empty).length, 1);
      const moved = await core.ports.update!(context, id(made), { mac_address: 'fa:16:3e:99:99:99' });
      assert.deepEqual(addresses(moved), [v4, 'fd00:5::f816:3eff:fe99:9999', v6]);
    });

    it('of DHCP agents take the first address, and no group', async () => {
      const net = await network();
      await subnet(id(net), '10.1.0.0/24');
      const made = await port(id(net), { device_owner: 'network:dhcp' });
      assert.deepEqual(addresses(made), ['10.1.0.2']);
      assert.deepEqual([made.security_groups, made.port_security_enabled], [[], false]);
    });

    it('use a pool to its end, then the next subnet, then say so', async () => {
      const net = await network();
      const small = { allocation_pools: [{ start: '10.1.0.10', end: '10.1.0.12' }] };
      const one = await subnet(id(net), '10.1.0.0/24', small);
      const made = await core.ports.create!(
        context,
        Array.from({ length: 3 }, () => ({ tenant_id: 'admin', network_id: id(net) })),
      );
      assert.deepEqual(made.flatMap(addresses).sort(), ['10.1.0.10', '10.1.0.11', '10.1.0.12']);
      await refused(port(id(net)), 'IpAddressGenerationFailure', new RegExp(`on network ${id(net)}\\.$`));
      await core.ports.delete!(context, id(made[0]!));
      assert.deepEqual(addresses(await port(id(net))), addresses(made[0]!));
      await subnet(id(net), '10.2.0.0/24');
      assert.match(addresses(await port(id(net)))[0]!, /^10\.2\.0\./);
      await refused(port(id(net), { fixed_ips: [{ subnet_id: id(one) }] }), 'IpAddressGenerationFailure');
    });

    it('refuses addresses, MACs and groups that cannot be', async () => {
      const net = await network();
      const sub = await subnet(id(net), '10.1.0.0/24');
      const taken = await port(id(net), { fixed_ips: [{ ip_address: '10.1.0.50' }] });
      const fixed = (ip_address: string): Item => ({ fixed_ips: [{ ip_address }] });
      await refused(
        port(id(net), fixed('10.1.0.50')),
        'IpAddressAlreadyAllocated',
        new RegExp(`^IP address 10.1.0.50 already allocated in subnet ${id(sub)}$`),
      );
      await refused(port(id(net), fixed('99.9.9.9')), 'InvalidIpForNetwork');
      await refused(port(id(net), fixed('10.1.0.255')), 'InvalidIpForNetwork');
      const nowhere = '00000000-0000-0000-0000-000000000000';
      await refused(port(id(net), { fixed_ips: [{ subnet_id: nowhere }] }), 'SubnetNotFound');
      await refused(port(id(net), { mac_address: taken.mac_address }), 'MacAddressInUse');
      await refused(port(id(net), { security_groups: [nowhere] }), 'SecurityGroupNotFound');
      await refused(port(nowhere), 'NetworkNotFound');
      const open = { port_security_enabled: false };
      await refused(
        port(id(net), { ...open, security_groups: taken.security_groups }),
        'PortSecurityAndIPRequiredForSecurityGroups',
      );
      await refused(
        port(id(net), { ...open, allowed_address_pairs: [{ ip_address: '10.1.0.7' }] }),
        'AddressPairAndPortSecurityRequired',
      );
      assert.deepEqual((await port(id(net), open)).security_groups, []);
      await refused(core.ports.update!(context, id(taken), open), 'PortSecurityPortHasSecurityGroup');
    });

    it('bind to a live agent, or say in words why not', async () => {
      const net = await network();
      const bound = await port(id(net), { 'binding:host_id': 'compute' });
      assert.equal(bound['binding:vif_type'], 'bridge');
      const details = { connectivity: 'l2', port_filter: true };
      assert.deepEqual(bound['binding:vif_details'], details);
      assert.deepEqual((await core.ports.get(context, id(bound)))['binding:vif_details'], {
        ...details,
        bound_drivers: { 0: 'linuxbridge' },
      });
      core.errors.length = 0;
      const lost = await port(id(net), { 'binding:host_id': 'nohost' });
      assert.equal(lost['binding:vif_type'], 'binding_failed');
      const log = core.errors.join('\n');
      assert.match(log, new RegExp(`Failed to bind port ${id(lost)} on host nohost`));
      assert.match(log, /no Linux bridge agent of host nohost has ever reported/);
      assert.match(log, /\[no_agent\]/);
      const here = await core.ports.update!(context, id(lost), { 'binding:host_id': 'compute' });
      assert.equal(here['binding:vif_type'], 'bridge');
      await refused(core.ports.update!(context, id(here), { mac_address: 'fa:16:3e:00:00:01' }), 'PortBound');
      const away = await core.ports.update!(context, id(here), { 'binding:host_id': '' });
      assert.equal(away['binding:vif_type'], 'unbound');
    });

    it('are listed in the same number of queries however many they are', async () => {
      const net = await network();
      await subnet(id(net), '10.1.0.0/16');
      const create = (length: number) =>
        core.ports.create!(
          context,
          Array.from({ length }, () => ({ tenant_id: 'admin', network_id: id(net) })),
        );
      await create(1);
      const query = { filters: { network_id: [id(net)] }, sorts: [] };
      const one = await queries(core, () => core.ports.list(context, query));
      await create(200);
      const many = await queries(core, () => core.ports.list(context, query));
      assert.equal(many, one);
      assert.equal((await core.ports.list(context, query)).length, 201);
    });

    it('of a router stay when the API deletes them', async () => {
      const net = await network();
      await subnet(id(net), '10.1.0.0/24');
      const stray = await port(id(net), { device_owner: 'network:router_interface', device_id: 'gone' });
      await core.ports.delete!(context, id(stray));
      const row = { id: 'router-1', standard_attr_id: 1, status: 'ACTIVE', project_id: 'admin' };
      await core.server.db.kysely.insertInto('routers').values(row).execute();
      const owned = await port(id(net), { device_owner: 'network:router_interface', device_id: 'router-1' });
      await refused(
        core.ports.delete!(context, id(owned)),
        'ServicePortInUse',
        /cannot be deleted directly via the port API: has device owner network:router_interface\.$/,
      );
      await transact(core.server, context, (work) => core.ports.deleteIn(work, id(owned)));
      const shared = await network({ shared: true });
      const theirs = { tenant_id: 'p3', network_id: id(shared), device_id: 'router-1' };
      const claim = { ...theirs, device_owner: 'network:router_interface' };
      await refused(
        core.ports.create!(member('p3'), [claim]),
        'DeviceIDNotOwnedByTenant',
        /device_id router-1/,
      );
    });
  });

  describe('wiring', () => {
    it('leaves a port DOWN whose tap has gone when DHCP agents tell again that all ports are ready', async () => {
      const net = await network();
      await subnet(id(net), '10.2.0.0/24');
      const one = await port(id(net), { 'binding:host_id': 'compute' });
      await core.ports.provisioned(context, id(one), 'DHCP');
      await core.ports.provisioned(context, id(one), 'L2');
      const active = (await core.ports.getIn(core.server.db.kysely, id(one)))!;
      await transact(core.server, context, (work) => core.ports.statuses.set(work, [active], 'DOWN'));
      await core.ports.provisioned(context, id(one), 'DHCP');
      assert.equal((await core.ports.get(context, id(one))).status, 'DOWN');
      await core.ports.provisioned(context, id(one), 'L2');
      assert.equal((await core.ports.get(context, id(one))).status, 'ACTIVE');
    });

    it('makes a port ACTIVE when its agent and DHCP are ready, and tells the others where it is', async () => {
      const net = await network();
      await subnet(id(net), '10.1.0.0/24');
      const one = await port(id(net), { 'binding:host_id': 'compute' });
      const two = await port(id(net), { 'binding:host_id': 'controller' });
      const lone = await port(id(net));
      core.outbox.messages.length = 0;
      await core.ports.provisioned(context, id(one), 'DHCP');
      assert.equal((await core.ports.get(context, id(one))).status, 'DOWN');
      await core.ports.provisioned(context, id(one), 'L2');
      assert.equal((await core.ports.get(context, id(one))).status, 'ACTIVE');
      await core.ports.provisioned(context, id(two), 'L2');
      await core.ports.provisioned(context, id(lone), 'DHCP');
      assert.equal((await core.ports.get(context, id(lone))).status, 'DOWN');
      const fdb = core.outbox.messages.filter(({ method }) => method.endsWith('fdb_entries'));
      const tables = fdb.map(({ target, args }) => [
        target.server ?? 'all',
        (args.fdb_entries as Record<string, { ports: unknown }>)[id(net)]!.ports,
      ]);
      const flood = ['00:00:00:00:00:00', '0.0.0.0'];
      const entry = (made: Item) => [made.mac_address, addresses(made)[0]];
      assert.deepEqual(tables, [
        ['all', { '10.0.0.65': [flood, entry(one)] }],
        ['controller', { '10.0.0.65': [flood, entry(one)] }],
        ['all', { '10.0.0.66': [flood, entry(two)] }],
      ]);
      core.outbox.messages.length = 0;
      await core.ports.delete!(context, id(one));
      const removed = core.outbox.messages.find(({ method }) => method === 'remove_fdb_entries');
      assert.deepEqual((removed!.args.fdb_entries as Record<string, { ports: unknown }>)[id(net)]!.ports, {
        '10.0.0.65': [flood, entry(one)],
      });
    });
  });

  describe('security groups', () => {
    const rule = (security_group_id: string, values: Item): Promise<Item[]> =>
      core.securityGroupRules.create!(context, [
        { tenant_id: 'admin', security_group_id, direction: 'ingress', ethertype: 'IPv4', ...values },
      ]);
    it('start with what goes out, and keep rules that agree', async () => {
      const [group] = await core.securityGroups.create!(context, [{ tenant_id: 'admin', name: 'sg1' }]);
      assert.equal((group!.security_group_rules as Item[]).length, 2);
      const ssh = { protocol: 'tcp', port_range_min: 22, port_range_max: 22 };
      const [made] = await rule(id(group!), ssh);
      const exists = new RegExp(`^Security group rule already exists\\. Rule id is ${id(made!)}\\.$`);
      await refused(rule(id(group!), ssh), 'SecurityGroupRuleExists', exists);
      await refused(rule(id(group!), { ...ssh, protocol: '6' }), 'SecurityGroupRuleExists', exists);
      const [whole] = await rule(id(group!), { protocol: 'udp', port_range_min: 1, port_range_max: 65535 });
      assert.deepEqual([whole!.port_range_min, whole!.port_range_max], [null, null]);
      assert.equal((await core.securityGroups.get(context, id(group!))).revision_number, 3);
      const sent = core.outbox.messages.filter(({ method }) => method === 'security_groups_rule_updated');
      assert.deepEqual(sent.at(-1)?.args, { security_groups: [id(group!)] });
    });

    const bad: readonly [Item, string][] = [
      [{ protocol: 'tcp', port_range_min: 90, port_range_max: 80 }, 'SecurityGroupInvalidPortRange'],
      [{ protocol: 'tcp', port_range_min: 90 }, 'SecurityGroupInvalidPortRange'],
      [{ protocol: 'tcp', port_range_min: 0, port_range_max: 0 }, 'SecurityGroupInvalidPortValue'],
      [{ port_range_min: 1, port_range_max: 2 }, 'SecurityGroupProtocolRequiredWithPorts'],
      [{ protocol: 'icmp', port_range_max: 0 }, 'SecurityGroupMissingIcmpType'],
      [{ protocol: 'icmp', port_range_min: 300 }, 'SecurityGroupInvalidIcmpValue'],
      [{ protocol: 'vrrp', port_range_min: 1, port_range_max: 1 }, 'SecurityGroupInvalidProtocolForPort'],
      [{ protocol: 'icmpv6' }, 'SecurityGroupEthertypeConflictWithProtocol'],
      [{ remote_ip_prefix: 'fd00::/8' }, 'SecurityGroupRuleParameterConflict'],
      [{ remote_ip_prefix: '10.0.0.0/8', remote_group_id: 'x' }, 'SecurityGroupMultipleRemoteEntites'],
      [{ remote_group_id: 'x' }, 'SecurityGroupNotFound'],
    ];
    it('refuse rules that contradict themselves', async () => {
      const [group] = await core.securityGroups.create!(context, [{ tenant_id: 'admin', name: 'sg2' }]);
      for (const [values, type] of bad) await refused(rule(id(group!), values), type);
      assert.equal(
        ((await core.securityGroups.get(context, id(group!))).security_group_rules as Item[]).length,
        2,
      );
    });

    it('stay while ports use them; the default one keeps its name', async () => {
      const [group] = await core.securityGroups.create!(context, [{ tenant_id: 'admin', name: 'sg3' }]);
      const used = await port(id(await network()), { security_groups: [id(group!)] });
      await refused(core.securityGroups.delete!(context, id(group!)), 'SecurityGroupInUse', /in use\.$/);
      await core.ports.delete!(context, id(used));
      await core.securityGroups.delete!(context, id(group!));
      const [own] = await core.securityGroups.list(member('p2'), everything);
      await refused(
        core.securityGroups.update!(member('p2'), id(own!), { name: 'z' }),
        'SecurityGroupCannotUpdateDefault',
      );
      await refused(core.securityGroups.delete!(member('p2'), id(own!)), 'SecurityGroupCannotRemoveDefault');
    });
  });

  it('leaves nothing behind when a network goes with its DHCP port', async () => {
    const net = await network();
    const sub = await subnet(id(net), '10.1.0.0/24');
    await port(id(net), { device_owner: 'network:dhcp', 'binding:host_id': 'compute' });
    const other = await port(id(net));
    await refused(
      core.networks.delete!(context, id(net)),
      'NetworkInUse',
      new RegExp(`is: ${id(other)}\\.$`),
    );
    await core.ports.delete!(context, id(other));
    await core.networks.delete!(context, id(net));
    const { kysely } = core.server.db;
    const left = [
      await kysely.selectFrom('subnets').select('id').where('id', '=', id(sub)).execute(),
      await kysely.selectFrom('ipamsubnets').select('id').where('neutron_subnet_id', '=', id(sub)).execute(),
      await kysely.selectFrom('ports').select('id').where('network_id', '=', id(net)).execute(),
      await kysely
        .selectFrom('ipamallocations')
        .leftJoin('ipamsubnets', 'ipamsubnets.id', 'ipamallocations.ipam_subnet_id')
        .select('ip_address')
        .where('ipamsubnets.id', 'is', null)
        .execute(),
      await kysely
        .selectFrom('ml2_vxlan_allocations')
        .select('vxlan_vni')
        .where('vxlan_vni', '=', net['provider:segmentation_id'] as number)
        .where('allocated', '=', 1)
        .execute(),
    ];
    assert.deepEqual(left, [[], [], [], [], []]);
  });
});

/** How many statements something sends to the database. */
async function queries(core: CoreForTest, work: () => Promise<unknown>): Promise<number> {
  const executor = core.server.db.kysely.getExecutor();
  const original = Object.getPrototypeOf(executor).executeQuery;
  let count = 0;
  Object.getPrototypeOf(executor).executeQuery = function counted(this: unknown, ...args: unknown[]) {
    count += 1;
    return original.apply(this, args);
  };
  try {
    await work();
  } finally {
    Object.getPrototypeOf(executor).executeQuery = original;
  }
  return count;
}
