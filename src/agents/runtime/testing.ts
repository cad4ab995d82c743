import { configOf } from '../../config/load.ts';
import { core } from '../../config/options/index.ts';
import type { Log } from '../../log/log.ts';
import { type Bus, inProcess } from '../../messaging/inProcess.ts';
import type { Transport } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import { endpoint } from '../../rpc/interface.ts';
import { reports } from '../../rpc/reports.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { type AgentParts, type AgentRuntime, type RunningAgent, startAgent } from './agent.ts';

/** The server's part in the life of every agent: it takes note of reports. */
export const takeReports = (transport: Transport) =>
  transport.listen(reports.topic, 'server', [
    endpoint(reports, { report_state: async () => 'alive' as const }),
  ]);

/** Starts an agent of a configuration as its program does, with RPC that stays in this process. */
export async function startAgentOn(
  bus: Bus,
  configuration: string,
  build: (runtime: AgentRuntime) => AgentParts | Promise<AgentParts>,
  log: Log = recordingLog(),
): Promise<RunningAgent> {
  const config = configOf(configuration);
  const { host } = config.group(core);
  const runtime = { config, log, transport: inProcess(bus), host, newContext: () => adminContext() };
  return startAgent(runtime, await build(runtime), { intervalSeconds: 30, logged: false });
}
