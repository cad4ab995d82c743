import { reasonOf } from '../log/reason.ts';
import type { Finding } from './finding.ts';

/** What looking came to: never a guess. 'not checked' says why nothing is known. */
export type Outcome =
  | { readonly result: 'pass'; readonly evidence: readonly string[] }
  | { readonly result: 'fail'; readonly findings: readonly Finding[] }
  | { readonly result: 'not checked'; readonly why: string };

export const pass = (...evidence: string[]): Outcome => ({ result: 'pass', evidence });
export const notChecked = (why: string): Outcome => ({ result: 'not checked', why });
/** Fails with what was found; passes with the evidence when that is nothing. */
export const failing = (findings: readonly Finding[], ...evidence: string[]): Outcome =>
  findings.length > 0 ? { result: 'fail', findings } : pass(...evidence);

/** One thing to look at. It only looks: whatever it makes in order to try something, it removes again. */
export interface Check<Context> {
  /** What is looked at, as a noun: `kernel: VXLAN`. */
  readonly name: string;
  run(context: Context): Promise<Outcome>;
}

export type Checked = { readonly check: string; readonly seconds: number } & Outcome;

/**
 * Runs checks side by side. One that throws or takes longer than `timeoutSeconds` is 'not checked', and holds up none
 * of the others.
 */
export const runChecks = <Context>(
  checks: readonly Check<Context>[],
  context: Context,
  timeoutSeconds = 5,
): Promise<Checked[]> =>
  Promise.all(
    checks.map(async (check) => {
      const start = performance.now();
      const outcome = await inTime(check, context, timeoutSeconds);
      return { check: check.name, seconds: Math.round(performance.now() - start) / 1000, ...outcome };
    }),
  );

async function inTime<Context>(
  check: Check<Context>,
  context: Context,
  timeoutSeconds: number,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    const why = `it took longer than ${timeoutSeconds} s`;
    timer = setTimeout(() => resolve(notChecked(why)), timeoutSeconds * 1000);
  });
  try {
    return await Promise.race([check.run(context), late]);
  } catch (error) {
    return notChecked(reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}
