import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { namespaceExists } from '../../linux/netns.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { routerNamespace } from '../../net/names.ts';
import { adminContext } from '../../rpc/context.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client, endpoint } from '../../rpc/interface.ts';
import { l3Agent as l3AgentRpc } from '../../rpc/l3Agent.ts';
import { type FloatingIpStatus, l3plugin, type RouterInfo } from '../../rpc/l3plugin.ts';
import { until } from '../../testing/until.ts';
import type { RunningAgent } from '../runtime/agent.ts';
import { startAgentOn, takeReports } from '../runtime/testing.ts';
import { buildL3Agent } from './agent.ts';
import { info, ROUTER } from './testing.ts';

const netns = routerNamespace(ROUTER);
const state = mkdtempSync(join(tmpdir(), 'l3-agent-'));
const bus = new Bus();
const notify = client(inProcess(bus), l3AgentRpc);
const ask = client(inProcess(bus), diagnosis('L3 agent'));
const applied = async () => (await ask.applied(adminContext(), { item: ROUTER }, { server: 'here' })).applied;

/** What the server knows, and how it answers. */
const server = {
  routers: [] as readonly RouterInfo[],
  asked: 0,
  /** Answers of sync_routers, which are read before, wait for this. */
  gate: Promise.resolve(),
  refuses: false,
  told: [] as Record<string, FloatingIpStatus>[],
};
let agent: RunningAgent;

before(async () => {
  const transport = inProcess(bus);
  await transport.listen('q-l3-plugin', 'server', [
    endpoint(l3plugin, {
      get_router_ids: async () => [],
      get_host_ha_router_count: async () => 0,
      async sync_routers(_context, { router_ids }) {
        const answer = server.routers.filter(({ id }) => router_ids?.includes(id));
        server.asked += 1;
        await server.gate;
        return answer;
      },
      async update_floatingip_statuses(_context, { fip_statuses }) {
        if (server.refuses) throw new Error('the database is away');
        server.told.push(fip_statuses);
        return null as never;
      },
    }),
  ]);
  await takeReports(transport);
  agent = await startAgentOn(
    bus,
    `
[DEFAULT]
host = here
state_path = ${state}
interface_driver = linuxbridge
enable_metadata_proxy = false
[agent]
check_child_processes_interval = 0
`,
    buildL3Agent,
  );
});
after(async () => {
  await agent.stop();
  rmSync(state, { recursive: true, force: true });
});

test('a router that is deleted while the server answers for the first time leaves nothing', async () => {
  server.routers = [info()];
  const gate = Promise.withResolvers<void>();
  server.gate = gate.promise;
  await notify.router_added_to_agent(adminContext(), { payload: [ROUTER] }, { server: 'here' });
  await until('the server is asked', () => server.asked === 1);
  server.routers = [];
  await notify.router_deleted(adminContext(), { router_id: ROUTER }, { fanout: true });
  // What was sent before is taken note of before this is answered.
  await notify.router_added_to_agent(adminContext(), { payload: [] }, { server: 'here' });
  gate.resolve();
  await until('the server is asked again', () => server.asked === 2);
  await until('the agent is at rest', applied);
  assert.equal(namespaceExists(netns), false);
});

test('what the server could not be told of a floating IP is told when it can', async () => {
  const floating = (status: string) =>
    ({
      id: 'f1',
      floating_ip_address: '192.168.81.183',
      fixed_ip_address: '172.16.1.26',
      status,
    }) as never;
  server.routers = [info({ _floatingips: [floating('DOWN')] })];
  await until('the router is applied', applied);
  assert.deepEqual(server.told.splice(0), [{ f1: 'ACTIVE' }]);
  server.routers = [info()];
  server.refuses = true;
  assert.equal(await applied(), false);
  server.refuses = false;
  await until('the router is applied', applied);
  assert.deepEqual(server.told.splice(0), [{ f1: 'DOWN' }]);
  assert.equal(await applied(), true);
  assert.deepEqual(server.told, [], 'and once');

  server.routers = [info({ _floatingips: [floating('ACTIVE')] })];
  assert.equal(await applied(), true);
  server.routers = [info()];
  server.refuses = true;
  assert.equal(await applied(), false);
  server.refuses = false;
  server.routers = [info({ _floatingips: [floating('ACTIVE')] })];
  await until('the router is applied', applied);
  assert.deepEqual(server.told, [{ f1: 'ACTIVE' }], 'one that came back is not told to be away');
});
