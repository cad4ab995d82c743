import type { Namespace } from '../argparse/namespace.ts';
import type { Call } from '../command.ts';
import { ClientError } from '../errors.ts';
import type { Table } from '../format/format.ts';
import { loadFormat } from '../format/load.ts';
import { type Dict, dumps, isDict, isInteger, type Json, repr, str } from '../python/value.ts';

export const isTable = (args: Namespace): boolean => args.get('formatter') === 'table';

/** Values as the table of one object shows them: a list's items on lines of their own, structures as JSON. */
export const readable = (object: Dict, indent?: number): Dict => {
  const line = (item: Json): string => (isDict(item) ? dumps(item, indent) : str(item));
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      if (Array.isArray(value)) return [name, value.map(line).join('\n')];
      if (isDict(value)) return [name, dumps(value, indent)];
      return [name, value ?? ''];
    }),
  );
};

/** Prints one object in the format that was asked for, its attributes sorted by name. */
export const printOne = async (call: Call, object: Dict): Promise<void> => {
  const columns = Object.keys(object).sort(byCodePoint);
  const table = chosen({ columns, rows: [columns.map((name) => object[name]!)] }, call.args, 'tuple');
  const format = await loadFormat(str(call.args.get('formatter') ?? 'table'));
  call.print(format.one!(table, call.args));
};

/** Prints a list in the format that was asked for. */
export const printList = async (call: Call, table: Table): Promise<void> => {
  const format = await loadFormat(str(call.args.get('formatter') ?? 'table'));
  call.print(format.list!(chosen(sorted(table, call), call.args, 'list'), call.args));
};

export const byCodePoint = (a: string, b: string): number => {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index]!.codePointAt(0)! - right[index]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

const chosen = (table: Table, args: Namespace, kind: 'list' | 'tuple'): Table => {
  const wanted = args.texts('columns');
  if (wanted.length === 0) return table;
  const indexes = [...table.columns.keys()].filter((index) => wanted.includes(table.columns[index]!));
  if (indexes.length === 0)
    throw new ClientError(
      `No recognized column names in ${repr(wanted)}. Recognized columns are ${
        kind === 'list' ? repr([...table.columns]) : tupleText(table.columns)
      }.`,
    );
  return {
    columns: indexes.map((index) => table.columns[index]!),
    rows: table.rows.map((row) => indexes.map((index) => row[index]!)),
  };
};

const tupleText = (names: readonly string[]): string =>
  names.length === 1 ? `(${repr(names[0]!)},)` : `(${names.map(repr).join(', ')})`;

const sorted = (table: Table, { args, log }: Call): Table => {
  const names = args.texts('sort_columns');
  const sign = args.get('sort_direction') === 'desc' ? -1 : 1;
  let rows = table.rows;
  for (const name of names.filter((column) => table.columns.includes(column)).reverse()) {
    const index = table.columns.indexOf(name);
    try {
      rows = rows.toSorted((a, b) => sign * compare(a[index]!, b[index]!));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      log.warning('cliff.lister', `Could not sort on field '${name}'; unsortable types`);
    }
  }
  return { columns: table.columns, rows };
};

/** Python's order; throws TypeError for what Python cannot compare. */
const compare = (a: Json, b: Json): number => {
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b);
  if (isComparableNumber(a) && isComparableNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (repr(a) === repr(b)) return 0;
  if (!Array.isArray(a) || !Array.isArray(b)) throw new TypeError('unsortable types');
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compare(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
};

const isComparableNumber = (value: Json): value is number | bigint | boolean =>
  isInteger(value) || typeof value === 'boolean';
