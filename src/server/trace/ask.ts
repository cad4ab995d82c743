import { agentDead, noAgent } from '../../health/catalogue/binding.ts';
import { failing, notChecked, type Outcome } from '../../health/checks.ts';
import { reasonOf } from '../../log/reason.ts';
import { NoReceiver } from '../../messaging/errors.ts';
import type { RpcContext, Transport } from '../../messaging/transport.ts';
import { client } from '../../rpc/interface.ts';
import { type ReadAnswer, readback } from '../../rpc/readback.ts';
import { agentOn, type Facts } from './facts.ts';
import type { Look } from './look.ts';
import { Unanswered } from './look.ts';

/** How long an agent may take: probes that nobody answers take their time. */
const TIMEOUT_SECONDS = 8;

const keyOf = ({ agent, host }: Look) => `${agent} ${host}`;

/**
 * What all looks come to, in their order. Each agent is asked once, all of them at the same time. Of an agent that is
 * dead, that is said at the first look that needs it; the others of it are not checked.
 */
export async function lookAll(
  looks: readonly Look[],
  { transport, facts, context }: { transport: Transport; facts: Facts; context: RpcContext },
): Promise<readonly Outcome[]> {
  const groups = [...Map.groupBy(looks, keyOf).values()];
  const outcomes = new Map<Look, Outcome>();
  await Promise.all(
    groups.map(async (group) => {
      const absent = absence(facts, group[0]!);
      const answers = absent ?? (await ask(group, transport, context));
      for (const [at, one] of group.entries()) {
        if (typeof answers === 'string') outcomes.set(one, notChecked(answers));
        else if ('result' in answers) outcomes.set(one, at === 0 ? answers : notChecked('its agent is dead'));
        else outcomes.set(one, judged(one, answers[at]!));
      }
    }),
  );
  return looks.map((one) => outcomes.get(one)!);
}

/** That an agent cannot be asked because it is not there. */
function absence(facts: Facts, { agent, host }: Look): Outcome | undefined {
  const known = agentOn(facts, agent, host);
  if (known?.alive) return undefined;
  const finding = known
    ? agentDead.found({ agentType: agent, host, heard: known.heard, binary: known.binary }, { host })
    : noAgent.found({ agentType: agent, host }, { host });
  return failing([finding]);
}

/** The answers for each look of one agent, or why there are none. */
async function ask(
  group: readonly Look[],
  transport: Transport,
  context: RpcContext,
): Promise<readonly (readonly ReadAnswer[])[] | string> {
  const { agent, host } = group[0]!;
  const questions = group.flatMap((one) => one.questions);
  try {
    const how = { server: host, present: true, timeoutSeconds: TIMEOUT_SECONDS };
    const answers = await client(transport, readback(agent)).read(context, { questions }, how);
    const rest = [...answers];
    return group.map((one) => rest.splice(0, one.questions.length));
  } catch (error) {
    if (error instanceof NoReceiver)
      return `the ${agent} on ${host} does not answer questions: it is not ours, or older`;
    return `the ${agent} on ${host} did not answer: ${reasonOf(error)}`;
  }
}

function judged(one: Look, answers: readonly ReadAnswer[]): Outcome {
  try {
    return one.judge(answers);
  } catch (error) {
    if (error instanceof Unanswered) return notChecked(error.message);
    throw error;
  }
}
