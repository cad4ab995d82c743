import { str } from '../python/value.ts';
import type { Format } from './format.ts';

export const value: Format = {
  list: ({ rows }) => rows.map((row) => `${row.map(str).join(' ')}\n`).join(''),
  one: ({ rows }) => rows[0]!.map((item) => `${str(item)}\n`).join(''),
};
