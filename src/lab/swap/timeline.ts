import type { Implementation, Step } from './road.ts';

export interface TouchedBy {
  readonly text: string;
  readonly by: Implementation;
  /** The same is there as before, made anew. */
  readonly renewed: boolean;
  /** It had been there, had got lost on the way, and was put back. */
  readonly mended?: boolean;
}

/** What one step of the road did. */
export interface Row {
  readonly step: string;
  /** A swap must find everything right; what was made to use a process must be gone after it. */
  readonly kind: Step['kind'];
  readonly result: 'pass' | 'fail';
  readonly seconds: number;
  /** Requests lost meanwhile, by ping. */
  readonly lost: Readonly<Record<string, number>>;
  /** What was touched in the kernel, in plain words, and whose agent does that there; of what was made, what is left. */
  readonly touched: readonly TouchedBy[];
  /** The same as the lines of the kernel's own tools. */
  readonly raw: readonly string[];
  readonly evidence: string;
}

export interface Traffic {
  readonly pings: readonly { readonly what: string; readonly sent: number; readonly lost: number }[];
  /** `echoed N`, or `broken: why`. */
  readonly stream: string;
}

const lostIn = (row: Row) => Object.values(row.lost).reduce((sum, lost) => sum + lost, 0);

/** What Python's agents touch of their own accord is told, but it is theirs. */
const wrongly = (row: Row) =>
  row.touched
    .filter(({ by, mended, renewed }) => !mended && (by === 'ours' || (row.kind === 'change' && !renewed)))
    .map(({ text }) => text);

const touchedLines = (row: Row): string[] => {
  if (row.touched.length === 0)
    return [row.kind === 'swap' ? 'kernel: nothing' : 'kernel: nothing left behind'];
  return row.touched.map(
    ({ text, by }) => `kernel: ${text} (by ${by}${row.kind === 'swap' ? '' : ', left'})`,
  );
};

/** A row as lines for the terminal. */
export const rowLines = (row: Row, number: number, verbose: boolean): string[] => [
  `${row.result === 'pass' ? '✔' : '✘'} ${String(number).padStart(2)}  ${row.step.padEnd(54)} ${row.seconds.toFixed(1).padStart(5)} s  ${lostIn(row)} lost`,
  ...[
    row.evidence,
    ...Object.entries(row.lost).flatMap(([what, lost]) => (lost > 0 ? [`lost: ${lost} of ${what}`] : [])),
    ...touchedLines(row),
    ...(verbose ? row.raw : []),
  ]
    .filter(Boolean)
    .map((line) => `      ${line}`),
];

/** Why the road was not without loss; empty when it was. */
export function faults(rows: readonly Row[], { pings, stream }: Traffic): string[] {
  return [
    ...rows.flatMap((row) => [
      ...(row.result === 'fail' ? [`failed: ${row.step}: ${row.evidence}`] : []),
      ...(wrongly(row).length > 0 ? [`touched: ${row.step}: ${wrongly(row).join('; ')}`] : []),
    ]),
    ...pings.flatMap(({ what, sent, lost }) =>
      lost > 0 ? [`${lost} of ${sent} packets lost: ${what}`] : [],
    ),
    ...(stream.startsWith('echoed') ? [] : [`the TCP stream broke: ${stream}`]),
  ];
}

/** The end of the timeline: totals, then what was wrong. */
export function totalLines(rows: readonly Row[], traffic: Traffic): string[] {
  const wrong = faults(rows, traffic);
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const echoed = /^echoed (\d+)$/.exec(traffic.stream)?.[1];
  return [
    `${rows.length} steps in ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,
    ...traffic.pings.map(({ what, sent, lost }) => `  ${what}: ${sent} packets, ${lost} lost`),
    echoed
      ? `  one TCP connection over the whole road: unbroken, ${echoed} messages echoed`
      : `  one TCP connection over the whole road: ${traffic.stream}`,
    ...(wrong.length === 0
      ? ['Nothing was lost, there and back; our processes touched nothing that was right.']
      : ['NOT without loss:', ...wrong.map((line) => `  ${line}`)]),
  ];
}
