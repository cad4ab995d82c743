import type { Namespace } from '../argparse/namespace.ts';
import { Float, isInteger, type Json, str } from '../python/value.ts';
import { wrap } from '../python/wrap.ts';
import type { Format } from './format.ts';
import { displayWidth } from './width.ts';

interface Grid {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly rightAligned: readonly boolean[];
}

/** The boxed table. A list aligns numbers to the right, by the type of its first row. */
export const table: Format = {
  list: ({ columns, rows }, options) =>
    render(
      {
        header: columns,
        rows: rows.map((row) => row.map(cell)),
        rightAligned: columns.map((_, index) => isNumber(rows[0]?.[index] ?? null)),
      },
      options,
      { narrowest: 8, printEmpty: options.flag('print_empty') },
    ),
  one: ({ columns, rows }, options) =>
    render(
      {
        header: ['Field', 'Value'],
        rows: columns.map((name, index) => [name, cell(rows[0]![index]!)]),
        rightAligned: [false, false],
      },
      options,
      { narrowest: 16, printEmpty: false },
    ),
};

const isNumber = (value: Json): boolean => isInteger(value) || value instanceof Float;

const cell = (value: Json): string =>
  typeof value === 'string' ? value.replaceAll('\r\n', '\n').replaceAll('\r', ' ') : str(value);

const render = (
  grid: Grid,
  options: Namespace,
  { narrowest, printEmpty }: { narrowest: number; printEmpty: boolean },
): string => {
  if (grid.rows.length === 0 && !printEmpty) return '\n';
  const natural = columnWidths(grid);
  return draw(grid, fitted(natural, narrowest, widest(options)));
};

/** Columns the whole table may fill, undefined for any. */
const widest = (options: Namespace): number | undefined => {
  const asked = options.number('max_width') ?? 0;
  if (asked > 0) return asked;
  return options.flag('fit_width') ? process.stdout.columns : undefined;
};

const columnWidths = (grid: Grid): number[] =>
  grid.header.map((name, index) =>
    Math.max(displayWidth(name), ...grid.rows.flatMap((row) => row[index]!.split('\n').map(displayWidth))),
  );

/** Narrows the columns wider than an equal share until the table fits, never below `narrowest` or the header. */
const fitted = (
  natural: readonly number[],
  narrowest: number,
  limit: number | undefined,
): readonly number[] => {
  const count = natural.length;
  const total = natural.reduce((sum, width) => sum + width + 3, 1);
  if (limit === undefined || total <= limit || count === 0) return natural;
  const usable = Math.max(0, limit - 1 - 3 * count);
  const share = Math.max(0, Math.floor(usable / count));
  const wide = natural.flatMap((width, index) => (width > share ? [index] : []));
  let remaining = natural.reduce((left, width) => (width <= share ? left - width : left), usable);
  const each = Math.floor(remaining / wide.length);
  const headroom = [...natural];
  for (const index of wide.slice(0, -1)) {
    headroom[index] = Math.max(narrowest, each);
    remaining -= each;
  }
  headroom[wide.at(-1)!] = Math.max(narrowest, remaining);
  return natural.map((width, index) => Math.min(width, headroom[index]!));
};

const draw = (grid: Grid, wanted: readonly number[]): string => {
  const widths = wanted.map((width, index) => Math.max(width, displayWidth(grid.header[index]!)));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const lines = (row: readonly string[]): string => {
    const cells = row.map((text, index) => cellLines(text, widths[index]!));
    const height = Math.max(...cells.map((cellOf) => cellOf.length));
    return Array.from({ length: height }, (_, y) => {
      const bits = cells.map((cellOf, index) =>
        justify(cellOf[y] ?? '', widths[index]!, grid.rightAligned[index]!),
      );
      return `| ${bits.join(' | ')} |\n`;
    }).join('');
  };
  if (widths.length === 0) return `++\n||\n++\n${'\n'.repeat(grid.rows.length)}++\n`;
  return `${rule}${lines(grid.header)}${rule}${grid.rows.map(lines).join('')}${rule}`;
};

const cellLines = (text: string, width: number): string[] =>
  text.split('\n').flatMap((line) => {
    if (displayWidth(line) <= width) return [line];
    const wrapped = wrap(line, width);
    return wrapped.length > 0 ? wrapped : [''];
  });

const justify = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? space + text : text + space;
};
