/** A value as JSON carries it, keeping what JavaScript numbers would lose: big integers and the float/int difference. */
export type Json = null | boolean | number | bigint | Float | string | Json[] | { [key: string]: Json };
export type Dict = { [key: string]: Json };

/** A JSON number that Python reads as a float (`1.0` stays `1.0`). */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export const isDict = (value: Json | undefined): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float);

export const isInteger = (value: Json): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

const needsExactNumbers = /\d{16}|\d\.\d|\d[eE][-+\d]/;

/** Parses JSON. Throws SyntaxError as JSON.parse does. */
export const parseJson = (text: string): Json =>
  needsExactNumbers.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);

const exactNumber = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  if (/[.eE]/.test(context.source)) return new Float(value);
  return Number.isSafeInteger(value) ? value : BigInt(context.source);
};

/** Python's `json.dumps`: `", "` and `": "` between items, non-ASCII escaped, optional indent. */
export const dumps = (value: Json, indent?: number): string => write(value, indent, '\n');

const write = (value: Json, indent: number | undefined, newline: string): string => {
  if (value instanceof Float) return floatText(value.value);
  if (value === null || typeof value === 'boolean' || isInteger(value)) return String(value);
  if (typeof value === 'string') return quoteAscii(value);
  const inner = newline + ' '.repeat(indent ?? 0);
  const items = Array.isArray(value)
    ? value.map((item) => write(item, indent, inner))
    : Object.entries(value).map(([key, item]) => `${quoteAscii(key)}: ${write(item, indent, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (items.length === 0 || indent === undefined) return `${open}${items.join(', ')}${close}`;
  return `${open}${inner}${items.join(`,${inner}`)}${newline}${close}`;
};

const quoteAscii = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const floatText = (value: number): string => {
  const text = String(value);
  const exponent = /^(-?[\d.]+)e([+-])(\d+)$/.exec(text);
  if (exponent) return `${exponent[1]}e${exponent[2]}${exponent[3]!.padStart(2, '0')}`;
  if (Math.abs(value) >= 1e16) return value.toExponential().replace('e+', 'e+');
  return /[.]/.test(text) ? text : `${text}.0`;
};

/** Python's `str()`: strings as they are, everything else as `repr`. */
export const str = (value: Json): string => (typeof value === 'string' ? value : repr(value));

/** Python's `repr()` of the same value. */
export const repr = (value: Json): string => {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof Float) return floatText(value.value);
  if (isInteger(value)) return String(value);
  if (typeof value === 'string') return quoteText(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${quoteText(key)}: ${repr(item)}`)
    .join(', ')}}`;
};

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

const quoteText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\'"\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/gu, (char) => {
    if (char === ' ' || ((char === "'" || char === '"') && char !== quote)) return char;
    if (char === quote) return `\\${char}`;
    return named[char] ?? escapeCode(char.codePointAt(0)!);
  });
  return `${quote}${body}${quote}`;
};

const escapeCode = (code: number): string => {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
};
