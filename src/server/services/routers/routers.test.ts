import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type MariaDbServer, sqliteForTest, startMariaDb, type TestDatabase } from '../../db/testing.ts';
import { reportedAgent, serverOn, type TestServer } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import type { Item, RequestContext } from '../service.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const demo: RequestContext = { ...admin, projectId: 'demo', isAdmin: false };
const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };

/** The guide's two networks and what the tests do with them. */
async function cloudOn(server: TestServer, gateway = '192.168.81.254') {
  const { network, subnet, port, router, floatingip } = server.api.services;
  const make = async (service: typeof network, item: Item): Promise<Item> =>
    (await service!.create!(admin, [{ ...owned, ...item }]))[0]!;
  const makeSubnet = (net: Item, cidr: string, item: Item = {}) =>
    make(subnet, {
      network_id: net.id,
      cidr,
      ip_version: cidr.includes(':') ? 6 : 4,
      enable_dhcp: true,
      ...item,
    });
  const external = {
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'public',
  };
  const pub =
    (await network!.list(admin, { filters: { name: ['public'] }, sorts: [] }))[0] ??
    (await make(network, { ...external, name: 'public', shared: true }));
  // Addresses come from the pool at random; the one that a test names is outside of it.
  const allocation_pools = [{ start: '192.168.81.2', end: '192.168.81.140' }];
  if ((pub.subnets as string[]).length === 0)
    await makeSubnet(pub, '192.168.81.0/24', { gateway_ip: gateway, allocation_pools });
  const priv = await make(network, { name: 'private' });
  const privSubnet = await makeSubnet(priv, '172.16.1.0/24');
  return {
    pub,
    priv,
    privSubnet,
    makeSubnet,
    makeNetwork: (item: Item = {}) => make(network, item),
    makePort: (item: Item = {}) =>
      make(port, { network_id: priv.id, device_id: '', device_owner: '', ...item }),
    makeRouter: (item: Item = {}) => make(router, { name: 'router', ...item }),
    makeFloating: (item: Item = {}) => make(floatingip, { floating_network_id: pub.id, ...item }),
    add: (id: unknown, body: Item, context = admin) =>
      router!.actions!.add_router_interface!(context, String(id), body),
    remove: (id: unknown, body: Item) => router!.actions!.remove_router_interface!(admin, String(id), body),
    update: (id: unknown, changes: Item) => router!.update!(admin, String(id), changes),
    setGateway: (id: unknown, info: Item = {}) =>
      router!.update!(admin, String(id), { external_gateway_info: { network_id: pub.id, ...info } }),
    updateFloating: (id: unknown, changes: Item) => floatingip!.update!(admin, String(id), changes),
    portsOf: (device: unknown) => port!.list(admin, { filters: { device_id: [device] }, sorts: [] }),
    services: server.api.services,
  };
}

type Cloud = Awaited<ReturnType<typeof cloudOn>>;

/** A router between both networks, a port and a floating IP on it. */
async function connected(cloud: Cloud) {
  const router = await cloud.makeRouter();
  await cloud.add(router.id, { subnet_id: cloud.privSubnet.id });
  await cloud.setGateway(router.id);
  const port = await cloud.makePort();
  const floating = await cloud.makeFloating({ port_id: port.id });
  return { router, port, floating };
}

const type = (name: string, message?: string | RegExp) => ({ type: name, ...(message ? { message } : {}) });

