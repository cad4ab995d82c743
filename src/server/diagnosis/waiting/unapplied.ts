import { setTimeout as sleep } from 'node:timers/promises';
import { ago } from '../../../health/ago.ts';
import { tapName } from '../../../net/names.ts';
import type { Applied } from '../../../rpc/diagnosis.ts';
import type { Asking } from '../asking.ts';
import type { Waiting } from '../present.ts';
import { missing, type Task } from './due.ts';

const secondsSince = (heartbeat: string): number =>
  (Date.now() - Date.parse(`${heartbeat.replace(' ', 'T')}Z`)) / 1000;

/** For how long an answer is waited for: who asks is to hear what it is waiting for, and asks again. */
const ANSWER_MILLISECONDS = 3000;

const late = (end: AbortSignal): Promise<Applied> =>
  sleep(
    ANSWER_MILLISECONDS,
    { applied: false, waitingFor: 'it is still at it, or does not answer' },
    { signal: end, ref: false },
  );

/**
 * What is missing of a task, by its agent's own account once it has tried; undefined when it is done. Of an agent that
 * does not listen it counts as done when the database says so and the agent has reported since `since`.
 */
export async function unapplied(task: Task, asking: Asking, since: string): Promise<Waiting | undefined> {
  const { agent, item, absentIsDone, recorded } = task;
  if (!agent.alive)
    return missing(task, `it does not live; last heard ${ago(secondsSince(agent.heartbeat))}`);
  const end = new AbortController();
  try {
    const answer = await Promise.race([asking.applied(agent, item), late(end.signal)]);
    if (answer === 'silent')
      return recorded && agent.heartbeat > since
        ? undefined
        : missing(task, 'it does not say, as Python agents do not, and its next report is to come');
    if (answer.applied || (answer.absent && absentIsDone)) return undefined;
    return missing(task, answer.waitingFor ?? 'it has not said why');
  } catch (error) {
    return missing(task, `it cannot be asked: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    end.abort();
  }
}

/** What an agent is known to be still at, of a task: it is only asked how it stands, and need not do anything. */
export async function struggling(task: Task, asking: Asking): Promise<Waiting | undefined> {
  const { agent, item } = task;
  if (!agent.alive) return undefined;
  const self = await asking.status(agent).catch(() => 'silent' as const);
  if (self === 'silent') return undefined;
  const failure = self.failing.find((one) => one.item === item || one.item === tapName(item));
  if (failure) return missing(task, `${failure.error} (failed ${failure.failures} times)`);
  const { resync } = self;
  return resync
    ? missing(task, `it is doing a full resync, ${resync.done} of ${resync.total} done`)
    : undefined;
}
