import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { configOf } from '../../config/load.ts';
import { databases } from '../db/testing.ts';
import { type CoreForTest, coreForTest } from '../ml2/testing.ts';
import { createRouterNotifier } from '../notify/routers.ts';
import { adminRequest } from '../services/admin.ts';
import type { Tx } from '../services/service.ts';
import { databaseTime } from '../services/standardAttributes.ts';
import { transact } from '../services/work.ts';
import { agentSettings, bareNetwork, bareRouter, reportedAgent } from '../testing.ts';
import { createDhcpScheduler } from './dhcp.ts';
import { failoverTasks } from './failover.ts';
import { createL3Scheduler } from './l3.ts';

const settings = {
  ...agentSettings,
  default_availability_zones: [] as readonly string[],
  dhcp_agents_per_network: 1,
  network_auto_schedule: true,
  network_scheduler_driver: null,
  router_auto_schedule: true,
  router_scheduler_driver: null,
  max_l3_agents_per_router: 3,
};

const config = configOf(`
[DEFAULT]
allow_automatic_dhcp_failover = true
allow_automatic_l3agent_failover = true
`);

for (const [name, open] of Object.entries(databases())) {
  describe(`failover on ${name}`, () => {
    let core: CoreForTest;
    before(async () => {
      core = await coreForTest(await open());
    });
    after(() => core.close());
    beforeEach(async () => {
      await core.server.db.kysely.deleteFrom('agents').execute();
    });

    const schedulers = () => {
      const { outbox, log } = core.server;
      const join = async () => true;
      return {
        dhcp: createDhcpScheduler(settings, outbox, log),
        l3: createL3Scheduler(settings, { join }, log),
      };
    };
    const beat = (db: Tx | CoreForTest['server']['db']['kysely'], host: string, secondsAgo: number) =>
      db
        .updateTable('agents')
        .set({ heartbeat_timestamp: databaseTime(new Date(Date.now() - secondsAgo * 1000)) })
        .where('host', '=', host)
        .execute();

    /** One round of failover. `moved` is what else happens while something is moved. */
    async function failover(moved: (tx: Tx) => Promise<unknown> = async () => {}): Promise<void> {
      const { dhcp, l3 } = schedulers();
      const tasks = failoverTasks(
        { ...core.server, config },
        {
          agentDownTime: settings.agent_down_time,
          ports: core.ports,
          notifier: createRouterNotifier(core.outbox, l3),
          dhcp: {
            ...dhcp,
            async schedule(tx, ...asked) {
              const scheduled = await dhcp.schedule(tx, ...asked);
              await moved(tx);
              return scheduled;
            },
          },
          l3: {
            ...l3,
            async schedule(work, id) {
              const scheduled = await l3.schedule(work, id);
              await moved(work.tx);
              return scheduled;
            },
          },
        },
      );
      for (const task of tasks) await task.run();
    }

    const hostsOf = async (networks: readonly string[], routers: readonly string[]) => {
      const { dhcp, l3 } = schedulers();
      const { kysely } = core.server.db;
      const serving = await Promise.all(networks.map((id) => dhcp.hosting(kysely, id)));
      return [...serving.flat(), ...(await l3.hosting(kysely, routers))].map(({ host }) => host);
    };

    /** Two networks and two routers on agents of a host which then fall silent. */
    async function silentHost() {
      const { dhcp, l3 } = schedulers();
      await reportedAgent(core.server.db, 'DHCP agent', 'one');
      await reportedAgent(core.server.db, 'L3 agent', 'one', { agent_mode: 'legacy' });
      const networks = [await bareNetwork(core.server.db), await bareNetwork(core.server.db)];
      const routers = [await bareRouter(core.server.db), await bareRouter(core.server.db)];
      const context = adminRequest();
      await transact(core.server, context, async (work) => {
        for (const id of networks) await dhcp.schedule(work.tx, context.rpc, id);
        for (const id of routers) await l3.schedule(work, id);
      });
      await beat(core.server.db.kysely, 'one', 200);
      return { networks, routers };
    }

    test('what silent agents host goes to others', async () => {
      const { networks, routers } = await silentHost();
      await reportedAgent(core.server.db, 'DHCP agent', 'two');
      await reportedAgent(core.server.db, 'L3 agent', 'two', { agent_mode: 'legacy' });
      await failover();
      assert.deepEqual(await hostsOf(networks, routers), Array(4).fill('two'));
    });

    test('a router that nobody else can have stays where it is, and its agent is told nothing', async () => {
      const { routers } = await silentHost();
      await reportedAgent(core.server.db, 'L3 agent', 'two', { agent_mode: 'dvr' });
      core.outbox.messages.length = 0;
      core.errors.length = 0;
      await failover();
      assert.deepEqual(await hostsOf([], routers), ['one', 'one']);
      assert.deepEqual(core.outbox.messages, []);
      assert.deepEqual(
        core.errors.toSorted(),
        routers
          .map(
            (id) =>
              `Router ${id} stays where it is: Failed rescheduling router ${id}: no eligible l3 agent found.`,
          )
          .toSorted(),
      );
    });

    test('agents that report again meanwhile keep what they still have', async () => {
      const { networks, routers } = await silentHost();
      await reportedAgent(core.server.db, 'DHCP agent', 'two');
      await reportedAgent(core.server.db, 'L3 agent', 'two', { agent_mode: 'legacy' });
      const types = ['DHCP agent', 'L3 agent'];
      await failover(async (tx) => {
        const [back] = types.splice(0, 1);
        await tx
          .updateTable('agents')
          .set({ heartbeat_timestamp: databaseTime() })
          .where('host', '=', 'one')
          .where('agent_type', '=', back ?? '')
          .execute();
      });
      assert.deepEqual((await hostsOf(networks, [])).toSorted(), ['one', 'two']);
      assert.deepEqual((await hostsOf([], routers)).toSorted(), ['one', 'two']);
    });
  });
}
