import { ClientError } from '../errors.ts';
import { Float, isInteger, type Json, str } from '../python/value.ts';
import type { Format } from './format.ts';

/** Python's csv writer with an escape character of backslash. */
export const csv: Format = {
  list: ({ columns, rows }, options) => {
    const mode = options.text('quote_mode') ?? 'nonnumeric';
    return [columns, ...rows].map((row) => `${line(row, mode)}\n`).join('');
  },
};

const line = (row: readonly Json[], mode: string): string => {
  const fields = row.map((value) => field(value, mode));
  if (fields.length !== 1 || fields[0] !== '') return fields.join(',');
  if (mode === 'none') throw new ClientError('single empty field record must be quoted');
  return '""';
};

const field = (value: Json, mode: string): string => {
  const text = value === null ? '' : str(value);
  const isNumber = isInteger(value) || typeof value === 'boolean' || value instanceof Float;
  if (mode === 'none') return text.replace(/[,"\\\r\n]/g, (char) => `\\${char}`);
  const quoted = mode === 'all' || (mode === 'nonnumeric' && !isNumber) || /[,"\r\n]/.test(text);
  const escaped = text.replaceAll('\\', '\\\\');
  return quoted ? `"${escaped.replaceAll('"', '""')}"` : escaped;
};
