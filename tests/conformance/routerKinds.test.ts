import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { databases } from '../../src/server/db/testing.ts';
import { startApi, type TestApi, type User } from './api.ts';

const configuration = (more = '') => `
[DEFAULT]
core_plugin = ml2
service_plugins = router
${more}
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_vxlan]
vni_ranges = 1:1000
`;

type Body = Record<string, unknown>;

/** Requests as Python Neutron 21.0.0 was seen to answer them; see peer/NOTES.md, 16, for one agent being enough. */
const clientOf = (api: TestApi) => {
  const send = async (method: string, path: string, body?: unknown, user: User = 'admin') => {
    const reply = await api.request(user, method, `/v2.0/${path}`, body);
    return { status: reply.status, body: reply.body as Record<string, Body & Body[]> };
  };
  const make = async (name: string, item: Body, user: User = 'admin') =>
    (await send('POST', `${name}s`, { [name]: item }, user)).body[name] as Body;
  const refused = async (wanted: [number, string, string], ...request: Parameters<typeof send>) => {
    const { status, body } = await send(...request);
    const error = body.NeutronError as Body;
    assert.deepEqual([status, error?.type, error?.message], wanted, request.slice(0, 2).join(' '));
  };
  return { send, make, refused };
};

const forbidden = (action: string, attribute: string): [number, string, string] => [
  403,
  'PolicyNotAuthorized',
  `(rule:${action}_router and rule:${action}_router:${attribute}) is disallowed by policy`,
];

const agent = (host: string) => ({
  agent_type: 'L3 agent',
  binary: 'neutron-l3-agent',
  topic: 'l3_agent',
  host,
  availability_zone: 'nova',
  configurations: { agent_mode: 'legacy', handle_internal_only_routers: true },
  start_flag: true,
});

