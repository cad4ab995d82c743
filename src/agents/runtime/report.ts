import type { Log } from '../../log/log.ts';
import type { Json, RpcContext, Transport } from '../../messaging/transport.ts';
import { client } from '../../rpc/interface.ts';
import { type AgentState, reports, reportsByCast } from '../../rpc/reports.ts';
import { outage } from './outage.ts';

/** What an agent tells of itself besides the host: facts of report_state as recorded from Neutron's agents. */
export interface ReportedFacts {
  readonly binary: string;
  readonly agentType: string;
  /** `dhcp_agent` or `l3_agent`, `N/A` for the others. */
  readonly topic: string;
  /** Only DHCP and L3 agents have one. */
  readonly availabilityZone?: string;
  /** Sent with the first report only (the linuxbridge agent's resource_versions). */
  readonly startFacts?: Pick<AgentState, 'resource_versions'>;
  /** The metadata agent casts its reports after the first. */
  readonly castsAfterFirst?: boolean;
}

export interface ReporterOptions {
  readonly facts: ReportedFacts;
  readonly host: string;
  readonly transport: Transport;
  readonly log: Log;
  readonly intervalSeconds: number;
  readonly logHeartbeats: boolean;
  newContext(): RpcContext;
  configurations(): { [key: string]: Json };
  /** The server had counted this agent as dead, or had forgotten it, and so may have sent messages to nobody. */
  onRevived(reason: string): void;
  /** The server knows this agent now: only from here on does it schedule anything to it. */
  onKnown(): void;
}

export interface Reporter {
  start(): void;
  stop(): void;
}

const retrySeconds = 5;

/** The agent's own time, as Neutron writes it: UTC with microseconds and no zone. */
const agentTime = () => `${new Date().toISOString().slice(0, -1)}000`;

/** Reports the agent's state every interval; while the server does not answer it tries more often. */
export function createReporter(options: ReporterOptions): Reporter {
  const { facts, transport, log, intervalSeconds } = options;
  const server = client(transport, reports);
  const serverByCast = client(transport, reportsByCast);
  const trouble = outage(log, 'report state to the server');
  let first = true;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const state = (): AgentState => ({
    binary: facts.binary,
    host: options.host,
    ...(facts.availabilityZone === undefined ? {} : { availability_zone: facts.availabilityZone }),
    topic: facts.topic,
    configurations: options.configurations(),
    ...(first ? { ...facts.startFacts, start_flag: true } : {}),
    agent_type: facts.agentType,
    uuid: crypto.randomUUID(),
  });

  async function report(): Promise<void> {
    const args = { agent_state: { agent_state: state() }, time: agentTime() };
    if (!first && facts.castsAfterFirst) return serverByCast.report_state(options.newContext(), args);
    const answer = await server.report_state(options.newContext(), args, {
      timeoutSeconds: intervalSeconds,
    });
    if (options.logHeartbeats) log.info(`The server answered the report of state: ${answer}`);
    if (!first && answer === 'revived') options.onRevived('the server had counted this agent as dead');
    if (!first && answer === 'new') options.onRevived('the server did not know this agent');
    if (first) options.onKnown();
    first = false;
  }

  async function beat(): Promise<void> {
    let wait = intervalSeconds;
    try {
      await report();
      trouble.succeeded();
    } catch (error) {
      if (stopped) return;
      trouble.failed(error);
      wait = Math.min(retrySeconds, intervalSeconds) * (0.5 + Math.random());
    }
    if (!stopped) timer = setTimeout(() => void beat(), wait * 1000);
  }

  return {
    start: () => void beat(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
