import { reasonOf } from '../../log/reason.ts';

/** One thing that must be true; `run` returns the evidence, or throws what it saw instead. */
export interface Check {
  readonly name: string;
  /** Names of checks without which this one says nothing. */
  readonly needs?: readonly string[];
  run(): Promise<string>;
}

export interface CheckResult {
  readonly name: string;
  readonly result: 'pass' | 'fail' | 'not checked';
  readonly evidence: string;
  readonly seconds: number;
}

/** Runs checks in their order. A check whose need did not pass is 'not checked', never 'fail'. */
export async function runChecks(
  checks: readonly Check[],
  report: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const passed = (name: string) => results.some((result) => result.name === name && result.result === 'pass');
  for (const check of checks) {
    const start = performance.now();
    const missing = check.needs?.find((need) => !passed(need));
    const outcome = missing
      ? ({ result: 'not checked', evidence: `needs: ${missing}` } as const)
      : await check.run().then(
          (evidence) => ({ result: 'pass', evidence }) as const,
          (error) => ({ result: 'fail', evidence: reasonOf(error) }) as const,
        );
    const seconds = Math.round(performance.now() - start) / 1000;
    const result: CheckResult = { name: check.name, ...outcome, seconds };
    results.push(result);
    report(result);
  }
  return results;
}
