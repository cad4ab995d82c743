import { MessagingTimeout, NoReceiver } from '../../messaging/errors.ts';
import type { Transport } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import {
  type AgentSelf,
  type Applied,
  DIAGNOSIS_TOPICS,
  type DiagnosableAgent,
  diagnosis,
} from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';

export type Asked = Pick<ReportingAgent, 'id' | 'agentType' | 'host' | 'startedAt'>;

/** Asks agents about themselves. 'silent' is the answer of one that does not listen: Python's, or one that hangs. */
export interface Asking {
  /** How an agent stands. */
  status(agent: Asked): Promise<AgentSelf | 'silent'>;
  /** Has an agent compare itself with the kernel now, changing nothing. False for one that is silent, or too busy. */
  compare(agent: Asked): Promise<boolean>;
  /** Whether an agent has applied an item as it is in the database now; it applies it meanwhile. */
  applied(agent: Asked, item: string): Promise<Applied | 'silent'>;
}

/** Within what time an agent that listens says how it stands. */
const STATUS_SECONDS = 2;
/** For how long an answer counts: the questions of one diagnosis are one. */
const STATUS_COUNTS_MILLISECONDS = 500;
const COMPARE_SECONDS = 2;
/** It holds its answer for up to 5 s while it works on the item. */
const APPLIED_SECONDS = 8;
/** For how long one whose queue is there, and who did not answer, is not asked again, unless it starts anew. */
const SILENT_MILLISECONDS = 300_000;

const isDiagnosable = (agentType: string): agentType is DiagnosableAgent => agentType in DIAGNOSIS_TOPICS;

const orSilence = <Answer>(answer: Promise<Answer>): Promise<Answer | 'silent'> =>
  answer.catch((error) => {
    if (error instanceof MessagingTimeout) return 'silent' as const;
    throw error;
  });

export function createAsking(transport: Pick<Transport, 'call' | 'cast'>): Asking {
  /** Agents that have answered since they started. */
  const heard = new Set<string>();
  const silentUntil = new Map<string, number>();

  const keyOf = ({ id, startedAt }: Asked) => `${id} ${startedAt}`;
  const clientOf = (agent: Asked) => {
    const { agentType, host } = agent;
    if (!isDiagnosable(agentType) || performance.now() < (silentUntil.get(keyOf(agent)) ?? 0))
      return undefined;
    return { ask: client(transport, diagnosis(agentType)), server: host };
  };

  const known = new Map<string, { readonly at: number; readonly answer: Promise<AgentSelf | 'silent'> }>();

  function status(agent: Asked): Promise<AgentSelf | 'silent'> {
    const before = known.get(keyOf(agent));
    if (before && performance.now() - before.at < STATUS_COUNTS_MILLISECONDS) return before.answer;
    const answer = askStatus(agent);
    known.set(keyOf(agent), { at: performance.now(), answer });
    return answer;
  }

  async function askStatus(agent: Asked): Promise<AgentSelf | 'silent'> {
    const to = clientOf(agent);
    if (!to) return 'silent';
    const options = { server: to.server, timeoutSeconds: STATUS_SECONDS, present: true };
    try {
      const answer = await to.ask.status(adminContext(), {}, options);
      heard.add(keyOf(agent));
      return answer;
    } catch (error) {
      if (error instanceof NoReceiver) return 'silent';
      if (!(error instanceof MessagingTimeout)) throw error;
      if (!heard.has(keyOf(agent))) silentUntil.set(keyOf(agent), performance.now() + SILENT_MILLISECONDS);
      return 'silent';
    }
  }

  return {
    status,
    async compare(agent) {
      const to = clientOf(agent);
      const options = { server: agent.host, timeoutSeconds: COMPARE_SECONDS, present: true };
      const compared = await to?.ask.compare(adminContext(), { heal: false }, options).catch(() => undefined);
      known.delete(keyOf(agent));
      return compared !== undefined;
    },
    async applied(agent, item) {
      if (!heard.has(keyOf(agent)) && (await status(agent)) === 'silent') return 'silent';
      const to = clientOf(agent);
      if (!to) return 'silent';
      const options = { server: to.server, timeoutSeconds: APPLIED_SECONDS };
      const answer = await orSilence(to.ask.applied(adminContext(), { item }, options));
      return answer === 'silent' ? { applied: false, waitingFor: 'it does not answer' } : answer;
    },
  };
}
