import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { sqliteForTest, type TestDatabase } from '../db/testing.ts';
import { adminRequest } from '../services/admin.ts';
import type { Item, RequestContext, ResourceService } from '../services/service.ts';
import { serverOn, type TestServer } from '../testing.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };

/** What agents of other kinds ask, and tools: answers as Neutron 21.0 gives them. */
describe('methods that ours do not call', () => {
  let db: TestDatabase;
  let server: TestServer;
  let network: Item;
  let subnet: Item;
  let port: PortDict;
  before(async () => {
    db = await sqliteForTest();
    server = await serverOn(db);
    const { services } = server.api;
    network = await make(services.network, { name: 'private' });
    subnet = await make(services.subnet, { network_id: network.id, cidr: '172.16.1.0/24', ip_version: 4 });
    const owner = { device_id: 'vm', device_owner: 'compute:nova', 'binding:host_id': 'elsewhere' };
    port = (await make(services.port, { network_id: network.id, ...owner })) as unknown as PortDict;
  });
  after(async () => {
    await server.end();
    await db.close();
  });

  const make = async (service: ResourceService | undefined, item: Item): Promise<Item> => {
    const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };
    return (await service!.create!(admin, [{ ...owned, ...item }]))[0]!;
  };
  const ask = (method: string, version: string, args: { [key: string]: Json }, topic = 'q-plugin') =>
    server.transport.call({ topic, version }, method, args, adminContext());
  const heardOn = async (topic: string, method: string) => {
    const heard: unknown[] = [];
    const note = async (_: unknown, args: unknown) => {
      heard.push(args);
      return null;
    };
    await server.transport.listen(topic, 'listener', [{ version: '1.0', methods: { [method]: note } }]);
    return heard;
  };

  test('networks are cut to the fields asked for', async () => {
    const args = { filters: { id: [network.id as string] }, fields: ['id', 'mtu'] };
    for (const [topic, version] of [
      ['q-plugin', '1.7'],
      ['q-l3-plugin', '1.12'],
    ] as const)
      assert.deepEqual(await ask('get_networks', version, args, topic), [{ id: network.id, mtu: 1450 }]);
  });

  test('a device may be named by its MAC, with a PCI slot or without', async () => {
    const host = 'elsewhere';
    const agent_id = 'x';
    const { mac_address } = port;
    for (const device of [mac_address, [mac_address, '0000:00:01.0']])
      assert.deepEqual(await ask('update_device_down', '1.9', { device, agent_id, host }), {
        device: mac_address,
        exists: true,
      });
    assert.deepEqual(await ask('get_device_details', '1.9', { device: mac_address, agent_id, host }), {
      device: mac_address,
    });
  });

  test('versioned objects: of an extension that is not served there are none, others are refused by name', async () => {
    const bulk = (resource_type: string) =>
      ask('bulk_pull', '1.1', { resource_type, version: '1.0', filter_kwargs: {} });
    for (const type of ['Trunk', 'PortForwarding', 'AddressGroup']) assert.deepEqual(await bulk(type), []);
    const refusal = {
      excType: 'CallbackNotFound',
      module: 'neutron.api.rpc.callbacks.exceptions',
      message: 'Callback for Port not found',
    };
    await assert.rejects(bulk('Port'), refusal);
    const one = { resource_type: 'Port', version: '1.99', resource_id: 'x' };
    await assert.rejects(ask('pull', '1.1', one), refusal);
  });

  test('tunnels: an end is noted, told and answered; another address of the host replaces it', async () => {
    const updates = await heardOn('q-agent-notifier-tunnel-update', 'tunnel_update');
    const deletes = await heardOn('q-agent-notifier-tunnel-delete', 'tunnel_delete');
    const sync = (tunnel_ip: string, host: string, tunnel_type = 'vxlan') =>
      ask('tunnel_sync', '1.4', { tunnel_ip, tunnel_type, host });
    const end = (ip_address: string, host: string) => ({ ip_address, udp_port: 4789, host });
    assert.deepEqual(await sync('10.0.0.1', 'a'), { tunnels: [end('10.0.0.1', 'a')] });
    assert.deepEqual(await sync('10.0.0.1', 'a'), { tunnels: [end('10.0.0.1', 'a')] });
    assert.deepEqual(await sync('10.0.0.2', 'b'), { tunnels: [end('10.0.0.1', 'a'), end('10.0.0.2', 'b')] });
    assert.deepEqual(await sync('10.0.0.3', 'a'), { tunnels: [end('10.0.0.2', 'b'), end('10.0.0.3', 'a')] });
    assert.deepEqual(await sync('10.0.0.2', 'a'), { tunnels: [end('10.0.0.2', 'a')] });
    await server.settle();
    const vxlan = (tunnel_ip: string) => ({ tunnel_ip, tunnel_type: 'vxlan' });
    assert.deepEqual(deletes, [vxlan('10.0.0.1')]);
    assert.deepEqual(updates, ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.2'].map(vxlan));
    await assert.rejects(sync('fd00::1', 'a'), { excType: 'InvalidInput' });
    await assert.rejects(sync('10.0.0.9', 'a', 'gre'), {
      excType: 'InvalidInput',
      message:
        'Invalid input for operation: Network type value gre not supported, host: a with tunnel IP: 10.0.0.9.',
    });
  });

  test('distributed routers: each host has a MAC, which all hear of', async () => {
    const heard = await heardOn('q-agent-notifier-dvr-update', 'dvr_mac_address_update');
    assert.deepEqual(await ask('get_dvr_mac_address_list', '1.0', {}), []);
    const made = (await ask('get_dvr_mac_address_by_host', '1.0', { host: 'a' })) as {
      [key: string]: Json;
    };
    assert.match(String(made.mac_address), /^fa:16:3f:/);
    assert.deepEqual(await ask('get_dvr_mac_address_by_host', '1.0', { host: 'a' }), made);
    assert.deepEqual(await ask('get_dvr_mac_address_list', '1.0', {}), [made]);
    assert.equal(await ask('get_dvr_mac_address_by_host', '1.0', { host: '' }), null);
    await server.settle();
    assert.deepEqual(heard, [{ dvr_macs: [made] }]);
  });

  test('distributed routers: a subnet with its gateway’s MAC, and the ports on a host', async () => {
    const subnet_id = subnet.id as string;
    assert.deepEqual(await ask('get_subnet_for_dvr', '1.0', { subnet: 'gone', fixed_ips: null }), {});
    assert.deepEqual(await ask('get_subnet_for_dvr', '1.0', { subnet: subnet_id, fixed_ips: null }), {});
    const { ip_address } = port.fixed_ips[0]!;
    const found = await ask('get_subnet_for_dvr', '1.0', {
      subnet: subnet_id,
      fixed_ips: [{ subnet_id, ip_address }],
    });
    assert.equal((found as { gateway_mac: string }).gateway_mac, port.mac_address);
    const on = (host: string) => ask('get_ports_on_host_by_subnet', '1.0', { host, subnet: subnet_id });
    const [only] = (await on('elsewhere')) as [{ [key: string]: Json }];
    assert.deepEqual([only.id, 'fixed_ips' in only, 'binding:host_id' in only], [port.id, false, false]);
    assert.deepEqual(await on('here'), []);
  });
});
