import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../log/silent.ts';
import { adminContext } from '../../rpc/context.ts';
import { databases, type TestDatabase } from '../db/testing.ts';
import { adminRequest } from '../services/admin.ts';
import { databaseTime } from '../services/standardAttributes.ts';
import type { Work } from '../services/work.ts';
import { bareNetwork, bareRouter, rememberingOutbox, reportedAgent } from '../testing.ts';
import { createDhcpScheduler } from './dhcp.ts';
import { createL3Scheduler, type HaMembership } from './l3.ts';

const settings = {
  agent_down_time: 75,
  default_availability_zones: [] as readonly string[],
  dhcp_agents_per_network: 1,
  dhcp_load_type: 'networks',
  network_auto_schedule: true,
  network_scheduler_driver: null as string | null,
  router_auto_schedule: true,
  router_scheduler_driver: null as string | null,
  max_l3_agents_per_router: 3,
};

for (const [name, open] of Object.entries(databases())) {
  describe(`scheduling on ${name}`, () => {
    let db: TestDatabase;
    before(async () => {
      db = await open();
      await reportedAgent(db, 'DHCP agent', 'one');
      await reportedAgent(db, 'DHCP agent', 'two');
      await reportedAgent(db, 'L3 agent', 'one', { agent_mode: 'legacy' });
      await reportedAgent(db, 'L3 agent', 'two', { agent_mode: 'legacy' });
      await reportedAgent(db, 'L3 agent', 'dvr', { agent_mode: 'dvr' });
    });
    after(() => db.close());

    const dhcp = (more: Partial<typeof settings> = {}) => {
      const outbox = rememberingOutbox();
      return { outbox, scheduler: createDhcpScheduler({ ...settings, ...more }, outbox, silentLog) };
    };
    const schedule = (scheduler: ReturnType<typeof dhcp>['scheduler'], network: string) =>
      db.transaction(async (tx) => (await scheduler.schedule(tx, adminContext(), network)).added);
    const nobody: HaMembership = {
      join: async () => {
        throw new Error('there is no highly available router here');
      },
    };
    const l3 = createL3Scheduler(settings, nobody, silentLog);
    const inWork = <T>(body: (work: Work) => Promise<T>) =>
      db.transaction((tx) => body({ tx, context: adminRequest(), after() {} }));

    test('networks go to the least busy agent, which is told', async () => {
      const { scheduler, outbox } = dhcp();
      const networks = await Promise.all(Array.from({ length: 4 }, () => bareNetwork(db)));
      const hosts: (string | undefined)[] = [];
      for (const network of networks) hosts.push((await schedule(scheduler, network))[0]?.host);
      assert.deepEqual(hosts.toSorted(), ['one', 'one', 'two', 'two']);
      assert.deepEqual(
        outbox.messages.map(({ target, method, args }) => [target.server, method, args]),
        networks.map((id, at) => [
          hosts[at],
          'network_create_end',
          { payload: { network: { id }, priority: 0 } },
        ]),
      );
      assert.deepEqual(await schedule(scheduler, networks[0]!), [], 'one agent is enough');
    });

    test('a network without DHCP gets an agent as well', async () => {
      const network = await bareNetwork(db, { dhcp: false });
      assert.equal((await schedule(dhcp().scheduler, network)).length, 1);
    });

    test('dhcp_agents_per_network asks for several, with binding indexes of their own', async () => {
      const network = await bareNetwork(db);
      assert.equal((await schedule(dhcp({ dhcp_agents_per_network: 3 }).scheduler, network)).length, 2);
      const rows = await db.kysely
        .selectFrom('networkdhcpagentbindings')
        .select('binding_index')
        .where('network_id', '=', network)
        .orderBy('binding_index')
        .execute();
      assert.deepEqual(
        rows.map(({ binding_index }) => binding_index),
        [1, 2],
      );
    });

    test('schedulers at the same moment give a network one agent', async () => {
      const network = await bareNetwork(db);
      const { scheduler } = dhcp();
      await Promise.all(Array.from({ length: 8 }, () => schedule(scheduler, network)));
      assert.equal((await scheduler.hosting(db.kysely, network)).length, 1);
    });

    test('schedulers at the same moment give a router one agent', async () => {
      const router = await bareRouter(db);
      await Promise.all(Array.from({ length: 8 }, () => inWork((work) => l3.schedule(work, router))));
      const agents = await l3.hosting(db.kysely, [router]);
      assert.equal(agents.length, 1);
      assert.notEqual(agents[0]?.host, 'dvr');
    });

    test('an agent that asks gets the networks and routers that nobody has', async () => {
      const network = await bareNetwork(db);
      const router = await bareRouter(db);
      const { scheduler } = dhcp();
      await db.transaction(async (tx) => {
        await scheduler.autoSchedule(tx, 'two');
      });
      await inWork((work) => l3.autoSchedule(work, 'two'));
      await inWork((work) => l3.autoSchedule(work, 'one'));
      assert.deepEqual(
        (await scheduler.hosting(db.kysely, network)).map(({ host }) => host),
        ['two'],
      );
      assert.deepEqual(
        (await l3.hosting(db.kysely, [router])).map(({ host }) => host),
        ['two'],
      );
    });

    test('agents that are dead or out of service get nothing', async () => {
      const old = databaseTime(new Date(Date.now() - 76_000));
      await db.kysely
        .updateTable('agents')
        .set({ heartbeat_timestamp: old })
        .where('host', '=', 'one')
        .execute();
      await db.kysely.updateTable('agents').set({ admin_state_up: 0 }).where('host', '=', 'two').execute();
      assert.deepEqual(await schedule(dhcp().scheduler, await bareNetwork(db)), []);
      const router = await bareRouter(db);
      assert.deepEqual((await inWork((work) => l3.schedule(work, router))).added, []);
    });
  });
}
