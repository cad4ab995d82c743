import { dumps, type Json } from '../python/value.ts';
import type { Format } from './format.ts';

const object = (columns: readonly string[], row: readonly Json[]): Json =>
  Object.fromEntries(columns.map((name, index) => [name, row[index]!]));

export const json: Format = {
  list: ({ columns, rows }, options) =>
    `${dumps(
      rows.map((row) => object(columns, row)),
      options.flag('noindent') ? undefined : 2,
    )}\n`,
  one: ({ columns, rows }, options) =>
    `${dumps(object(columns, rows[0]!), options.flag('noindent') ? undefined : 2)}\n`,
};
