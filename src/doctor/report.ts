import { catalogue } from '../health/catalogue/index.ts';
import type { Checked } from '../health/checks.ts';
import type { Finding } from '../health/finding.ts';
import { paragraph, wrap } from '../health/render.ts';
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

export interface Look {
  /** List what passed, and what only matters once something is wrong. */
  readonly all: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const COLOURS = { error: 31, warning: 33, info: 36, 'not checked': 36, pass: 32 } as const;

/** The report as lines for the terminal: problems first, then what could not be looked at, then the count. */
export function reportLines({ checks, problems, silenced }: Report, { all, width, colour }: Look): string[] {
  const paint = (kind: keyof typeof COLOURS, text: string) =>
    colour ? `\x1b[${COLOURS[kind]}m${text}\x1b[0m` : text;
  const painted = (finding: Finding): string[] => {
    const [head, ...rest] = paragraph(finding, width);
    const word = finding.severity.toUpperCase();
    return [head!.replace(word, paint(finding.severity, word)), ...rest, ''];
  };
  const wrong = problems.filter(({ severity }) => severity !== 'info');
  const remarks = problems.filter(({ severity }) => severity === 'info');
  /** What only matters when something is wrong is told in a sentence then. */
  const remarked = (finding: Finding): string[] => {
    const [head, ...rest] = wrap(`remark ${finding.code}: ${finding.text}`, 4, width);
    return [head!.replace('remark', paint('info', 'remark')), ...rest];
  };
  const of = (result: Checked['result']) => checks.filter((one) => one.result === result);
  const listed = (mark: string, kind: keyof typeof COLOURS, one: Checked) => {
    const said = one.result === 'pass' ? one.evidence.join('; ') : one.result === 'fail' ? '' : one.why;
    const [head, ...rest] = wrap(`${mark} ${one.check}: ${said}`, 4, width);
    return [head!.replace(mark, paint(kind, mark)), ...rest];
  };
  return [
    ...(all ? problems : wrong).flatMap(painted),
    ...(wrong.length > 0 && !all ? remarks.flatMap(remarked) : []),
    ...of('not checked').flatMap((one) => listed('not checked', 'not checked', one)),
    ...(all ? of('pass').flatMap((one) => listed('pass', 'pass', one)) : []),
    `${wrong.length === 0 ? 'nothing is wrong' : counted(wrong)}; ${checks.length} checks: ` +
      `${of('pass').length} passed, ${of('not checked').length} not checked` +
      (remarks.length > 0 && !all
        ? `; ${remarks.length} ${remarks.length === 1 ? 'remark' : 'remarks'} (--all)`
        : '') +
      (silenced.length > 0 ? `; ${silenced.length} more problems follow from those above` : ''),
  ];
}

const counted = (problems: readonly Finding[]): string =>
  (['error', 'warning'] as const)
    .map((kind) => ({ kind, count: problems.filter(({ severity }) => severity === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}${count === 1 ? '' : 's'}`)
    .join(', ');