for (const [name, open] of Object.entries(databases())) {
  describe(`routers over HTTP on ${name}`, () => {
    let api: TestApi;
    let cloud: ReturnType<typeof clientOf>;
    let router: Body;
    const path = () => `routers/${router.id}`;
    before(async () => {
      api = await startApi(open, configOf(configuration()));
      cloud = clientOf(api);
      await api.report(agent('controller'));
      router = await cloud.make('router', { name: 'r' });
      const network = await cloud.make('network', { name: 'n' });
      const item = { network_id: network.id, cidr: '10.99.0.0/24', ip_version: 4 };
      const subnet = await cloud.make('subnet', item);
      await cloud.send('PUT', `${path()}/add_router_interface`, { subnet_id: subnet.id });
    });
    after(() => api.close());

    const route = (destination: string, nexthop = '10.99.0.9') => ({ destination, nexthop });
    const change = (action: string, ...routes: unknown[]) =>
      cloud.send('PUT', `${path()}/${action}`, { router: { routes } });
    const routes = (reply: { readonly body: Record<string, Body> }) => reply.body.router?.routes;

    test('extra routes are added and removed; what is there, or is not, changes nothing', async () => {
      const first = await change('add_extraroutes', route('10.1.0.0/24'));
      assert.deepEqual([first.status, routes(first)], [200, [route('10.1.0.0/24')]]);
      assert.deepEqual(Object.keys(first.body.router!).slice(6, 13), [
        'gw_port_id',
        'description',
        'availability_zones',
        'distributed',
        'ha',
        'ha_vr_id',
        'availability_zone_hints',
      ]);
      const again = await change('add_extraroutes', route('10.1.0.0/24'), route('10.2.0.0/24'));
      assert.deepEqual(routes(again), [route('10.1.0.0/24'), route('10.2.0.0/24')]);
      const revision = again.body.router!.revision_number;
      const same = await change('add_extraroutes', route('10.2.0.0/24'));
      assert.equal(same.body.router!.revision_number, revision);
      const other = await change('add_extraroutes', route('10.2.0.0/24', '10.99.0.8'));
      assert.equal((routes(other) as unknown[]).length, 3);
      await change(
        'remove_extraroutes',
        route('10.2.0.0/24', '10.99.0.8'),
        route('10.7.0.0/24', '10.77.0.9'),
      );
      const left = await change('remove_extraroutes', route('10.1.0.0/24'), route('10.2.0.0/24'));
      assert.deepEqual([left.status, routes(left)], [200, []]);
    });

    test('extra routes are checked all together, and all or none are added', async () => {
      const invalid = (text: string, reason: string): [number, string, string] => [
        400,
        'InvalidRoutes',
        `Invalid format for routes: ${text}, ${reason}`,
      ];
      const add = (...named: unknown[]) =>
        ['PUT', `${path()}/add_extraroutes`, { router: { routes: named } }] as const;
      const text = "[{'destination': '10.1.0.0/24', 'nexthop': '10.77.0.9'}]";
      const unknown = invalid(text, 'the nexthop is not connected with router');
      await cloud.refused(unknown, ...add(route('10.1.0.0/24', '10.77.0.9')));
      const own = "[{'destination': '10.1.0.0/24', 'nexthop': '10.99.0.1'}]";
      await cloud.refused(
        invalid(own, 'the nexthop is used by router'),
        ...add(route('10.1.0.0/24', '10.99.0.1')),
      );
      const format = (message: string): [number, string, string] => [400, 'AddrFormatError', message];
      await cloud.refused(format('invalid IPNetwork zz'), ...add(route('10.1.0.0/24'), route('zz')));
      const bad = "failed to detect a valid IP address from 'x'";
      await cloud.refused(format(bad), ...add(route('10.1.0.0/24', 'x')));
      const many = Array.from({ length: 31 }, (_, at) => route(`10.1.${at}.0/24`));
      await cloud.refused(
        [
          400,
          'RoutesExhausted',
          `Unable to complete operation for ${router.id}. The number of routes exceeds the maximum 30.`,
        ],
        ...add(...many),
      );
      // Python Neutron answers these with 500.
      for (const body of [{}, { router: {} }, { router: { routes: 'x' } }, { router: { routes: [{}] } }]) {
        const { status } = await cloud.send('PUT', `${path()}/add_extraroutes`, body);
        assert.equal(status, 400);
      }
      assert.deepEqual((await cloud.send('GET', path())).body.router!.routes, []);
      const missing = '00000000-0000-0000-0000-000000000000';
      const lost: [number, string, string] = [404, 'RouterNotFound', `Router ${missing} could not be found`];
      await cloud.refused(lost, 'PUT', `routers/${missing}/add_extraroutes`, { router: { routes: [] } });
      await cloud.refused(
        [404, 'RouterNotFound', `Router ${router.id} could not be found`],
        'PUT',
        `${path()}/add_extraroutes`,
        { router: { routes: [] } },
        'demo',
      );
    });

    test('only an administrator decides the kind of a router, or sees it', async () => {
      const own = await cloud.make('router', { name: 'own' }, 'demo');
      assert.deepEqual([own.ha, own.distributed], [undefined, undefined]);
      for (const kind of ['ha', 'distributed']) {
        const item = { router: { name: 'x', [kind]: false } };
        await cloud.refused(forbidden('create', kind), 'POST', 'routers', item, 'demo');
        const update = { router: { [kind]: true } };
        await cloud.refused(forbidden('update', kind), 'PUT', `routers/${own.id}`, update, 'demo');
        const { status } = await cloud.send('GET', `routers?${kind}=True`);
        assert.equal(status, 400, 'no filter');
      }
      for (const [value, text] of [
        ['x', "'x'"],
        [[], "'[]'"],
      ]) {
        await cloud.refused(
          [400, 'InvalidInput', `Invalid input for operation: ${text} cannot be converted to boolean.`],
          'POST',
          'routers',
          { router: { ha: value } },
        );
      }
    });

    test('one agent is enough for a highly available router, and its network is in use while it is there', async () => {
      const made = await cloud.make('router', { name: 'ha', ha: 'true' });
      assert.deepEqual([made.ha, made.status, made.availability_zones], [true, 'ACTIVE', []]);
      const hosts = (await cloud.send('GET', `routers/${made.id}/l3-agents`)).body.agents!;
      assert.deepEqual(
        hosts.map(({ host, ha_state }) => [host, ha_state]),
        [['controller', 'standby']],
      );
      const [network] = (await cloud.send('GET', `networks?name=HA network tenant ${made.project_id}`)).body
        .networks!;
      assert.equal((await cloud.send('DELETE', `networks/${network!.id}`)).status, 409);
      const [port] = (await cloud.send('GET', `ports?device_id=${made.id}`)).body.ports!;
      await cloud.refused(
        [
          409,
          'ServicePortInUse',
          `Port ${port!.id} cannot be deleted directly via the port API: has device owner network:router_ha_interface.`,
        ],
        'DELETE',
        `ports/${port!.id}`,
      );
      assert.equal((await cloud.send('DELETE', `routers/${made.id}`)).status, 204);
      assert.equal((await cloud.send('GET', `networks/${network!.id}`)).status, 404);
    });

    test('with l3_ha and router_distributed a project’s routers are so without its asking', async () => {
      const more = 'l3_ha = True\nrouter_distributed = True\nl3_ha_net_cidr = 169.254.0.0/20';
      const other = await startApi(open, configOf(configuration(more)));
      try {
        const own = clientOf(other);
        await other.report(agent('controller'));
        const both = await own.make('router', { name: 'both' }, 'demo');
        const shown = (await own.send('GET', `routers/${both.id}`)).body.router!;
        assert.deepEqual([shown.ha, shown.distributed], [true, true]);
        const ha = await own.make('router', { name: 'ha', distributed: false });
        const [port] = (await own.send('GET', `ports?device_id=${ha.id}`)).body.ports!;
        assert.match(JSON.stringify(port!.fixed_ips), /"ip_address":"169\.254\.(\d|1[0-5])\./);
        const legacy = await own.make('router', { name: 'legacy', distributed: false, ha: false });
        assert.deepEqual([legacy.ha, legacy.distributed], [false, false]);
      } finally {
        await other.close();
      }
    });

    test('enable_dvr = False hides what distributed routers bring', async () => {
      const other = await startApi(open, configOf(configuration('enable_dvr = False')));
      try {
        const own = clientOf(other);
        const aliases = (await own.send('GET', 'extensions')).body.extensions!.map(({ alias }) => alias);
        assert.ok(aliases.includes('l3-ha'));
        assert.equal(aliases.includes('dvr'), false);
        assert.equal(aliases.includes('router-admin-state-down-before-update'), false);
        assert.equal('distributed' in (await own.make('router', { name: 'r' })), false);
        const { status } = await own.send('POST', 'routers', { router: { distributed: true } });
        assert.equal(status, 400);
      } finally {
        await other.close();
      }
    });

    test('options with which no HA router could work stop the server', async () => {
      const start = (more: string) => startApi(open, configOf(configuration(more)));
      await assert.rejects(start('l3_ha_net_cidr = 169.254.192.1/18'), { type: 'HANetworkCIDRNotValid' });
      await assert.rejects(start('max_l3_agents_per_router = -1'), { type: 'HAMaximumAgentsNumberNotValid' });
    });
  });
}
