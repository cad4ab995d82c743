import type { Finding } from '../../health/finding.ts';
import type { Dict } from '../python/value.ts';

/** What one test came to. */
export interface Line {
  /** What was tried, as a noun: DHCP, metadata, same network, … */
  readonly check: string;
  readonly from: string;
  /** Absent where the test has no other side. */
  readonly to?: string;
  readonly result: 'pass' | 'fail' | 'not checked';
  /** What was seen, or why nothing was tried. */
  readonly evidence: readonly string[];
  readonly seconds: number;
}

/** A line, and what it is about: where the cause of its failure is looked for. */
export interface Tested {
  readonly line: Line;
  /** Paths of the objects involved, below /v2.0, whose diagnoses may tell the cause: 'ports/ID'. */
  readonly about: readonly string[];
  /** What `POST /v2.0/nts-traces` is asked, for a packet that was lost. */
  readonly trace?: Dict;
  /** What the measurement itself says is wrong, for when nobody knows better. */
  readonly finding?: Finding;
}

const MARKS = { pass: '✔', fail: '✘', 'not checked': '–' } as const;

/** A line for a terminal. */
export const lineText = ({ check, from, to, result, evidence, seconds }: Line): string => {
  const where = to === undefined ? from : `${from} → ${to}`;
  const took = result === 'not checked' ? '' : ` (${seconds.toFixed(1)} s)`;
  return `${MARKS[result]} ${check}: ${where}: ${evidence.join('; ')}${took}`;
};

/** How many of each there are, in words. */
export function summary(lines: readonly Line[], seconds: number): string {
  const count = (wanted: Line['result']) => lines.filter(({ result }) => result === wanted).length;
  const parts = [`${count('pass')} passed`, `${count('fail')} failed`, `${count('not checked')} not checked`];
  return `${parts.filter((part) => !part.startsWith('0 ') || part.endsWith('passed')).join(', ')} in ${seconds.toFixed(1)} s`;
}
