import type { Goal, Unit } from '../row.ts';
import { amount } from './amount.ts';
import { type Figures, growth, met, type Result, ratios } from './figures.ts';

export const HEADINGS = [
  'row',
  'ours',
  'peer',
  'ratio',
  'CPU ours',
  'CPU peer',
  'CPU ratio',
  'floor',
  'goal',
  'met',
] as const;

/** Nothing is no multiple of anything: where we write nothing there is no ratio. */
const times = (value: number | undefined, least: string) =>
  value === undefined || !Number.isFinite(value) ? '' : `${least}${value.toFixed(1)}×`;

/** Before a figure of a side that did not come to its end. */
const atLeast = (figures?: Figures) => (figures?.unfinished ? '> ' : '');

const withUnit = (value: number, unit: Unit) =>
  `${amount(value)}${unit.startsWith('/') || unit === '×' ? '' : ' '}${unit}`;

function side(figures: Figures | undefined, unit: Unit): string {
  if (!figures) return '';
  const spread = figures.values >= 20 ? ` (p95 ${amount(figures.p95)})` : '';
  const failures = figures.failures > 0 ? `, ${figures.failures} failed` : '';
  return `${atLeast(figures)}${withUnit(figures.p50, unit)}${spread}${failures}`;
}

const goalText = ({ times: factor, atMost, growth: grown }: Goal, unit: Unit) =>
  [
    ...(factor === undefined ? [] : [`≥ ${factor}×`]),
    ...(atMost === undefined ? [] : [`≤ ${withUnit(atMost, unit)}`]),
    ...(grown === undefined ? [] : [`growth ≤ ${grown.atMost}×`]),
  ].join(', ');

const MET = { true: 'yes', false: 'no', undefined: '' } as const;

/** The judgement; of growth with the figures. */
function verdict(result: Result, all: readonly Result[]): string {
  const { wall, cpu } = growth(result, all);
  const grown =
    wall === undefined ? '' : `: ${wall.toFixed(2)}×${cpu === undefined ? '' : `, CPU ${cpu.toFixed(2)}×`}`;
  return `${MET[String(met(result, all)) as keyof typeof MET]}${grown}`;
}

/** The cells of a row, under HEADINGS. CPU is in milliseconds per operation. */
export function cells(result: Result, all: readonly Result[] = [result]): string[] {
  const { row, ours, peer, floor } = result;
  const { wall, cpu } = ratios(result);
  const milliseconds = (figures?: Figures) =>
    figures?.cpu === undefined ? '' : `${atLeast(figures)}${amount(figures.cpu)} ms`;
  return [
    row.title,
    side(ours, row.unit),
    side(peer, row.unit),
    times(wall, atLeast(peer)),
    milliseconds(ours),
    milliseconds(peer),
    times(cpu, atLeast(peer)),
    floor === undefined ? '' : withUnit(floor, row.unit),
    goalText(row.goal, row.unit),
    verdict(result, all),
  ];
}

/** Cells of equal width. */
const aligned = (columns: readonly string[], widths: readonly number[]) =>
  columns
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
    .join('  ');

/** The results for a terminal; what failed stands below with its reason. */
export function terminalTable(results: readonly Result[]): string {
  const rows = [[...HEADINGS], ...results.map((result) => cells(result, results))];
  const widths = HEADINGS.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  const failed = results.flatMap(({ row, error }) => (error ? [`${row.name}: ${error}`] : []));
  return [...rows.map((row) => aligned(row, widths).trimEnd()), ...failed].join('\n');
}
