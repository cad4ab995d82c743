import type { Checked, Outcome } from '../../health/checks.ts';
import type { Finding, Subject } from '../../health/finding.ts';
import type { Model } from './model/index.ts';

/** Looks at one thing about a resource in the model, and touches nothing. */
export interface Judge<Facts> {
  /** What is looked at, as a noun. */
  readonly name: string;
  judge(facts: Facts, model: Model): Outcome;
  /**
   * Whether what it finds of this one belongs in the list of all problems. Absent: always. What somebody chose, or what
   * another resource's own judges find, is told only when one asks about this one.
   */
  standing?(facts: Facts): boolean;
}

/** For judges of which nothing belongs in the list of all problems. */
export const whenAsked = (): boolean => false;

/** What several judges say, one after the other. */
export const judged = <Facts>(judges: readonly Judge<Facts>[], facts: Facts, model: Model): Checked[] =>
  judges.map((one) => ({ check: one.name, seconds: 0, ...one.judge(facts, model) }));

export const findingsOf = (outcomes: readonly Outcome[]): Finding[] =>
  outcomes.flatMap((one) => (one.result === 'fail' ? one.findings : []));

export const portSubject = ({ id }: { readonly id: string }): Subject => ({ resource: 'port', id });
