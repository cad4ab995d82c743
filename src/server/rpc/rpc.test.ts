import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json } from '../../messaging/transport.ts';
import { dhcpDeviceId } from '../../net/dhcpDevice.ts';
import { adminContext } from '../../rpc/context.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import type { RouterInfo } from '../../rpc/l3plugin.ts';
import { sqliteForTest, type TestDatabase } from '../db/testing.ts';
import { adminRequest } from '../services/admin.ts';
import type { Item, RequestContext, ResourceService } from '../services/service.ts';
import { serverOn, type TestServer } from '../testing.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const HOST = 'controller';

/** The guide's cloud as its agents see it. */
describe('what agents ask of the server', () => {
  let db: TestDatabase;
  let server: TestServer;
  let network: Item;
  let subnet: Item;
  let router: Item;
  let toL3Agent: [string, unknown][];
  before(async () => {
    db = await sqliteForTest();
    server = await serverOn(db);
    const bridge = {
      interface_mappings: { public: 'eno1' },
      tunnel_types: ['vxlan'],
      tunneling_ip: '192.168.81.66',
    };
    await report('Linux bridge agent', 'N/A', bridge);
    const { services } = server.api;
    network = await make(services.network, { name: 'private' });
    subnet = await make(services.subnet, {
      network_id: network.id,
      cidr: '172.16.1.0/24',
      ip_version: 4,
      enable_dhcp: true,
      dns_nameservers: ['192.168.85.253'],
      allocation_pools: [{ start: '172.16.1.2', end: '172.16.1.50' }],
    });
    const pub = await make(services.network, {
      'router:external': true,
      'provider:network_type': 'flat',
      'provider:physical_network': 'public',
    });
    await make(services.subnet, {
      network_id: pub.id,
      cidr: '192.168.81.0/24',
      ip_version: 4,
      enable_dhcp: false,
    });
    router = await make(services.router, { external_gateway_info: { network_id: pub.id } });
    await services.router!.actions!.add_router_interface!(admin, router.id as string, {
      subnet_id: subnet.id,
    });
    toL3Agent = await server.hear('l3_agent', HOST);
  });
  after(async () => {
    await server.end();
    await db.close();
  });

  const make = async (service: ResourceService | undefined, item: Item): Promise<Item> => {
    const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };
    return (await service!.create!(admin, [{ ...owned, ...item }]))[0]!;
  };
  const ask = async <Answer>(topic: string, version: string, method: string, args: { [key: string]: Json }) =>
    (await server.transport.call({ topic, version }, method, args, adminContext())) as Answer;
  const report = (agent_type: string, topic: string, configurations: { [key: string]: Json } = {}) =>
    ask<string>('q-reports-plugin', '1.2', 'report_state', {
      agent_state: {
        agent_state: { binary: 'x', host: HOST, topic, agent_type, configurations, start_flag: true },
      },
      time: new Date().toISOString().slice(0, -1),
    });
  const dhcp = <Answer>(method: string, args: { [key: string]: Json }, version = '1.1') =>
    ask<Answer>('q-plugin', version, method, { host: HOST, ...args });

  test('the first report of an agent is new, the second alive', async () => {
    assert.equal(await report('DHCP agent', 'dhcp_agent'), 'new');
    assert.equal(await report('DHCP agent', 'dhcp_agent'), 'alive');
    assert.equal(await report('L3 agent', 'l3_agent', { agent_mode: 'legacy' }), 'new');
  });

  test('a DHCP agent that asks gets the networks that nobody serves', async () => {
    const [only, ...others] = await dhcp<DhcpNetwork[]>('get_active_networks_info', {
      enable_dhcp_filter: false,
    });
    assert.deepEqual(others, [], 'the public network has no DHCP');
    assert.deepEqual(Object.keys(only!), [
      'id',
      'project_id',
      'tenant_id',
      'admin_state_up',
      'subnets',
      'non_local_subnets',
      'ports',
      'mtu',
    ]);
    assert.equal(only!.id, network.id);
    assert.deepEqual(
      only!.subnets.map(({ id }) => id),
      [subnet.id],
    );
    assert.deepEqual(
      only!.ports.map(({ device_owner }) => device_owner),
      ['network:router_interface'],
    );
    assert.deepEqual(await dhcp('get_network_info', { network_id: network.id as string }, '1.0'), only);
    assert.equal(await dhcp('get_network_info', { network_id: 'gone' }, '1.0'), null);
  });

  test('a DHCP port is made once, bound to the host, changed, and released', async () => {
    const device_id = dhcpDeviceId(HOST, network.id as string);
    const wanted = {
      name: '',
      admin_state_up: true,
      device_id,
      network_id: network.id as string,
      project_id: 'p1',
      fixed_ips: [{ subnet_id: subnet.id as string }],
    };
    const port = await dhcp<PortDict>('create_dhcp_port', { port: { port: wanted } });
    assert.deepEqual([port.device_owner, port['binding:host_id']], ['network:dhcp', HOST]);
    assert.equal(
      (await dhcp<PortDict>('create_dhcp_port', { port: { port: wanted } })).id,
      port.id,
      'asked again',
    );
    assert.equal(port['binding:vif_type'], 'bridge');

    const other = {
      network_id: network.id as string,
      device_id: dhcpDeviceId('other', network.id as string),
      fixed_ips: [],
    };
    const foreign = { port_id: port.id, port: { port: other }, host: 'other' };
    assert.equal(await ask('q-plugin', '1.1', 'update_dhcp_port', foreign), null, 'another agent’s port');
    const gone = { ...foreign, port_id: '00000000-0000-0000-0000-000000000000' };
    assert.equal(await ask('q-plugin', '1.1', 'update_dhcp_port', gone), null);
    const moved = {
      network_id: network.id as string,
      fixed_ips: [{ subnet_id: subnet.id as string, ip_address: '172.16.1.77' }],
    };
    const updated = await dhcp<PortDict>('update_dhcp_port', { port_id: port.id, port: { port: moved } });
    assert.equal(updated.fixed_ips[0]?.ip_address, '172.16.1.77');

    await dhcp('release_dhcp_port', { network_id: network.id as string, device_id }, '1.0');
    await assert.rejects(ask('q-plugin', '1.8', 'get_dhcp_port', { port_id: port.id }), {
      excType: 'PortNotFound',
    });
  });

  test('a port for a network that is gone is null, which the agent takes for old news', async () => {
    const port = { network_id: '00000000-0000-0000-0000-000000000000', device_id: 'd', fixed_ips: [] };
    assert.equal(await dhcp('create_dhcp_port', { port: { port } }), null);
  });

  test('an L3 agent gets its routers whole, with ports bound to its host', async () => {
    assert.deepEqual(await ask('q-l3-plugin', '1.9', 'get_router_ids', { host: HOST }), [router.id]);
    const [whole, ...others] = await ask<RouterInfo[]>('q-l3-plugin', '1.0', 'sync_routers', {
      host: HOST,
      router_ids: [router.id as string],
    });
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(whole!).slice(-5), [
      'project_id',
      'gw_port',
      'enable_snat',
      'gw_port_host',
      '_interfaces',
    ]);
    const [inside] = whole!._interfaces!;
    assert.deepEqual(inside!.fixed_ips, [{ subnet_id: subnet.id, ip_address: '172.16.1.1', prefixlen: 24 }]);
    assert.deepEqual(inside!.subnets, [
      {
        id: subnet.id,
        cidr: '172.16.1.0/24',
        gateway_ip: '172.16.1.1',
        dns_nameservers: ['192.168.85.253'],
        ipv6_ra_mode: null,
        subnetpool_id: null,
      },
    ]);
    assert.deepEqual(
      [inside!.extra_subnets, inside!.address_scopes, inside!.mtu],
      [[], { '4': null, '6': null }, 1450],
    );
    assert.deepEqual(Object.keys(inside!).slice(-4), ['subnets', 'extra_subnets', 'address_scopes', 'mtu']);
    for (const port of [inside!, whole!.gw_port!]) {
      assert.deepEqual([port['binding:host_id'], port['binding:vif_type']], [HOST, 'bridge']);
    }
    assert.equal(whole!.gw_port!.mtu, 1500);
  });

  test('a gateway that comes while another port is being bound is bound too', async () => {
    const { services } = server.api;
    const own = await make(services.network, {});
    const inside = { network_id: own.id, cidr: '10.20.0.0/24', ip_version: 4, enable_dhcp: false };
    const { id } = await make(services.router, {});
    const subnet_id = (await make(services.subnet, inside)).id;
    await services.router!.actions!.add_router_interface!(admin, id as string, { subnet_id });
    const network_id = (router.external_gateway_info as Item).network_id;
    const [[whole]] = await Promise.all([
      ask<RouterInfo[]>('q-l3-plugin', '1.0', 'sync_routers', { host: HOST, router_ids: [id as string] }),
      services.router!.update!(admin, id as string, { external_gateway_info: { network_id } }),
    ]);
    for (const port of [whole!.gw_port ?? [], ...whole!._interfaces!].flat()) {
      assert.equal(port['binding:vif_type'], 'bridge', port.device_owner);
    }
    await services.router!.update!(admin, id as string, { external_gateway_info: null });
    await services.router!.actions!.remove_router_interface!(admin, id as string, { subnet_id });
    await services.router!.delete!(admin, id as string);
  });

  test('an L3 agent gets the address scopes of networks, and hears when a pool changes its scope', async () => {
    const { services } = server.api;
    const { subnetpool } = services;
    const scope = await make(services.address_scope, { ip_version: 4 });
    const pool = await make(subnetpool, {
      prefixes: ['10.3.0.0/16'],
      default_prefixlen: 24,
      address_scope_id: scope.id,
    });
    const inside = await make(services.network, {});
    const pooled = { network_id: inside.id, ip_version: 4, subnetpool_id: pool.id };
    const subnet_id = (await make(services.subnet, pooled)).id;
    const id = (await make(services.router, {})).id as string;
    await services.router!.actions!.add_router_interface!(admin, id, { subnet_id });
    const scopes = async () => {
      const args = { host: HOST, router_ids: [id] };
      const [whole] = await ask<RouterInfo[]>('q-l3-plugin', '1.0', 'sync_routers', args);
      return whole!._interfaces![0]!.address_scopes;
    };
    assert.deepEqual(await scopes(), { '4': scope.id, '6': null });
    await server.settle();
    toL3Agent.length = 0;
    await subnetpool!.update!(admin, pool.id as string, { address_scope_id: null });
    await server.settle();
    assert.deepEqual(toL3Agent, [['routers_updated', { routers: [id] }]]);
    assert.deepEqual(await scopes(), { '4': null, '6': null });
    await services.router!.actions!.remove_router_interface!(admin, id, { subnet_id });
    await services.router!.delete!(admin, id);
  });

  test('an agent out of service has nothing, another host neither', async () => {
    const sync = (host: string) => ask<RouterInfo[]>('q-l3-plugin', '1.0', 'sync_routers', { host });
    await assert.rejects(sync('elsewhere'), { excType: 'AgentNotFoundByTypeHost' });
    const [agent] = await server.api.services.agent!.list(admin, {
      filters: { agent_type: ['L3 agent'] },
      sorts: [],
    });
    await server.api.services.agent!.update!(admin, agent!.id as string, { admin_state_up: false });
    assert.deepEqual(await sync(HOST), []);
    await server.api.services.agent!.update!(admin, agent!.id as string, { admin_state_up: true });
    assert.equal((await sync(HOST)).length, 1);
  });

  test('a router that is down is not served, but stays on its agent', async () => {
    const sync = () => ask<RouterInfo[]>('q-l3-plugin', '1.0', 'sync_routers', { host: HOST });
    const update = (admin_state_up: boolean) =>
      server.api.services.router!.update!(admin, router.id as string, { admin_state_up });
    await update(false);
    assert.deepEqual(await sync(), []);
    assert.deepEqual(await ask('q-l3-plugin', '1.9', 'get_router_ids', { host: HOST }), [router.id]);
    await update(true);
    assert.equal((await sync()).length, 1);
  });

  test('the metadata agent finds the port of an address', async () => {
    const filters = { fixed_ips: { ip_address: ['172.16.1.1'] }, network_id: [network.id as string] };
    const found = await ask<PortDict[]>('q-plugin', '1.0', 'get_ports', { filters });
    assert.deepEqual(
      found.map(({ device_id }) => device_id),
      [router.id],
    );
    const none = { ...filters, fixed_ips: { ip_address: ['172.16.1.99'] } };
    assert.deepEqual(await ask('q-plugin', '1.0', 'get_ports', { filters: none }), []);
  });

  test('DHCP agents hear of subnets and ports in order and with Neutron’s priorities', async () => {
    const heard = await server.hear('dhcp_agent', HOST);
    const { services } = server.api;
    const fresh = await make(services.network, {});
    const common = { network_id: fresh.id, cidr: '10.1.0.0/24', ip_version: 4, enable_dhcp: true };
    const ours = await make(services.subnet, common);
    const port = await make(services.port, { network_id: fresh.id, device_id: '', device_owner: '' });
    await services.port!.update!(admin, port.id as string, { name: 'new' });
    await services.port!.delete!(admin, port.id as string);
    await services.subnet!.delete!(admin, ours.id as string);
    await services.network!.delete!(admin, fresh.id as string);
    await server.settle();
    const payloads = heard.map(([method, args]) => [method, (args as { payload: Item }).payload] as const);
    assert.deepEqual(
      payloads.map(([method, payload]) => [method, payload.priority]),
      [
        ['network_create_end', 0],
        ['subnet_create_end', 3],
        ['port_create_end', 5],
        ['port_update_end', 6],
        ['port_delete_end', 6],
        ['subnet_delete_end', 4],
        ['network_delete_end', 2],
      ],
    );
    assert.deepEqual(payloads[0]![1], { network: { id: fresh.id }, priority: 0 });
    const created = payloads[2]![1].port as Item & { network: Item };
    assert.equal(created.network.id, fresh.id);
    assert.deepEqual(payloads[4]![1], {
      port_id: port.id,
      network_id: fresh.id,
      fixed_ips: port.fixed_ips,
      priority: 6,
    });
  });

  test('a router taken from its agent is the next one’s', async () => {
    await server.settle();
    toL3Agent.length = 0;
    const [agent] = await server.api.services.agent!.list(admin, {
      filters: { agent_type: ['L3 agent'] },
      sorts: [],
    });
    const hosted = server.api.members.l3Routers!;
    const [agentId, routerId] = [agent!.id as string, router.id as string];
    assert.deepEqual(
      (await hosted.list(admin, agentId)).map(({ id }) => id),
      [routerId],
    );
    assert.equal(await hosted.add!(admin, agentId, routerId), null, 'it is there already');
    await hosted.remove!(admin, agentId, routerId);
    assert.deepEqual(await hosted.list(admin, agentId), []);
    await hosted.add!(admin, agentId, routerId);
    await server.settle();
    assert.deepEqual(toL3Agent, [
      ['router_removed_from_agent', { payload: { router_id: routerId } }],
      ['router_added_to_agent', { payload: [routerId] }],
    ]);
  });
});
