import type { Config } from '../../config/option.ts';
import type { Log } from '../../log/log.ts';
import type { Endpoint, Json, Listener, RpcContext, Transport } from '../../messaging/transport.ts';
import { DIAGNOSIS_TOPICS } from '../../rpc/diagnosis.ts';
import { type Readers, readbackEndpoint } from './readback.ts';
import { createReporter, type ReportedFacts } from './report.ts';
import { knowSelf, type Self, type SelfKnowledge } from './self.ts';

/** What every agent is given. */
export interface AgentRuntime {
  readonly config: Config;
  readonly log: Log;
  readonly transport: Transport;
  /** The name under which the server knows this host. */
  readonly host: string;
  /** A fresh administrator's context, with a request id of its own. */
  newContext(): RpcContext;
}

/** What one kind of agent is made of. Handlers of its endpoints only mark things dirty. */
export interface AgentParts {
  readonly facts: ReportedFacts;
  /** Topics this agent listens on, each as topic, topic.host and fanout. */
  readonly listens?: readonly { readonly topic: string; readonly endpoints: readonly Endpoint[] }[];
  /** What it answers to the server and neutron-doctor, on the topic of its kind among DIAGNOSIS_TOPICS. */
  readonly answers?: readonly Endpoint[];
  /** The part of report_state that says how it is configured and what it serves now. */
  configurations(): { [key: string]: Json };
  /** Called at start, and whenever messages may have been missed. */
  resync(reason: string): void;
  /** What only this kind of agent can read of its host. */
  readonly reads?: Partial<Readers>;
  /** What it can tell of itself. */
  readonly self?: SelfKnowledge;
  /** Ends the agent's own work; what it built in the kernel stays. */
  stop?(): Promise<void>;
}

export interface RunningAgent {
  stop(): Promise<void>;
}

export interface Heartbeat {
  readonly intervalSeconds: number;
  readonly logged: boolean;
  /** Seconds between two comparisons with the kernel; 60 unless told. */
  readonly compareSeconds?: number;
}

const COMPARE_SECONDS = 60;

/** Where an agent is asked about itself and its host. */
function diagnosable(
  { facts, answers = [], reads = {} }: AgentParts,
  self: Self | undefined,
): { topic: string; endpoints: readonly Endpoint[] }[] {
  const topics: Readonly<Record<string, string>> = DIAGNOSIS_TOPICS;
  const topic = topics[facts.agentType];
  const endpoints = [readbackEndpoint(reads), ...answers, ...(self ? [self.answers] : [])];
  return topic === undefined ? [] : [{ topic, endpoints }];
}

/**
 * Brings an agent to life: it listens first, so that nothing sent meanwhile is missed, then reports its state, because
 * a server schedules only to agents that it knows, and then does its first full resync.
 */
export async function startAgent(
  runtime: AgentRuntime,
  parts: AgentParts,
  heartbeat: Heartbeat,
): Promise<RunningAgent> {
  const { transport, log, host } = runtime;
  const reporter = createReporter({
    facts: parts.facts,
    host,
    transport,
    log,
    intervalSeconds: heartbeat.intervalSeconds,
    logHeartbeats: heartbeat.logged,
    newContext: runtime.newContext,
    configurations: () => parts.configurations(),
    onRevived: (reason) => parts.resync(reason),
    onKnown() {
      if (!stopped) parts.resync('start');
    },
  });

  let lost = false;
  let stopped = false;
  transport.on('disconnected', () => {
    if (!lost && !stopped) log.error('The connection to the message transport is lost; it is tried again');
    lost = true;
  });
  transport.on('connected', () => {
    if (!lost || stopped) return;
    lost = false;
    log.info('The connection to the message transport is back');
    parts.resync('messages may have been missed while the transport was away');
  });

  const { compareSeconds = COMPARE_SECONDS } = heartbeat;
  const self = parts.self && knowSelf(parts.self, { log, host, compareSeconds });
  const listeners: Listener[] = [];
  for (const { topic, endpoints } of [...(parts.listens ?? []), ...diagnosable(parts, self)])
    listeners.push(await transport.listen(topic, host, endpoints));
  reporter.start();

  return {
    async stop() {
      stopped = true;
      reporter.stop();
      self?.close();
      for (const listener of listeners) await listener.close();
      // Work that waits for the server ends when the transport does.
      const ended = parts.stop?.();
      await transport.close();
      await ended;
    },
  };
}
