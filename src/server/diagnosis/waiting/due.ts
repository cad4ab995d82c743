import type { ReportingAgent } from '../../services/agents/reporting.ts';
import type { Waiting } from '../present.ts';

/** One item that one agent must have applied. */
export interface Task {
  readonly agent: ReportingAgent;
  readonly item: string;
  /** What it is to do: 'to wire port …'. */
  readonly what: string;
  /** Whether an agent on whose host there is nothing of the item has nothing to do. */
  readonly absentIsDone: boolean;
  /** Whether the database says that it is done: counts for an agent that does not answer. */
  readonly recorded: boolean;
  /** Whether, should its agent be dead, another one may be given it. */
  readonly elsewhere: boolean;
}

/** What must have happened for a resource to be applied. */
export interface Due {
  /** What agents are to be asked. */
  readonly tasks: readonly Task[];
  /** What the database alone tells to be missing. */
  readonly waiting: readonly Waiting[];
  /** Whether no agent can change what is waited for, so that none has to be asked. */
  readonly hopeless?: boolean;
}

export const nothing: Due = { tasks: [], waiting: [] };

export const together = (...dues: readonly Due[]): Due => ({
  tasks: dues.flatMap(({ tasks }) => tasks),
  waiting: dues.flatMap(({ waiting }) => waiting),
  hopeless: dues.some(({ hopeless }) => hopeless),
});

/** What is missing of a task, and why, as the API says it. */
export const missing = ({ agent, what }: Task, why: string, final = false): Waiting => ({
  what: `${what}: ${why}`,
  host: agent.host,
  agent_type: agent.agentType,
  ...(final ? { final } : {}),
});
