import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../log/silent.ts';
import { adminContext } from '../../rpc/context.ts';
import { databases, type TestDatabase } from '../db/testing.ts';
import { adminRequest } from '../services/admin.ts';
import { settleHints } from '../services/agents/zones.ts';
import { databaseTime } from '../services/standardAttributes.ts';
import type { Work } from '../services/work.ts';
import { bareNetwork, bareRouter, rememberingOutbox, reportedAgent, serverOn } from '../testing.ts';
import { createDhcpScheduler } from './dhcp.ts';
import { createL3Scheduler, type HaMembership } from './l3.ts';

const scheduler = (module: string, name: string) => `neutron.scheduler.${module}_agent_scheduler.${name}`;

const settings = {
  agent_down_time: 75,
  default_availability_zones: [] as readonly string[],
  dhcp_agents_per_network: 1,
  dhcp_load_type: 'networks',
  network_auto_schedule: true,
  network_scheduler_driver: scheduler('dhcp', 'AZAwareWeightScheduler'),
  max_l3_agents_per_router: 3,
  router_auto_schedule: true,
  router_scheduler_driver: scheduler('l3', 'AZLeastRoutersScheduler'),
};

for (const [name, open] of Object.entries(databases())) {
  describe(`availability zones on ${name}`, () => {
    let db: TestDatabase;
    before(async () => {
      db = await open();
      await reportedAgent(db, 'DHCP agent', 'a1', {}, 'a');
      await reportedAgent(db, 'DHCP agent', 'a2', {}, 'a');
      await reportedAgent(db, 'DHCP agent', 'b1', {}, 'b');
      await reportedAgent(db, 'L3 agent', 'a1', { agent_mode: 'legacy' }, 'a');
      await reportedAgent(db, 'L3 agent', 'b1', { agent_mode: 'legacy' }, 'b');
    });
    after(() => db.close());

    const dhcp = (more: Partial<typeof settings> = {}) =>
      createDhcpScheduler({ ...settings, ...more }, rememberingOutbox(), silentLog);
    const joined: HaMembership = { join: async () => true };
    const l3 = (more: Partial<typeof settings> = {}) =>
      createL3Scheduler({ ...settings, ...more }, joined, silentLog);
    const inWork = <T>(body: (work: Work) => Promise<T>) =>
      db.transaction((tx) => body({ tx, context: adminRequest(), after: () => {} }));

    async function zonesOf(more: Partial<typeof settings>, availability_zone_hints = '') {
      const network = await bareNetwork(db, { availability_zone_hints });
      const { added: chosen } = await db.transaction((tx) =>
        dhcp(more).schedule(tx, adminContext(), network),
      );
      return chosen.map(({ availability_zone }) => availability_zone).sort();
    }

    test('a network asks for zones by its hints, else by the default; every scheduler listens', async () => {
      assert.deepEqual(await zonesOf({}, '["b"]'), ['b']);
      assert.deepEqual(await zonesOf({ default_availability_zones: ['b'] }), ['b']);
      assert.deepEqual(await zonesOf({ default_availability_zones: ['b'] }, '["a"]'), ['a']);
      assert.deepEqual(await zonesOf({ dhcp_agents_per_network: 2 }, '["b"]'), ['b'], 'b has one agent');
      const network_scheduler_driver = scheduler('dhcp', 'WeightScheduler');
      assert.deepEqual(await zonesOf({ network_scheduler_driver }, '["b"]'), ['b']);
    });

    test('several agents of a network are spread over its zones', async () => {
      for (let round = 0; round < 4; round++) {
        assert.deepEqual(await zonesOf({ dhcp_agents_per_network: 2 }), ['a', 'b']);
      }
      assert.deepEqual(await zonesOf({ dhcp_agents_per_network: 3 }), ['a', 'a', 'b']);
    });

    test('a second agent comes from the other zone', async () => {
      const network = await bareNetwork(db);
      await db.transaction((tx) => dhcp().schedule(tx, adminContext(), network));
      const two = dhcp({ dhcp_agents_per_network: 2 });
      await db.transaction((tx) => two.schedule(tx, adminContext(), network));
      const zones = (await two.hosting(db.kysely, network)).map(({ availability_zone }) => availability_zone);
      assert.deepEqual(zones.sort(), ['a', 'b']);
    });

    test('an agent that asks gets no network or router of another zone', async () => {
      const network = await bareNetwork(db, { availability_zone_hints: '["b"]' });
      const router = await bareRouter(db, '["b"]');
      const hosts = async () => [
        ...(await dhcp().hosting(db.kysely, network)),
        ...(await l3().hosting(db.kysely, [router])),
      ];
      await db.transaction((tx) => dhcp().autoSchedule(tx, 'a1'));
      await inWork((work) => l3().autoSchedule(work, 'a1'));
      assert.deepEqual(await hosts(), []);
      await db.transaction((tx) => dhcp().autoSchedule(tx, 'b1'));
      await inWork((work) => l3().autoSchedule(work, 'b1'));
      assert.deepEqual(
        (await hosts()).map(({ host }) => host),
        ['b1', 'b1'],
      );
    });

    test('of the schedulers of routers only the one for zones looks at hints', async () => {
      const zone = async (more: Partial<typeof settings>, hints?: string) => {
        const router = await bareRouter(db, hints);
        return (await inWork((work) => l3(more).schedule(work, router))).added[0]?.availability_zone;
      };
      for (let round = 0; round < 3; round++) assert.equal(await zone({}, '["b"]'), 'b');
      assert.equal(await zone({ default_availability_zones: ['b'] }), 'b');
      const router_scheduler_driver = scheduler('l3', 'LeastRoutersScheduler');
      assert.equal(await zone({ router_scheduler_driver }, '["b"]'), 'a', 'the least busy');
    });

    test('a highly available router is spread over its zones', async () => {
      await reportedAgent(db, 'L3 agent', 'a2', { agent_mode: 'legacy' }, 'a');
      const router = await bareRouter(db, '');
      await db.kysely
        .updateTable('router_extra_attributes')
        .set({ ha: 1 })
        .where('router_id', '=', router)
        .execute();
      const two = l3({ max_l3_agents_per_router: 2 });
      const { added: chosen } = await inWork((work) => two.schedule(work, router));
      assert.deepEqual(chosen.map(({ availability_zone }) => availability_zone).sort(), ['a', 'b']);
    });

    test('hints are kept in order, the default stands in for none, and a zone must be known', async () => {
      const settle = (asked: unknown, defaults: readonly string[] = []) =>
        settleHints(db.kysely, 'DHCP agent', asked, defaults);
      assert.deepEqual(await settle(['b', 'a']), ['a', 'b']);
      assert.deepEqual(await settle([], ['b']), ['b']);
      assert.deepEqual(await settle(undefined), []);
      await assert.rejects(settle(['a', 'c']), /AvailabilityZone c could not be found\./);
      await assert.rejects(settle([], ['d']), /AvailabilityZone d could not be found\./);
    });

    test('a network and its zones through the API: two agents, one dies, another takes over', async () => {
      const server = await serverOn(db, '\n[DEFAULT]\ndhcp_agents_per_network = 2\n');
      const { services, members } = server.api;
      const admin = adminRequest();
      const [network] = await services.network!.create!(admin, [
        { tenant_id: 'p', name: 'n', availability_zone_hints: ['a', 'b'] },
      ]);
      const id = network!.id as string;
      assert.deepEqual(network!.availability_zones, []);
      await services.subnet!.create!(admin, [
        { tenant_id: 'p', network_id: id, ip_version: 4, cidr: '10.0.0.0/24', enable_dhcp: true },
      ]);
      const hosts = async () =>
        (await members.dhcpAgents!.list(admin, id)).map(({ host }) => String(host)).sort();
      const [first, second] = await hosts();
      assert.equal((await hosts()).length, 2);
      const old = databaseTime(new Date(Date.now() - 200_000));
      await db.kysely
        .updateTable('agents')
        .set({ heartbeat_timestamp: old })
        .where('host', '=', first!)
        .execute();
      await server.periodic.find((task) => task.name === 'DHCP failover')!.run();
      const after = await hosts();
      const zones = [...new Set(after.map((host) => host[0]))].sort();
      assert.equal(after.length, 2);
      assert(!after.includes(first!), 'the dead agent lost it');
      assert(after.includes(second!), 'the living one kept it');
      const shown = await services.network!.get(admin, id);
      assert.deepEqual(shown.availability_zone_hints, ['a', 'b']);
      assert.deepEqual([...(shown.availability_zones as string[])].sort(), zones);
      await server.end();
    });
  });
}
