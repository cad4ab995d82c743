import { catalogue } from '../../health/catalogue/index.ts';
import type { Checked } from '../../health/checks.ts';
import type { Finding } from '../../health/finding.ts';
import { explain } from '../../health/silence.ts';
import { findingsOf } from './judge.ts';

/** Something that an agent has yet to apply. */
export interface Waiting {
  readonly what: string;
  readonly host?: string;
  readonly agent_type?: string;
  /** Waiting does not help: somebody has to do something first. */
  readonly final?: true;
}

/** A diagnosis as the API shows it. */
export interface Diagnosis {
  readonly resource: string;
  readonly id: string;
  readonly result: 'pass' | 'fail' | 'pending' | 'not checked';
  readonly waiting_for: readonly Waiting[];
  readonly checks: readonly object[];
  readonly problems: readonly Finding[];
}

const isWrong = ({ severity }: Finding): boolean => severity !== 'info';

/** One check: what is only worth knowing does not make it fail. */
function presentCheck(checked: Checked): object {
  const { check, result } = checked;
  if (checked.result === 'not checked') return { check, result, why: checked.why };
  if (checked.result === 'pass') return { check, result, evidence: checked.evidence };
  const { findings } = checked;
  return {
    check,
    result: findings.some(isWrong) ? 'fail' : 'pass',
    evidence: findings.map(({ text }) => text),
  };
}

function resultOf(
  checked: readonly Checked[],
  problems: readonly Finding[],
  waiting: readonly Waiting[],
): Diagnosis['result'] {
  if (problems.some(isWrong)) return 'fail';
  if (waiting.length > 0) return 'pending';
  return checked.every(({ result }) => result === 'not checked') ? 'not checked' : 'pass';
}

/** The same for the same finding. */
export const keyOf = ({ code, host, subject, text }: Finding): string =>
  JSON.stringify([code, host, subject, text]);

/** The same finding once, however many checks came upon it. */
export const once = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [keyOf(finding), finding])).values(),
];

/** Puts what was found together: root causes first, their consequences left out. */
export function diagnosisOf(
  resource: string,
  id: string,
  checked: readonly Checked[],
  waiting: readonly Waiting[],
): Diagnosis {
  const problems = explain(once(findingsOf(checked)), catalogue).shown;
  return {
    resource,
    id,
    result: resultOf(checked, problems, waiting),
    waiting_for: waiting,
    checks: checked.map(presentCheck),
    problems,
  };
}
