import type { Finding } from '../health/finding.ts';
import { call, defineInterface } from './interface.ts';

/**
 * What the server and neutron-doctor ask our agents about themselves. Not Neutron's: Python agents do not listen here,
 * and nobody may depend on an answer.
 */

/** The kinds of agents that answer, and the topic of each; an agent listens as topic.host. */
export const DIAGNOSIS_TOPICS = {
  'Linux bridge agent': 'nts-diagnosis-linuxbridge',
  'L3 agent': 'nts-diagnosis-l3',
  'DHCP agent': 'nts-diagnosis-dhcp',
  'Metadata agent': 'nts-diagnosis-metadata',
} as const;

export type DiagnosableAgent = keyof typeof DIAGNOSIS_TOPICS;

/** One comparison of everything an agent is to have in the kernel with what is there. */
export interface Comparison {
  /** When it ended, by the agent's clock: UTC, ISO 8601. */
  readonly at: string;
  readonly seconds: number;
  /** Objects compared, by kind: { fdb: 12, chain: 40, ipset: 2 }. */
  readonly compared: Readonly<Record<string, number>>;
  /** What differed; each finding's evidence names the objects. */
  readonly drift: readonly Finding[];
  /** Whether what differed was put right. */
  readonly healed: boolean;
}

/** How an agent stands. */
export interface AgentSelf {
  /** The last one. */
  readonly comparison: Comparison | null;
  /** The last one that found something. */
  readonly lastDrift: Comparison | null;
  /** The full resync: done of total items; null while none runs. */
  readonly resync: { readonly done: number; readonly total: number } | null;
  /** Items that wait to be applied. */
  readonly waiting: number;
  /** Items whose last try failed. */
  readonly failing: readonly { readonly item: string; readonly error: string; readonly failures: number }[];
  /** What this agent finds wrong with its host now. */
  readonly findings: readonly Finding[];
}

/** Whether an agent has applied what the server wants of one item (a device, a router, a network). */
export interface Applied {
  readonly applied: boolean;
  /** What it is still waiting for, or the error of the last try. */
  readonly waitingFor?: string;
  /** There is nothing of the item on this host: no device, or the agent has not been given it. */
  readonly absent?: true;
}

export const diagnosis = (agentType: DiagnosableAgent) =>
  defineInterface({
    topic: DIAGNOSIS_TOPICS[agentType],
    namespace: 'nts.diagnosis',
    version: '1.0',
    methods: {
      status: call<object, AgentSelf>('1.0'),
      /** Compares now, and heals when asked to. */
      compare: call<{ heal: boolean }, Comparison>('1.0'),
      /**
       * Asks the server anew, applies that, and answers when it is done or some seconds have passed: what was committed
       * before the call is in it. May be asked again and again.
       * `item`: a port's id for the Linux bridge agent, a router's for the L3 agent, a network's for the DHCP agent.
       */
      applied: call<{ item: string }, Applied>('1.0'),
    },
  });
