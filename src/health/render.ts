import type { Finding } from './finding.ts';

/** A finding as one line: for logs, and for a client's standard error. */
export const oneLine = ({ code, text, fix, command }: Finding): string =>
  `${text}${text.endsWith('?') ? '' : '.'} ${capital(fix)}${command === undefined ? '' : `: ${command}`} [${code}]`;

/**
 * A finding as a paragraph for a terminal: what, why, what was seen, what to do, and the line to paste. Prose is wrapped
 * at `width` columns; what was seen and the line to paste stay whole, so that they can be compared and copied.
 */
export function paragraph(finding: Finding, width = 100): string[] {
  const { code, severity, host, text, cause, evidence, fix, command } = finding;
  return [
    ...wrap(`${severity.toUpperCase()} ${code}${host === undefined ? '' : ` on ${host}`}: ${text}`, 2, width),
    ...wrap(`  why:  ${cause}`, PART, width),
    ...evidence.map((line) => `  seen: ${line}`),
    ...wrap(`  fix:  ${fix}`, PART, width),
    ...(command === undefined ? [] : [`  run:  ${command}`]),
  ];
}

/** Columns before the text of a part. */
const PART = 8;

/** Breaks a line at its blanks; further lines begin with `indent` blanks. A word that is longer stays whole. */
export function wrap(line: string, indent: number, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    const end = at > indent ? at : rest.indexOf(' ', width);
    if (end < 0) break;
    lines.push(rest.slice(0, end));
    rest = `${' '.repeat(indent)}${rest.slice(end + 1)}`;
  }
  return [...lines, rest];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
