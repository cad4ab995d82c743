import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../../health/finding.ts';
import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';
import type { Endpoint } from '../../messaging/transport.ts';
import { type AgentSelf, type Applied, type Comparison, diagnosis } from '../../rpc/diagnosis.ts';
import { endpoint } from '../../rpc/interface.ts';
import { createComparing } from './comparing.ts';
import type { Look } from './drift.ts';
import type { Reconciler } from './reconciler.ts';

/** What one kind of agent knows of itself. */
export interface SelfKnowledge {
  /** Its loops, the one that does full resyncs first; none for an agent that holds no state. */
  readonly loops: readonly Reconciler[];
  /**
   * Brings about what the server wants of an item now, asking it anew: what it was told may still be on its way. May
   * take as long as the work does.
   */
  applied(item: string): Promise<Applied>;
  /** Compares everything that it applied with the kernel, and changes nothing. */
  look(): Promise<Look>;
  /** What is wrong with this host for this agent, now. */
  findings(): Promise<readonly Finding[]>;
}

/** Longest that a question whether an item is applied is held: the asker asks again. */
const HELD_MILLISECONDS = 5000;

export interface SelfOptions {
  readonly log: Log;
  readonly host: string;
  /** Seconds between two comparisons. */
  readonly compareSeconds: number;
}

export interface Self {
  readonly answers: Endpoint;
  /** Answers at once whoever waits. */
  close(): void;
}

/** Answers what the server and neutron-doctor ask an agent about itself. A Python server asks nothing. */
export function knowSelf(knowledge: SelfKnowledge, { log, host, compareSeconds }: SelfOptions): Self {
  const { loops } = knowledge;
  const end = new AbortController();
  const synced = () => loops[0]?.synced ?? true;
  const comparing = createComparing({
    log,
    host,
    everySeconds: compareSeconds,
    ready: synced,
    look: () => knowledge.look(),
    findings: () => knowledge.findings(),
  });

  /** What is missing before the first full resync would be no drift. */
  async function compare(heal: boolean): Promise<Comparison> {
    if (!synced()) throw new Error('the agent has not done its first full resync yet');
    return comparing.compare(heal);
  }

  async function applied(item: string): Promise<Applied> {
    if (!synced()) {
      const { done = 0, total = 0 } = loops[0]?.progress().resync ?? {};
      return waiting(
        total === 0
          ? 'the agent has just started'
          : `the agent does its first full resync: ${done} of ${total} done`,
      );
    }
    const held = sleep(HELD_MILLISECONDS, waiting('the agent is still working on it'), {
      signal: end.signal,
      ref: false,
    }).catch(() => waiting('the agent ends'));
    const answer = knowledge.applied(item).catch((error: unknown) => waiting(reasonOf(error)));
    return Promise.race([answer, held]);
  }

  async function status(): Promise<AgentSelf> {
    const progress = loops.map((loop) => loop.progress());
    return {
      comparison: comparing.last,
      lastDrift: comparing.lastDrift,
      resync: progress.find(({ resync }) => resync)?.resync ?? null,
      waiting: progress.reduce((sum, one) => sum + one.waiting, 0),
      failing: progress.flatMap(({ failing }) => failing),
      findings: await knowledge.findings(),
    };
  }

  return {
    // Namespace and methods are the same on each kind's topic.
    answers: endpoint(diagnosis('Linux bridge agent'), {
      status,
      compare: (_context, { heal }) => compare(heal),
      applied: (_context, { item }) => applied(item),
    }),
    close() {
      end.abort();
      comparing.close();
    },
  };
}

export const waiting = (waitingFor: string): Applied => ({ applied: false, waitingFor });

/** The answer when there is nothing of the item on this host. */
export const absent = (waitingFor: string): Applied => ({ ...waiting(waitingFor), absent: true });

/** The answer once work on an item ended: with an error or without. */
export const appliedUnless = (error: unknown): Applied =>
  error === undefined ? { applied: true } : waiting(reasonOf(error));
