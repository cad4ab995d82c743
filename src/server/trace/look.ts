import type { Outcome } from '../../health/checks.ts';
import type { Finding } from '../../health/finding.ts';
import type { DiagnosableAgent } from '../../rpc/diagnosis.ts';
import type { Question, ReadAnswer, Reads } from '../../rpc/readback.ts';

/** Whom to ask, what, and what the answers come to. Pure but for the asking, which is done for all hops at once. */
export interface Look {
  readonly agent: DiagnosableAgent;
  readonly host: string;
  readonly questions: readonly Question[];
  /** What the answers, in the order of the questions, come to. Throws Unanswered when one that is needed is missing. */
  judge(answers: readonly ReadAnswer[]): Outcome;
}

/** A question without answer; the text says why there is none. */
export class Unanswered extends Error {}

type Asked = Readonly<Record<string, Question>>;

type AnswersOf<Named extends Asked> = {
  readonly [Name in keyof Named]: Reads[Named[Name]['read']]['answer'];
};

/** Puts questions under names of their own before a judge that is given the answers under the same names. */
export function look<const Named extends Asked>(
  at: { readonly agent: DiagnosableAgent; readonly host: string },
  asked: Named,
  judge: (answers: AnswersOf<Named>) => Outcome,
): Look {
  const names = Object.keys(asked);
  return {
    agent: at.agent,
    host: at.host,
    questions: Object.values(asked),
    judge: (answers) => judge(answersBy(names, answers) as AnswersOf<Named>),
  };
}

/** The answers by name; a missing one matters only to who asks for it. */
function answersBy(names: readonly string[], answers: readonly ReadAnswer[]): object {
  const object = {};
  for (const [at, name] of names.entries()) {
    const answer = answers[at] ?? { failed: 'no answer' };
    Object.defineProperty(object, name, {
      get() {
        if ('failed' in answer) throw new Unanswered(answer.failed);
        return answer.answer;
      },
    });
  }
  return object;
}

/** One step of a path: what is intended there is known; what is installed and what happens is asked. */
export interface Hop {
  /** What it is, with the names of the kernel's objects: 'tap tap1234 of port vm1'. */
  readonly name: string;
  /** Null where no host of ours is concerned. */
  readonly host: string | null;
  readonly intended: Outcome;
  /** Nothing to ask: the text says why. */
  readonly installed: Look | string;
  readonly observed: Look | string;
}

/** What is only a remark about a thing by itself is an error where it stops a packet. */
export const stops = (finding: Finding): Finding => ({ ...finding, severity: 'error' });
