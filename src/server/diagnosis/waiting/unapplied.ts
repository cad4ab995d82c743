import { setTimeout as sleep } from 'node:timers/promises';
import { ago } from '../../../health/ago.ts';
import { reasonOf } from '../../../log/reason.ts';
import { tapName } from '../../../net/names.ts';
import type { Applied } from '../../../rpc/diagnosis.ts';
import type { Asking } from '../asking.ts';
import type { Waiting } from '../present.ts';
import { missing, type Task } from './due.ts';

/** Seconds since a time as the database writes it. */
const secondsSince = (time: string): number => (Date.now() - Date.parse(`${time.replace(' ', 'T')}Z`)) / 1000;

/** For how long an answer is waited for: who asks is to hear what it is waiting for, and asks again. */
const ANSWER_MILLISECONDS = 3000;

/** An agent that is being started reports within this time: until then it is waited for, even if it counts as dead. */
const STARTS_WITHIN_SECONDS = 3;

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
  const { agent, item, absentIsDone, recorded, elsewhere } = task;
  if (!agent.alive) {
    const final = !elsewhere && secondsSince(since) > STARTS_WITHIN_SECONDS;
    return missing(task, `it does not live; last heard ${ago(secondsSince(agent.heartbeat))}`, final);
  }
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
    return missing(task, `it cannot be asked: ${reasonOf(error)}`);
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
