import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dhcpAgentParts } from '../../src/agents/dhcp/agent.ts';
import { buildL3Agent } from '../../src/agents/l3/agent.ts';
import { linuxBridgeAgent } from '../../src/agents/linuxbridge/agent.ts';
import { readSettings } from '../../src/agents/linuxbridge/settings.ts';
import { metadataAgentParts } from '../../src/agents/metadata/agent.ts';
import {
  type AgentParts,
  type AgentRuntime,
  type RunningAgent,
  startAgent,
} from '../../src/agents/runtime/agent.ts';
import { configOf } from '../../src/config/load.ts';
import { ip } from '../../src/linux/batch.ts';
import { inProcess } from '../../src/messaging/inProcess.ts';
import type { Transport } from '../../src/messaging/transport.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { recordingLog } from '../../src/testing/recordingLog.ts';
import { guide, startApi, type TestApi } from '../conformance/api.ts';
import { type Heard, type Listens, tapped } from './tap.ts';

export const HOST = 'controller';

/** Reports come often, so that the second of each agent is heard. */
const REPORT_SECONDS = 3;
/** Nothing said for so long: whatever was caused is done. */
const QUIET_MILLISECONDS = 500;

export type Item = Readonly<Record<string, unknown>> & { readonly id: string };

/** Our server and our four agents in one throw-away host, and everything that they said to each other. */
export interface Cloud {
  readonly api: TestApi;
  readonly heard: Heard[];
  readonly listens: readonly Listens[];
  /** For who is none of them: a Python agent, say. What is sent in the name of one of ours is what its code sends. */
  as(who: string): Transport;
  /** Sends a request of the administrator's that must succeed. */
  ask(method: string, path: string, body?: object): Promise<Item>;
  /** Waits until nobody says anything any more, reports aside. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

const agentsConfiguration = (state: string) => `
[DEFAULT]
host = ${HOST}
state_path = ${state}
interface_driver = neutron.agent.linux.interface.BridgeInterfaceDriver
enable_isolated_metadata = True
nova_metadata_host = controller
metadata_proxy_shared_secret = Test
dhcp_confs = ${state}/dhcp
ha_confs_path = ${state}/ha_confs
[linux_bridge]
physical_interface_mappings = public:eno1
[vxlan]
local_ip = 192.168.81.66
l2_population = True
[securitygroup]
firewall_driver = iptables
`;

/** The card, with the other end somewhere in this host. */
async function plugCard(): Promise<void> {
  await ip([
    'link add eno1 type veth peer name lan',
    'addr add 192.168.81.66/24 dev eno1',
    'link set eno1 up',
    'link set lan up',
    'route add default via 192.168.81.254',
  ]);
}

export async function startCloud(): Promise<Cloud> {
  await plugCard();
  const heard: Heard[] = [];
  const listens: Listens[] = [];
  const wire = inProcess();
  const transport = tapped(wire, 'server', heard, listens);
  const api = await startApi(undefined, configOf(guide), { transport });
  const state = mkdtempSync(join(tmpdir(), 'wire-'));
  chmodSync(state, 0o755);
  const log = recordingLog();
  const config = configOf(agentsConfiguration(state));

  const running: RunningAgent[] = [];
  const start = async (agent: string, build: (runtime: AgentRuntime) => AgentParts | Promise<AgentParts>) => {
    const runtime: AgentRuntime = {
      config,
      log,
      transport: tapped(wire, agent, heard, listens),
      host: HOST,
      newContext: () => adminContext(),
    };
    const heartbeat = { intervalSeconds: REPORT_SECONDS, logged: false, compareSeconds: 3600 };
    running.push(await startAgent(runtime, await build(runtime), heartbeat));
  };
  await start('Linux bridge agent', (runtime) =>
    linuxBridgeAgent(runtime, readSettings(config, true), 'lb1626e092c262'),
  );
  await start('DHCP agent', dhcpAgentParts);
  await start('L3 agent', buildL3Agent);
  await start('Metadata agent', metadataAgentParts);

  return {
    api,
    heard,
    listens,
    as: (who) => tapped(wire, who, heard),
    async ask(method, path, body) {
      const reply = await api.request('admin', method, `/v2.0/${path}`, body);
      assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      return (Object.values((reply.body ?? {}) as Record<string, Item>)[0] ?? {}) as Item;
    },
    async quiet() {
      let [said, since] = [-1, performance.now()];
      while (performance.now() - since < QUIET_MILLISECONDS) {
        await sleep(50);
        const now = heard.filter(({ method }) => method !== 'report_state').length;
        if (now !== said) [said, since] = [now, performance.now()];
      }
    },
    async close() {
      for (const agent of running) await agent.stop();
      await api.close();
      await wire.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
