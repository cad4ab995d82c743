import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sqliteForTest, type TestDatabase } from '../../db/testing.ts';
import { serverOn, type TestServer } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import type { Item, RequestContext } from '../service.ts';
import { updateStatuses } from './statuses.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const NOWHERE = '00000000-0000-0000-0000-000000000000';

describe('floating IPs', () => {
  let db: TestDatabase;
  let server: TestServer;
  let pub: Item;
  let pubSubnet: Item;
  let priv: Item;
  let router: Item;
  before(async () => {
    db = await sqliteForTest();
    server = await serverOn(db);
    const { network, subnet } = server.api.services;
    pub = await make(network, {
      'router:external': true,
      'provider:network_type': 'flat',
      'provider:physical_network': 'public',
    });
    const common = { ip_version: 4, enable_dhcp: true };
    // Ports get addresses from the pool at random; those that the tests name are outside of it.
    const allocation_pools = [{ start: '192.168.81.2', end: '192.168.81.150' }];
    pubSubnet = await make(subnet, {
      ...common,
      network_id: pub.id,
      cidr: '192.168.81.0/24',
      allocation_pools,
    });
    priv = await make(network, {});
    const privSubnet = await make(subnet, {
      ...common,
      network_id: priv.id,
      cidr: '172.16.1.0/24',
      allocation_pools: [{ start: '172.16.1.2', end: '172.16.1.150' }],
    });
    router = await make(server.api.services.router, { external_gateway_info: { network_id: pub.id } });
    await server.api.services.router!.actions!.add_router_interface!(admin, router.id as string, {
      subnet_id: privSubnet.id,
    });
  });
  after(async () => {
    await server.end();
    await db.close();
  });

  const make = async (service: { create?: unknown } | undefined, item: Item): Promise<Item> => {
    const { create } = service as { create(context: RequestContext, items: Item[]): Promise<Item[]> };
    const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };
    return (await create(admin, [{ ...owned, ...item }]))[0]!;
  };
  const makePort = (item: Item = {}) =>
    make(server.api.services.port, { network_id: priv.id, device_id: '', device_owner: '', ...item });
  const makeFloating = (item: Item = {}) =>
    make(server.api.services.floatingip, { floating_network_id: pub.id, ...item });
  const update = (id: unknown, changes: Item) =>
    server.api.services.floatingip!.update!(admin, String(id), changes);

  test('free, associated, moved, disassociated, deleted', async () => {
    const floating = await makeFloating({ floating_ip_address: '192.168.81.180' });
    assert.deepEqual(
      [
        floating.floating_ip_address,
        floating.status,
        floating.router_id,
        floating.port_details,
        floating.revision_number,
      ],
      ['192.168.81.180', 'DOWN', null, null, 0],
    );
    assert.deepEqual(Object.keys(floating), [
      'id',
      'tenant_id',
      'floating_ip_address',
      'floating_network_id',
      'router_id',
      'port_id',
      'fixed_ip_address',
      'status',
      'description',
      'dns_domain',
      'dns_name',
      'port_details',
      'tags',
      'created_at',
      'updated_at',
      'revision_number',
      'project_id',
    ]);
    const [own] = await server.api.services.port!.list(admin, {
      filters: { device_id: [floating.id] },
      sorts: [],
    });
    assert.deepEqual([own?.device_owner, own?.tenant_id, own?.status], ['network:floatingip', '', 'N/A']);

    const [one, two] = [await makePort({ name: 'one' }), await makePort()];
    const associated = await update(floating.id, { port_id: one!.id });
    assert.equal(associated.router_id, router.id);
    assert.equal(associated.fixed_ip_address, (one!.fixed_ips as { ip_address: string }[])[0]!.ip_address);
    assert.deepEqual(associated.port_details, {
      name: 'one',
      network_id: priv.id,
      mac_address: one!.mac_address,
      admin_state_up: true,
      status: 'DOWN',
      device_id: '',
      device_owner: '',
    });
    assert.equal((await update(floating.id, { description: 'x' })).port_id, one!.id, 'still there');
    assert.equal((await update(floating.id, { port_id: two!.id })).port_id, two!.id);
    const none = await update(floating.id, { port_id: null });
    assert.deepEqual([none.port_id, none.router_id, none.fixed_ip_address], [null, null, null]);
    await update(floating.id, { port_id: one!.id });
    assert.equal((await update(floating.id, {})).port_id, null, 'a request without attributes disassociates');
    await server.api.services.floatingip!.delete!(admin, floating.id as string);
    const rest = await server.api.services.port!.list(admin, { filters: { id: [own!.id] }, sorts: [] });
    assert.deepEqual(rest, [], 'its port goes with it');
  });

  for (const used of [false, true]) {
    test(`a network goes ${used ? 'not while a floating IP of it is used' : 'with the floating IPs that nobody uses'}`, async () => {
      const { network, subnet, floatingip, router: routers } = server.api.services;
      const outer = await make(network, { 'router:external': true });
      const cidr = '198.51.100.0/24';
      await make(subnet, { network_id: outer.id, cidr, ip_version: 4, enable_dhcp: false });
      const free = await makeFloating({ floating_network_id: outer.id, tenant_id: 'p2', project_id: 'p2' });
      if (used) {
        const inner = await make(network, {});
        const own = { network_id: inner.id, cidr: '10.77.0.0/24', ip_version: 4, enable_dhcp: true };
        const { id: subnet_id } = await make(subnet, own);
        const { id } = await make(routers, { external_gateway_info: { network_id: outer.id } });
        await routers!.actions!.add_router_interface!(admin, id as string, { subnet_id });
        const { id: port_id } = await makePort({ network_id: inner.id });
        await makeFloating({ floating_network_id: outer.id, port_id });
      }
      const deleted = network!.delete!(admin, outer.id as string);
      if (used) await assert.rejects(deleted, { type: 'NetworkInUse' });
      else await deleted;
      const left = await floatingip!.list(admin, { filters: { id: [free.id] }, sorts: [] });
      assert.equal(left.length, used ? 1 : 0, 'all or nothing');
    });
  }

  test('the agent says what is up, and what has left its router is down', async () => {
    const floating = await makeFloating({ port_id: (await makePort()).id });
    const id = floating.id as string;
    const status = async () => (await server.api.services.floatingip!.get(admin, id)).status;
    await updateStatuses(server.context, router.id as string, { [id]: 'ACTIVE' });
    assert.equal(await status(), 'ACTIVE');
    await update(id, { port_id: null });
    assert.equal(await status(), 'ACTIVE');
    await updateStatuses(server.context, router.id as string, {});
    assert.equal(await status(), 'DOWN');
  });

  test('routers hear of every change', async () => {
    const { transport } = server;
    const state = { binary: 'neutron-l3-agent', host: 'net', topic: 'l3_agent', agent_type: 'L3 agent' };
    await transport.call(
      { topic: 'q-reports-plugin', version: '1.2' },
      'report_state',
      {
        agent_state: { agent_state: { ...state, configurations: {}, start_flag: true } },
        time: '2026-01-01T00:00:00',
      },
      adminRequest().rpc,
    );
    const heard = await server.hear('l3_agent', 'net');
    const floating = await makeFloating({ port_id: (await makePort()).id });
    await update(floating.id, { port_id: null });
    await server.settle();
    assert.deepEqual(heard, [
      ['routers_updated', { routers: [router.id] }],
      ['routers_updated', { routers: [router.id] }],
    ]);
  });

  const bad = (message: string | RegExp) => ({
    type: 'BadRequest',
    message: typeof message === 'string' ? `Bad floatingip request: ${message}.` : message,
  });
  const refusals: [string, () => Promise<unknown>, () => object][] = [
    [
      'a private network',
      () => makeFloating({ floating_network_id: priv.id }),
      () => bad(`Network ${priv.id} is not a valid external network`),
    ],
    [
      'no such network',
      () => makeFloating({ floating_network_id: NOWHERE }),
      () => ({ type: 'NetworkNotFound' }),
    ],
    ['no such port', () => makeFloating({ port_id: NOWHERE }), () => ({ type: 'PortNotFound' })],
    [
      'an address without a port',
      () => makeFloating({ fixed_ip_address: '172.16.1.9' }),
      () => bad('fixed_ip_address cannot be specified without a port_id'),
    ],
    [
      'an address that the port does not have',
      async () => makeFloating({ port_id: (await makePort()).id, fixed_ip_address: '172.16.9.9' }),
      () => bad(/^Bad floatingip request: Port [0-9a-f-]{36} does not have fixed ip 172.16.9.9\.$/),
    ],
    [
      'a port without address',
      async () => makeFloating({ port_id: (await makePort({ fixed_ips: [] })).id }),
      () => bad(/Cannot add floating IP to port [0-9a-f-]{36} that has no fixed IPv4 addresses\.$/),
    ],
    [
      'a port with two addresses',
      async () => {
        const fixed_ips = [{ ip_address: '172.16.1.201' }, { ip_address: '172.16.1.202' }];
        await makeFloating({ port_id: (await makePort({ fixed_ips })).id });
      },
      () => bad(/has multiple fixed IPv4 addresses\. {2}Must provide a specific IPv4 address when assigning/),
    ],
    [
      'a taken address',
      async () => {
        await makeFloating({ floating_ip_address: '192.168.81.200' });
        await makeFloating({ floating_ip_address: '192.168.81.200' });
      },
      () => ({
        type: 'IpAddressAlreadyAllocated',
        message: `IP address 192.168.81.200 already allocated in subnet ${pubSubnet.id}`,
      }),
    ],
    [
      'a second one for the same address',
      async () => {
        const { id } = await makePort();
        await makeFloating({ port_id: id });
        await makeFloating({ port_id: id });
      },
      () => ({ type: 'FloatingIPPortAlreadyAssociated' }),
    ],
    [
      'a network without router',
      async () => {
        const lonely = await make(server.api.services.network, {});
        await make(server.api.services.subnet, {
          network_id: lonely.id,
          cidr: '10.66.0.0/24',
          ip_version: 4,
          enable_dhcp: true,
        });
        await makeFloating({ port_id: (await makePort({ network_id: lonely.id })).id });
      },
      () => ({
        type: 'ExternalGatewayForFloatingIPNotFound',
        message: /^External network .* is not reachable from subnet/,
      }),
    ],
  ];
  for (const [what, request, expected] of refusals) {
    test(`refused, without a trace: ${what}`, async () => {
      const count = async () =>
        (await server.api.services.port!.list(admin, { filters: { network_id: [pub.id] }, sorts: [] }))
          .length;
      const before = await count();
      await assert.rejects(request(), expected());
      const kept = /taken|second/.test(what) ? 1 : 0;
      assert.equal(await count(), before + kept, 'a port is left behind');
    });
  }
});
