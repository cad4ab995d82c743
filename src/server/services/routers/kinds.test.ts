import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { adminContext } from '../../../rpc/context.ts';
import { client } from '../../../rpc/interface.ts';
import { l2plugin } from '../../../rpc/l2plugin.ts';
import { type FdbEntries, floodingEntry, l2population } from '../../../rpc/l2population.ts';
import { l3plugin } from '../../../rpc/l3plugin.ts';
import { until } from '../../../testing/until.ts';
import { databases, type TestDatabase } from '../../db/testing.ts';
import { reportedAgent, serverOn, type TestServer } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import type { Item, RequestContext } from '../service.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const query = (filters: Item) => ({ filters: filters as Record<string, readonly unknown[]>, sorts: [] });
const bad = (message: string) => ({ type: 'BadRequest', message: `Bad router request: ${message}.` });
const HA_ACTIVE =
  'Cannot change HA attribute of active routers. Please set router admin_state_up to False prior to upgrade';
const DVR_ACTIVE =
  "Cannot change the 'distributed' attribute of active routers. Please set router admin_state_up to False prior to upgrade";

for (const [name, open] of Object.entries(databases())) {
  describe(`kinds of routers on ${name}`, () => {
    let db: TestDatabase;
    let server: TestServer;
    before(async () => {
      db = await open();
      server = await serverOn(db);
      for (const host of ['one', 'two']) {
        await reportedAgent(db, 'Linux bridge agent', host, {
          bridge_mappings: {},
          tunnel_types: ['vxlan'],
          tunneling_ip: host === 'one' ? '192.0.2.1' : '192.0.2.2',
          l2_population: true,
        });
        await reportedAgent(db, 'L3 agent', host, { agent_mode: 'legacy' });
      }
    });
    after(async () => {
      await server.end();
      await db.close();
    });

    let projects = 0;
    /** A project of its own, so that no test finds another's HA network. */
    const makeProject = () => `project${++projects}`;
    const make = async (service: 'network' | 'subnet' | 'router', project: string, item: Item) => {
      const owned = { tenant_id: project, project_id: project, name: '', admin_state_up: true };
      return (await server.api.services[service]!.create!(admin, [{ ...owned, ...item }]))[0]!;
    };
    const makeRouter = (project: string, item: Item) => make('router', project, item);
    const update = (id: unknown, changes: Item) =>
      server.api.services.router!.update!(admin, String(id), changes);
    const act = (id: unknown, action: string, body: Item) =>
      server.api.services.router!.actions![action]!(admin, String(id), body);
    const remove = (id: unknown) => server.api.services.router!.delete!(admin, String(id));
    const portsOf = async (id: unknown) =>
      (await server.api.services.port!.list(admin, query({ device_id: [id] })))
        .map(
          ({ device_owner, ...port }): Item => ({
            owner: String(device_owner).replace('network:', ''),
            ...port,
          }),
        )
        .sort((a, b) => String(a.owner).localeCompare(String(b.owner)));
    const ownersOf = async (id: unknown) => (await portsOf(id)).map(({ owner }) => owner);
    const haNetworks = (project: string) =>
      server.api.services.network!.list(admin, query({ name: [`HA network tenant ${project}`] }));
    const agentsOf = async (id: unknown) =>
      (await server.api.members.l3Agents!.list(admin, String(id)))
        .map(({ host, ha_state }) => [host, ha_state])
        .sort();
    const subnetOf = async (project: string, cidr: string, item: Item = {}) => {
      const network = await make('network', project, item);
      return make('subnet', project, {
        network_id: network.id,
        cidr,
        ip_version: 4,
        enable_dhcp: false,
      });
    };
    const rpc = () => client(server.transport, l3plugin);
    const syncOn = (host: string, id: unknown) =>
      rpc().sync_routers(adminContext(), { host, router_ids: [String(id)] });
    const agentId = async (host: string) =>
      (await server.api.services.agent!.list(admin, query({ host: [host], agent_type: ['L3 agent'] })))[0]!
        .id as string;

    test('a highly available router has a hidden network, a port for each agent, and a VRID', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { ha: true });
      assert.deepEqual([router.ha, router.distributed, router.status], [true, false, 'ACTIVE']);
      const [network, ...others] = await haNetworks(project);
      assert.deepEqual([network?.tenant_id, network?.shared, others.length], ['', false, 0]);
      const own: RequestContext = { ...admin, isAdmin: false, projectId: project };
      assert.deepEqual(await server.api.services.network!.list(own, query({})), []);
      const ports = await portsOf(router.id);
      assert.deepEqual(
        ports.map(({ owner, name, tenant_id, network_id }) => [owner, name, tenant_id, network_id]),
        Array(2).fill(['router_ha_interface', `HA port tenant ${project}`, '', network!.id]),
      );
      const stored = await server.api.services.router!.get(admin, router.id as string);
      assert.ok(Number(stored.ha_vr_id) >= 1 && Number(stored.ha_vr_id) <= 254);
      assert.deepEqual(await agentsOf(router.id), [
        ['one', 'standby'],
        ['two', 'standby'],
      ]);
      await remove(router.id);
      assert.deepEqual([await haNetworks(project), await ownersOf(router.id)], [[], []]);
    });

    test('each agent is told its own HA port, and ports follow the instance that is active', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { ha: true });
      const subnet = await subnetOf(project, '10.1.0.0/24');
      await act(router.id, 'add_router_interface', { subnet_id: subnet.id });
      const [one] = await syncOn('one', router.id);
      const [two] = await syncOn('two', router.id);
      assert.notEqual(one?._ha_interface?.id, two?._ha_interface?.id);
      assert.deepEqual([one?._ha_state, one?.ha_vr_id === two?.ha_vr_id], ['standby', true]);
      assert.deepEqual(
        [one?._ha_interface?.['binding:host_id'], two?._ha_interface?.['binding:host_id']],
        ['one', 'two'],
      );
      assert.equal(one?._ha_interface?.fixed_ips[0]?.prefixlen, 18);
      const hostOfInterface = async () =>
        (await portsOf(router.id)).find(({ owner }) => owner === 'ha_router_replicated_interface')?.[
          'binding:host_id'
        ];
      assert.equal(await hostOfInterface(), '');
      const states = { [String(router.id)]: 'active' as const };
      await rpc().update_ha_routers_states(adminContext(), { host: 'two', states });
      await until('the interface follows', async () => (await hostOfInterface()) === 'two');
      assert.deepEqual(await agentsOf(router.id), [
        ['one', 'standby'],
        ['two', 'active'],
      ]);
      assert.equal(await rpc().get_host_ha_router_count(adminContext(), { host: 'one' }), 1);
    });

    test('L2 agents flood to every host of the router, and are told no place of its MAC', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { ha: true });
      const subnet = await subnetOf(project, '10.7.0.0/24');
      const added = await act(router.id, 'add_router_interface', { subnet_id: subnet.id });
      const told: FdbEntries[] = [];
      const remember = async (_context: unknown, { fdb_entries }: { fdb_entries?: unknown }) => {
        told.push(fdb_entries as FdbEntries);
      };
      const methods = { add_fdb_entries: remember, remove_fdb_entries: remember };
      const listener = await server.transport.listen(l2population.topic, `fdb-${project}`, [
        { version: '1.9', methods: methods as never },
      ]);
      const states = { [String(router.id)]: 'active' as const };
      await rpc().update_ha_routers_states(adminContext(), { host: 'two', states });
      const interfaceOf = async () => (await portsOf(router.id)).find(({ id }) => id === added.port_id)!;
      await until('it is bound', async () => (await interfaceOf())['binding:vif_type'] === 'bridge');
      const l2 = client(server.transport, l2plugin);
      const device = `tap${String(added.port_id).slice(0, 11)}`;
      for (const host of ['two', 'one']) {
        const asked = { agent_id: `lb-${host}`, devices: [device], host };
        const [details] = await l2.get_devices_details_list(adminContext(), asked);
        assert.ok(details && 'network_id' in details, `${host} wires it`);
        await l2.update_device_up(adminContext(), { agent_id: `lb-${host}`, device, host });
      }
      assert.equal((await interfaceOf()).status, 'ACTIVE');
      await server.settle();
      const ports = told.flatMap((entries) => {
        const fdb = entries[String(subnet.network_id)];
        return fdb ? [fdb.ports] : [];
      });
      const flooded = { '192.0.2.1': [floodingEntry], '192.0.2.2': [floodingEntry] };
      assert.deepEqual(Object.assign({}, ...ports), flooded);
      assert.ok(
        ports.flatMap((port) => Object.values(port).flat()).every(([mac]) => mac === floodingEntry[0]),
      );
      await act(router.id, 'remove_router_interface', { subnet_id: subnet.id });
      await server.settle();
      assert.deepEqual(
        told.at(-1)?.[String(subnet.network_id)]?.ports,
        flooded,
        'nobody floods there any more',
      );
      await listener.close();
    });

    test('a router becomes highly available and back only while it is administratively down', async () => {
      const project = makeProject();
      const router = await makeRouter(project, {});
      const subnet = await subnetOf(project, '10.2.0.0/24');
      await act(router.id, 'add_router_interface', { subnet_id: subnet.id });
      await assert.rejects(update(router.id, { ha: true }), bad(HA_ACTIVE));
      await update(router.id, { ha: true, admin_state_up: false });
      assert.deepEqual(await ownersOf(router.id), [
        'ha_router_replicated_interface',
        'router_ha_interface',
        'router_ha_interface',
      ]);
      await assert.rejects(update(router.id, { ha: false, admin_state_up: true }), bad(HA_ACTIVE));
      await update(router.id, { admin_state_up: true });
      assert.equal((await update(router.id, { ha: null })).ha, true);
      const legacy = await update(router.id, { ha: false, admin_state_up: false });
      assert.equal(legacy.ha, false);
      assert.deepEqual([await ownersOf(router.id), await haNetworks(project)], [['router_interface'], []]);
      assert.equal((await agentsOf(router.id)).length, 1);
    });

    test('agents are added and taken away by hand, and a new one joins by itself', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { ha: true });
      const members = server.api.members.l3Routers!;
      const two = await agentId('two');
      await members.remove!(admin, two, String(router.id));
      assert.deepEqual(await ownersOf(router.id), ['router_ha_interface']);
      assert.deepEqual(await syncOn('two', router.id), []);
      await members.add!(admin, two, String(router.id));
      await members.add!(admin, two, String(router.id));
      assert.equal((await agentsOf(router.id)).length, 2);
      await reportedAgent(db, 'L3 agent', 'three', { agent_mode: 'legacy' });
      const ids = await rpc().get_router_ids(adminContext(), { host: 'three' });
      assert.ok(ids.includes(String(router.id)));
      assert.equal((await ownersOf(router.id)).length, 3);
      await reportedAgent(db, 'L3 agent', 'four', { agent_mode: 'legacy' });
      await rpc().get_router_ids(adminContext(), { host: 'four' });
      assert.equal((await agentsOf(router.id)).length, 3, 'max_l3_agents_per_router is 3');
      await db.kysely.deleteFrom('agents').where('host', 'in', ['three', 'four']).execute();
      await remove(router.id);
    });

    test('a router that no agent hosts keeps its VRID, and the network that it is of', async () => {
      const project = makeProject();
      const [idle, other] = [
        await makeRouter(project, { ha: true }),
        await makeRouter(project, { ha: true }),
      ];
      const members = server.api.members.l3Routers!;
      for (const host of ['one', 'two']) await members.remove!(admin, await agentId(host), String(idle.id));
      await remove(other.id);
      assert.equal((await haNetworks(project)).length, 1);
      await members.add!(admin, await agentId('one'), String(idle.id));
      const vridOf = async (id: unknown) =>
        (await server.api.services.router!.get(admin, String(id))).ha_vr_id as number;
      const allocated = await db.kysely
        .selectFrom('ha_router_vrid_allocations')
        .select('vr_id')
        .where('network_id', '=', (await haNetworks(project))[0]!.id as string)
        .execute();
      assert.deepEqual(allocated, [{ vr_id: await vridOf(idle.id) }]);
      await remove(idle.id);
      assert.deepEqual(await haNetworks(project), []);
    });

    test('of a dead agent the state is a guess', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { ha: true });
      const states = { [String(router.id)]: 'active' as const };
      await rpc().update_ha_routers_states(adminContext(), { host: 'one', states });
      const isActive = async () => Object.fromEntries(await agentsOf(router.id)).one === 'active';
      await until('the state is known', isActive);
      const beats = (host: string, heartbeat_timestamp: string) =>
        db.kysely.updateTable('agents').set({ heartbeat_timestamp }).where('host', '=', host).execute();
      const [{ heartbeat_timestamp }] = (await db.kysely
        .selectFrom('agents')
        .select('heartbeat_timestamp')
        .execute()) as [{ heartbeat_timestamp: string }];
      await beats('one', '2020-01-01 00:00:00');
      assert.deepEqual(Object.fromEntries(await agentsOf(router.id)).one, 'standby');
      await beats('two', '2020-01-01 00:00:00');
      assert.deepEqual(Object.fromEntries(await agentsOf(router.id)).one, 'unknown');
      await beats('one', heartbeat_timestamp);
      await beats('two', heartbeat_timestamp);
    });

    test('without a VRID left a router is in ERROR; a router that goes gives its VRID back', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { ha: true });
      const [network] = await haNetworks(project);
      const taken = await db.kysely
        .selectFrom('ha_router_vrid_allocations')
        .select('vr_id')
        .where('network_id', '=', network!.id as string)
        .execute();
      const rest = Array.from({ length: 254 }, (_, at) => at + 1).filter((id) => id !== taken[0]?.vr_id);
      await db.kysely
        .insertInto('ha_router_vrid_allocations')
        .values(rest.map((vr_id) => ({ network_id: network!.id as string, vr_id })))
        .execute();
      const second = await makeRouter(project, { ha: true });
      assert.deepEqual([second.status, await agentsOf(second.id)], ['ERROR', []]);
      await remove(router.id);
      const third = await makeRouter(project, { ha: true });
      assert.deepEqual([third.status, (await agentsOf(third.id)).length], ['ACTIVE', 2]);
    });

    test('routers of one project made at once share one HA network and no VRID', async () => {
      const project = makeProject();
      const routers = await Promise.all(Array.from({ length: 6 }, () => makeRouter(project, { ha: true })));
      assert.equal((await haNetworks(project)).length, 1);
      const shown = await server.api.services.router!.list(admin, query({ id: routers.map(({ id }) => id) }));
      assert.equal(new Set(shown.map(({ ha_vr_id }) => ha_vr_id)).size, 6);
      await Promise.all(routers.map(({ id }) => remove(id)));
      assert.deepEqual(await haNetworks(project), []);
    });

    test('a distributed router is there, has its ports, and no agent on Linux bridges hosts it', async () => {
      const project = makeProject();
      const router = await makeRouter(project, { distributed: true });
      const subnet = await subnetOf(project, '10.3.0.0/24');
      const outside = await subnetOf(project, '10.4.0.0/24', { 'router:external': true });
      await act(router.id, 'add_router_interface', { subnet_id: subnet.id });
      const gateway = { network_id: outside.network_id };
      await update(router.id, { external_gateway_info: gateway });
      const ports = await portsOf(router.id);
      assert.deepEqual(
        ports.map((port) => [port.owner, port['binding:vif_type'], port.tenant_id]),
        [
          ['router_centralized_snat', 'unbound', ''],
          ['router_gateway', 'unbound', ''],
          ['router_interface_distributed', 'distributed', project],
        ],
      );
      assert.deepEqual(await agentsOf(router.id), []);
      const members = server.api.members.l3Routers!;
      await assert.rejects(members.add!(admin, await agentId('one'), String(router.id)), {
        type: 'RouterL3AgentMismatch',
      });
      await assert.rejects(update(router.id, { distributed: false, admin_state_up: false }), bad(DVR_ACTIVE));
      await update(router.id, { admin_state_up: false });
      await assert.rejects(update(router.id, { distributed: false, admin_state_up: true }), bad(DVR_ACTIVE));
      await update(router.id, { distributed: false });
      assert.deepEqual(await ownersOf(router.id), ['router_gateway', 'router_interface']);
      assert.equal((await agentsOf(router.id)).length, 1);
      await update(router.id, { distributed: true });
      assert.equal((await ownersOf(router.id))[0], 'router_centralized_snat');
      await act(router.id, 'remove_router_interface', { subnet_id: subnet.id });
      assert.deepEqual(await ownersOf(router.id), ['router_gateway']);
      await remove(router.id);
    });

    test('extra routes added by many at once are all there', async () => {
      const project = makeProject();
      const router = await makeRouter(project, {});
      const subnet = await subnetOf(project, '10.5.0.0/24');
      await act(router.id, 'add_router_interface', { subnet_id: subnet.id });
      const route = (at: number) => ({ destination: `10.6.${at}.0/24`, nexthop: '10.5.0.9' });
      const change = (action: string, at: number) =>
        act(router.id, action, { router: { routes: [route(at)] } });
      const many = Array.from({ length: 8 }, (_, at) => at);
      await Promise.all(many.map((at) => change('add_extraroutes', at)));
      const { router: added } = (await change('add_extraroutes', 3)) as { router: Item };
      assert.deepEqual(added.routes, many.map(route));
      await Promise.all(many.slice(0, 6).map((at) => change('remove_extraroutes', at)));
      const { router: left } = (await change('remove_extraroutes', 0)) as { router: Item };
      assert.deepEqual(left.routes, many.slice(6).map(route));
    });
  });
}
