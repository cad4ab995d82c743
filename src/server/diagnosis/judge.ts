import type { Checked, Outcome } from '../../health/checks.ts';
import type { Finding, Subject } from '../../health/finding.ts';
import type { Model } from './model/index.ts';

/** Looks at one thing about a resource in the model, and touches nothing. */
export interface Judge<Facts> {
  /** What is looked at, as a noun. */
  readonly name: string;
  judge(facts: Facts, model: Model): Outcome;
}

/** What several judges say, one after the other. */
export const judged = <Facts>(judges: readonly Judge<Facts>[], facts: Facts, model: Model): Checked[] =>
  judges.map(({ name, judge }) => ({ check: name, seconds: 0, ...judge(facts, model) }));

/** What judges of another resource find, which this one depends on. */
export const findingsOf = (checked: readonly Outcome[]): Finding[] =>
  checked.flatMap((one) => (one.result === 'fail' ? one.findings : []));

export const portSubject = ({ id }: { readonly id: string }): Subject => ({ resource: 'port', id });
