import { type Check, runChecks } from '../health/checks.ts';
import { type DoctorContext, openContext } from './context.ts';
import { checks } from './registry.ts';
import { type Report, reportOf } from './report.ts';

export interface Question {
  readonly directory: string;
  readonly askLan: boolean;
  /** Parts of names of checks; all checks when there are none. */
  readonly words: readonly string[];
}

/** Checks whose names hold one of the words. */
export const chosen = (words: readonly string[]): readonly Check<DoctorContext>[] =>
  words.length === 0
    ? checks
    : checks.filter(({ name }) => words.some((word) => name.toLowerCase().includes(word.toLowerCase())));

/** Looks at this host anew. */
export async function examine(question: Question): Promise<{ context: DoctorContext; report: Report }> {
  const context = openContext(question);
  return { context, report: reportOf(await runChecks(chosen(question.words), context)) };
}
