import { agent as agentOptions, core } from '../../config/options/index.ts';
import { reasonOf } from '../../log/reason.ts';
import { startProgram } from '../../log/start.ts';
import { openTransport } from '../../messaging/open.ts';
import { adminContext } from '../../rpc/context.ts';
import { type AgentParts, type AgentRuntime, startAgent } from './agent.ts';
import { collects } from './collect.ts';

export interface AgentProgram {
  /** The command's name: `neutron-dhcp-agent`. */
  readonly program: string;
  /** Makes the agent's parts; what it throws is a reason not to start. */
  build(runtime: AgentRuntime): Promise<AgentParts>;
}

/**
 * The life of an agent's process: configuration, log, transport, the agent, and an orderly end on SIGTERM or SIGINT
 * that leaves the data plane as it is. A second signal ends it at once, as kill -9 would: nothing depends on the end.
 */
export async function runAgent({ program, build }: AgentProgram): Promise<void> {
  const { config, log } = startProgram(program);
  try {
    const transport = await openTransport(config, log, { clientName: program });
    const { host } = config.group(core);
    const runtime: AgentRuntime = { config, log, transport, host, newContext: () => adminContext() };
    const { report_interval: intervalSeconds, log_agent_heartbeats: logged } = config.group(agentOptions);
    const parts = await build(runtime);
    const answers = [...(parts.answers ?? []), collects(config)];
    const running = await startAgent(runtime, { ...parts, answers }, { intervalSeconds, logged });
    log.info(`${program} runs on host ${host}`);
    endOnSignal(async (signal) => {
      log.info(`${signal}: ${program} ends; what it built stays`);
      await running.stop();
    });
  } catch (error) {
    log.error(`${program} cannot start: ${reasonOf(error)}`);
    process.exit(1);
  }
}

function endOnSignal(end: (signal: string) => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      void end(signal).finally(() => process.exit(0));
    });
}
