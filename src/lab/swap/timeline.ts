/** What one step of the road did. */
export interface Row {
  readonly step: string;
  readonly result: 'pass' | 'fail';
  readonly seconds: number;
  /** Requests lost meanwhile, by ping. */
  readonly lost: Readonly<Record<string, number>>;
  /** What is different in the kernel afterwards, and which dnsmasq and haproxy are other processes. */
  readonly touched: readonly string[];
  readonly evidence: string;
}

const total = (lost: Row['lost']) => Object.values(lost).reduce((sum, count) => sum + count, 0);

/** A row as lines for the terminal. */
export const rowLines = (row: Row): string[] => [
  `${row.result === 'pass' ? '✔' : '✘'} ${row.step}: ${row.seconds.toFixed(1)} s, ${total(row.lost)} packets lost, ${row.touched.length} kernel objects touched${row.evidence ? `; ${row.evidence}` : ''}`,
  ...Object.entries(row.lost)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `    lost: ${count} of ${what}`),
  ...row.touched.map((line) => `    ${line}`),
];
