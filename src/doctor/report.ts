import { catalogue } from '../health/catalogue/index.ts';
import type { Checked } from '../health/checks.ts';
import type { Finding } from '../health/finding.ts';
import { paragraph } from '../health/render.ts';
import { explain } from '../health/silence.ts';

/** What the doctor found, for the terminal and as JSON. */
export interface Report {
  readonly checks: readonly Checked[];
  readonly problems: readonly Finding[];
  /** Codes of what a root cause among the problems explains, each with that cause's code. */
  readonly silenced: readonly { readonly code: string; readonly by: string }[];
}

export function reportOf(checks: readonly Checked[]): Report {
  const findings = checks.flatMap((one) => (one.result === 'fail' ? one.findings : []));
  const { shown, silenced } = explain(findings, catalogue);
  return {
    checks,
    problems: shown,
    silenced: silenced.map(({ finding, by }) => ({ code: finding.code, by: by.code })),
  };
}

/** 0: nothing is wrong; 1: something does not work; 2 is for wrong usage. Warnings alone are 0. */
export const exitStatus = ({ problems }: Report): 0 | 1 =>
  problems.some(({ severity }) => severity === 'error') ? 1 : 0;

const MARK = { pass: '✔', fail: '✘', 'not checked': '–' } as const;

/** The report as lines for the terminal; `all` also lists what passed. */
export function reportLines({ checks, problems, silenced }: Report, all: boolean): string[] {
  const counts = (result: Checked['result']) => checks.filter((one) => one.result === result).length;
  const because = (one: Checked) =>
    one.result === 'pass' ? one.evidence.join('; ') : one.result === 'fail' ? '' : one.why;
  return [
    ...checks
      .filter((one) => all || one.result === 'not checked')
      .map(
        (one) => `${MARK[one.result]} ${one.check}: ${one.result}${because(one) ? `: ${because(one)}` : ''}`,
      ),
    ...problems.flatMap((finding) => ['', ...paragraph(finding)]),
    '',
    `${counts('pass')} passed, ${counts('fail')} failed, ${counts('not checked')} not checked; ${problems.length} problems` +
      (silenced.length > 0 ? `, ${silenced.length} more follow from them` : ''),
  ];
}
