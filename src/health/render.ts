import type { Finding } from './finding.ts';

/** A finding as one line: for logs, and for a client's standard error. */
export const oneLine = ({ code, text, fix, command }: Finding): string =>
  `${text}. ${capital(fix)}${command === undefined ? '' : `: ${command}`} [${code}]`;

/** A finding as a paragraph for a terminal: what, why, what was seen, what to do, and the line to paste. */
export function paragraph(finding: Finding): string[] {
  const { code, severity, host, text, cause, evidence, fix, command } = finding;
  return [
    `${severity.toUpperCase()} ${code}${host === undefined ? '' : ` on ${host}`}: ${text}`,
    `  why:  ${cause}`,
    ...evidence.map((line) => `  seen: ${line}`),
    `  fix:  ${fix}`,
    ...(command === undefined ? [] : [`  run:  ${command}`]),
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