describe('routers', () => {
  let db: TestDatabase;
  let server: TestServer;
  let cloud: Cloud;
  before(async () => {
    db = await sqliteForTest();
    server = await serverOn(db);
    cloud = await cloudOn(server);
  });
  after(async () => {
    await server.end();
    await db.close();
  });

  test('an item has the keys of the API in order, and agents see two more', async () => {
    assert.deepEqual(Object.keys(await cloud.makeRouter()), [
      'id',
      'name',
      'tenant_id',
      'admin_state_up',
      'status',
      'external_gateway_info',
      'gw_port_id',
      'description',
      'availability_zones',
      'distributed',
      'ha',
      'ha_vr_id',
      'availability_zone_hints',
      'routes',
      'flavor_id',
      'tags',
      'created_at',
      'updated_at',
      'revision_number',
      'project_id',
    ]);
  });

  test('an interface is the subnet’s gateway, and goes again', async () => {
    const router = await cloud.makeRouter();
    const added = await cloud.add(router.id, { subnet_id: cloud.privSubnet.id });
    assert.deepEqual(added, {
      id: router.id,
      tenant_id: 'p1',
      port_id: added.port_id,
      network_id: cloud.priv.id,
      subnet_id: cloud.privSubnet.id,
      subnet_ids: [cloud.privSubnet.id],
    });
    const [port] = await cloud.portsOf(router.id);
    assert.equal(port?.device_owner, 'network:router_interface');
    assert.deepEqual(port?.fixed_ips, [{ subnet_id: cloud.privSubnet.id, ip_address: '172.16.1.1' }]);
    assert.deepEqual(await cloud.remove(router.id, { subnet_id: cloud.privSubnet.id }), added);
    assert.deepEqual(await cloud.portsOf(router.id), []);
  });

  test('a gateway changes its address in place, then goes', async () => {
    const router = await cloud.makeRouter({ external_gateway_info: { network_id: cloud.pub.id } });
    const first = router.external_gateway_info as Item;
    assert.deepEqual(Object.keys(first), ['network_id', 'external_fixed_ips', 'enable_snat']);
    const [port] = await cloud.portsOf(router.id);
    assert.deepEqual([port?.device_owner, port?.tenant_id], ['network:router_gateway', '']);
    const fixed = [{ ip_address: '192.168.81.150' }];
    const moved = await cloud.setGateway(router.id, { external_fixed_ips: fixed, enable_snat: false });
    const info = moved.external_gateway_info as Item;
    assert.equal((info.external_fixed_ips as Item[])[0]!.ip_address, '192.168.81.150');
    assert.equal(info.enable_snat, false);
    assert.equal((await cloud.portsOf(router.id))[0]?.id, port?.id);
    const cleared = await cloud.update(router.id, { external_gateway_info: {} });
    assert.equal(cleared.external_gateway_info, null);
    assert.deepEqual(await cloud.portsOf(router.id), []);
  });

  test('IPv6 subnets of one network share a port of the router', async () => {
    const network = await cloud.makeNetwork();
    const [a, b] = [
      await cloud.makeSubnet(network, 'fd00:1::/64'),
      await cloud.makeSubnet(network, 'fd00:2::/64'),
    ];
    const router = await cloud.makeRouter();
    const first = await cloud.add(router.id, { subnet_id: a!.id });
    const second = await cloud.add(router.id, { subnet_id: b!.id });
    assert.equal(first.port_id, second.port_id);
    await cloud.remove(router.id, { subnet_id: a!.id });
    const [port] = await cloud.portsOf(router.id);
    assert.deepEqual(port?.fixed_ips, [{ subnet_id: b!.id, ip_address: b!.gateway_ip }]);
  });

  test('a router between networks is in use', async () => {
    const { router, port, floating } = await connected(cloud);
    const { services } = cloud;
    const id = router.id as string;
    const subnet_id = cloud.privSubnet.id;
    const [interfacePort] = (await cloud.portsOf(id)).filter(
      ({ device_owner }) => device_owner === 'network:router_interface',
    );
    await assert.rejects(
      services.router!.delete!(admin, id),
      type('RouterInUse', `Router ${id} has ports still attached: ${interfacePort!.id}`),
    );
    await assert.rejects(
      cloud.update(id, { external_gateway_info: null }),
      type('RouterExternalGatewayInUseByFloatingIp'),
    );
    await assert.rejects(cloud.remove(id, { subnet_id }), type('RouterInterfaceInUseByFloatingIP'));
    await assert.rejects(
      services.port!.delete!(admin, interfacePort!.id as string),
      type('ServicePortInUse', /has device owner network:router_interface/),
    );
    await services.port!.delete!(admin, port.id as string);
    const left = await services.floatingip!.get(admin, floating.id as string);
    assert.deepEqual([left.port_id, left.router_id, left.fixed_ip_address], [null, null, null]);

    const routes = [{ destination: '10.7.0.0/24', nexthop: '172.16.1.9' }];
    assert.deepEqual((await cloud.update(id, { routes })).routes, routes);
    await assert.rejects(cloud.remove(id, { subnet_id }), type('RouterInterfaceInUseByRoute'));
    await cloud.update(id, { routes: [] });

    await services.floatingip!.delete!(admin, floating.id as string);
    await cloud.update(id, { external_gateway_info: null });
    await cloud.remove(id, { subnet_id });
    await services.router!.delete!(admin, id);
    await assert.rejects(
      services.router!.get(admin, id),
      type('RouterNotFound', `Router ${id} could not be found`),
    );
  });

  const NOWHERE = '00000000-0000-0000-0000-000000000000';
  const bad = (message: string) => type('BadRequest', `Bad router request: ${message}.`);
  const refusals: [string, (router: Item) => Promise<unknown>, (router: Item) => object][] = [
    [
      'nothing to add',
      (r) => cloud.add(r.id, {}),
      () => bad('Either subnet_id or port_id must be specified'),
    ],
    [
      'subnet and port',
      (r) => cloud.add(r.id, { subnet_id: NOWHERE, port_id: NOWHERE }),
      () => bad('Cannot specify both subnet-id and port-id'),
    ],
    ['no UUID', (r) => cloud.add(r.id, { subnet_id: 'x' }), () => bad("'x' is not a valid UUID")],
    ['no such subnet', (r) => cloud.add(r.id, { subnet_id: NOWHERE }), () => type('SubnetNotFound')],
    ['no such port', (r) => cloud.add(r.id, { port_id: NOWHERE }), () => type('PortNotFound')],
    ['no such router', () => cloud.add(NOWHERE, {}), () => type('RouterNotFound')],
    [
      'the subnet twice',
      async (r) => {
        const subnet = await cloud.makeSubnet(await cloud.makeNetwork(), '10.8.0.0/24');
        await cloud.add(r.id, { subnet_id: subnet.id });
        await cloud.add(r.id, { subnet_id: subnet.id });
      },
      () => type('BadRequest', /^Bad router request: Router already has a port on subnet [0-9a-f-]{36}\.$/),
    ],
    [
      'overlapping subnets',
      async (r) => {
        const [one, two] = ['10.8.1.0/24', '10.8.0.0/16'];
        for (const cidr of [one!, two!]) {
          await cloud.add(r.id, { subnet_id: (await cloud.makeSubnet(await cloud.makeNetwork(), cidr)).id });
        }
      },
      () =>
        type(
          'BadRequest',
          /^Bad router request: Cidr 10.8.0.0\/16 of subnet .* overlaps with cidr 10.8.1.0\/24 of/,
        ),
    ],
    [
      'a subnet without gateway',
      async (r) => {
        const subnet = await cloud.makeSubnet(await cloud.makeNetwork(), '10.9.0.0/24', { gateway_ip: null });
        await cloud.add(r.id, { subnet_id: subnet.id });
      },
      () => bad('Subnet for router interface must have a gateway IP'),
    ],
    [
      'a used port',
      async (r) => cloud.add(r.id, { port_id: (await cloud.makePort({ device_id: 'vm' })).id }),
      () => type('PortInUse', /Port already has an attached device vm\.$/),
    ],
    [
      'a port without address',
      async (r) => cloud.add(r.id, { port_id: (await cloud.makePort({ fixed_ips: [] })).id }),
      () => bad('Router port must have at least one fixed IP'),
    ],
    [
      'an internal network as gateway',
      (r) => cloud.setGateway(r.id, { network_id: cloud.priv.id }),
      () => bad(`Network ${cloud.priv.id} is not an external network`),
    ],
    [
      'no such network',
      (r) => cloud.setGateway(r.id, { network_id: NOWHERE }),
      () => type('NetworkNotFound'),
    ],
    [
      "the LAN's own gateway as address",
      (r) => cloud.setGateway(r.id, { external_fixed_ips: [{ ip_address: '192.168.81.254' }] }),
      () => bad('External IP 192.168.81.254 is the same as the gateway IP'),
    ],
    [
      'an interface that is not there, by port',
      (r) => cloud.remove(r.id, { port_id: NOWHERE }),
      (r) => type('RouterInterfaceNotFound', `Router ${r.id} does not have an interface with id ${NOWHERE}`),
    ],
    [
      'an interface that is not there, by subnet',
      (r) => cloud.remove(r.id, { subnet_id: cloud.privSubnet.id }),
      (r) =>
        type(
          'RouterInterfaceNotFoundForSubnet',
          `Router ${r.id} has no interface on subnet ${cloud.privSubnet.id}`,
        ),
    ],
    [
      'removal from no subnet',
      (r) => cloud.remove(r.id, { subnet_id: NOWHERE }),
      () => type('SubnetNotFound'),
    ],
    [
      'a route to nowhere',
      (r) => cloud.update(r.id, { routes: [{ destination: '10.7.0.0/24', nexthop: '9.9.9.9' }] }),
      () =>
        type(
          'InvalidRoutes',
          "Invalid format for routes: [{'destination': '10.7.0.0/24', 'nexthop': '9.9.9.9'}], " +
            'the nexthop is not connected with router',
        ),
    ],
    [
      'too many routes',
      (r) =>
        cloud.update(r.id, { routes: Array(31).fill({ destination: '10.7.0.0/24', nexthop: '9.9.9.9' }) }),
      () => type('RoutesExhausted'),
    ],
    [
      "another project's subnet",
      async () => {
        const [router] = await cloud.services.router!.create!(demo, [{ ...owned, tenant_id: 'demo' }]);
        await cloud.add(router!.id, { subnet_id: cloud.privSubnet.id }, demo);
      },
      () => type('SubnetNotFound'),
    ],
    [
      "another project's router",
      (r) => cloud.services.router!.get(demo, String(r.id)),
      () => type('RouterNotFound'),
    ],
    [
      'a revision that is not current',
      (r) => cloud.services.router!.update!({ ...admin, ifMatch: 77 }, String(r.id), { name: 'x' }),
      () => type('RevisionNumberConstraintFailed'),
    ],
  ];
  for (const [what, request, expected] of refusals) {
    test(`refused, without a trace: ${what}`, async () => {
      const router = await cloud.makeRouter();
      await assert.rejects(request(router), expected(router));
      if (what.includes('twice') || what.includes('overlapping')) return;
      assert.deepEqual(await cloud.portsOf(router.id), []);
    });
  }

  test('an external network that is used stays external', async () => {
    await cloud.makeRouter({ external_gateway_info: { network_id: cloud.pub.id } });
    await assert.rejects(
      cloud.services.network!.update!(admin, cloud.pub.id as string, { 'router:external': false }),
      type('ExternalNetworkInUse'),
    );
  });
});

describe('routers on MariaDB, many at once', () => {
  let mariadb: MariaDbServer;
  let db: TestDatabase;
  let server: TestServer;
  let cloud: Cloud;
  before(async () => {
    mariadb = await startMariaDb();
    db = await mariadb.database();
    server = await serverOn(db);
    await reportedAgent(db, 'L3 agent', 'controller');
    cloud = await cloudOn(server);
  });
  after(async () => {
    await server.end();
    await db.close();
    await mariadb.stop();
  });

  const counted = async (requests: Promise<unknown>[]) =>
    (await Promise.allSettled(requests)).filter(({ status }) => status === 'fulfilled').length;

  test('gateways of one router at the same moment leave one port', async () => {
    const router = await cloud.makeRouter();
    await Promise.all(Array.from({ length: 5 }, () => cloud.setGateway(router.id)));
    assert.equal((await cloud.portsOf(router.id)).length, 1);
  });

  test('an interface at the same moment is added once', async () => {
    const router = await cloud.makeRouter();
    const adds = Array.from({ length: 5 }, () => cloud.add(router.id, { subnet_id: cloud.privSubnet.id }));
    assert.equal(await counted(adds), 1);
    assert.equal((await cloud.portsOf(router.id)).length, 1);
    await cloud.remove(router.id, { subnet_id: cloud.privSubnet.id });
  });

  test('a router goes or gets an interface, not both', async () => {
    const router = await cloud.makeRouter();
    const id = router.id as string;
    const done = await counted([
      cloud.services.router!.delete!(admin, id),
      cloud.add(id, { subnet_id: cloud.privSubnet.id }),
    ]);
    assert.equal(done, 1);
    const ports = await cloud.portsOf(id);
    const alive = await counted([cloud.services.router!.get(admin, id)]);
    assert.equal(ports.length, alive, 'a port is left behind or missing');
    if (alive) await cloud.remove(id, { subnet_id: cloud.privSubnet.id });
  });

  test('a port at the same moment gets one floating IP, and a floating IP keeps its gateway', async () => {
    const router = await cloud.makeRouter();
    await cloud.add(router.id, { subnet_id: cloud.privSubnet.id });
    await cloud.setGateway(router.id);
    const port = await cloud.makePort();
    const before = (await cloud.services.floatingip!.list(admin, { filters: {}, sorts: [] })).length;
    const made = await counted(Array.from({ length: 5 }, () => cloud.makeFloating({ port_id: port.id })));
    assert.equal(made, 1);
    const [floating, ...others] = await cloud.services.floatingip!.list(admin, { filters: {}, sorts: [] });
    assert.equal(others.length, before);
    await cloud.updateFloating(floating!.id, { port_id: null });
    const done = await counted([
      cloud.updateFloating(floating!.id, { port_id: port.id }),
      cloud.update(router.id, { external_gateway_info: null }),
    ]);
    assert.equal(done, 1);
  });
});
