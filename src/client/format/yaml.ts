import { Float, isDict, isInteger, type Json, repr } from '../python/value.ts';
import type { Format } from './format.ts';

/** PyYAML's safe_dump in block style: sorted keys, lines folded after 80 columns. */
export const yaml: Format = {
  list: ({ columns, rows }) => {
    if (rows.length === 0) return '[]\n';
    return sequence(
      rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]!]))),
      0,
    );
  },
  one: ({ columns, rows }) => columns.map((name, index) => mapping({ [name]: rows[0]![index]! }, 0)).join(''),
};

const lineWidth = 80;

const sequence = (items: readonly Json[], indent: number): string =>
  items.map((item) => `${' '.repeat(indent)}- ${node(item, indent + 2, indent + 2)}`).join('');

/** A node written after `column` columns of its line; nested lines start at `indent`. Ends in a newline. */
const node = (value: Json, indent: number, column: number): string => {
  if (Array.isArray(value) && value.length > 0) return sequence(value, indent).trimStart();
  if (isDict(value) && Object.keys(value).length > 0) return mapping(value, indent).trimStart();
  return `${scalar(value, indent, column)}\n`;
};

const mapping = (value: { [key: string]: Json }, indent: number): string =>
  Object.keys(value)
    .sort(byCodePoint)
    .map((key) => entry(key, value[key]!, indent))
    .join('');

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const entry = (key: string, value: Json, indent: number): string => {
  const space = ' '.repeat(indent);
  const name = text(key, { indent, column: 0, split: false });
  const complex = key === '' || key.includes('\n') || [...key].length >= 128;
  const head = complex ? `${space}? ${name}\n${space}:` : `${space}${name}:`;
  if (Array.isArray(value) && value.length > 0) return `${head}\n${sequence(value, indent)}`;
  if (isDict(value) && Object.keys(value).length > 0) return `${head}\n${mapping(value, indent + 2)}`;
  return `${head} ${scalar(value, indent + 2, head.length + 1)}\n`.replace(/: \n$/, ':\n');
};

const scalar = (value: Json, indent: number, column: number): string => {
  if (value === null || typeof value === 'boolean' || isInteger(value)) return String(value);
  if (Array.isArray(value)) return '[]';
  if (value instanceof Float) return repr(value).replace(/^(-?\d+)e/, '$1.0e');
  if (typeof value === 'string') return text(value, { indent, column, split: true });
  return '{}';
};

interface Place {
  readonly indent: number;
  readonly column: number;
  readonly split: boolean;
}

/** Texts that a reader of YAML takes for something else, as PyYAML decides it: words, numbers, times. */
const implicit = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|null|Null|NULL|~|<<|=)?$/,
  /^[-+]?(?:\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|\.(?:inf|Inf|INF))$/,
  /^\.(?:\d[\d_]*(?:[eE][-+]\d+)?|nan|NaN|NAN)$/,
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)+)$/,
  /^\d{4}-\d\d-\d\d$/,
  /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/,
];

const isImplicit = (value: string): boolean => implicit.some((pattern) => pattern.test(value));

const text = (value: string, place: Place): string => {
  const special = /[^\n\x20-\x7e]/.test(value) || / \n/.test(value);
  const isBlockPlain =
    !special &&
    !/\n|^[ ]|[ ]$|^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[ ]|$)|:(?:[ ]|$)|[ ]#/.test(value);
  if (isBlockPlain && !isImplicit(value)) return folded(value, place);
  const multilineKey = !place.split && value.includes('\n');
  if (!special && !/\n /.test(value) && !multilineKey)
    return `'${folded(value.replaceAll("'", "''"), { ...place, column: place.column + 1 })}'`;
  return doubleQuoted(value, place);
};

/** Breaks at single spaces once a line has passed the width; a newline in the text becomes an empty line. */
const folded = (value: string, { indent, column, split }: Place): string => {
  let length = column;
  let result = '';
  const tokens = value.match(/ +|\n+|[^ \n]+/g) ?? [];
  for (const [position, token] of tokens.entries()) {
    const isInner = position > 0 && position < tokens.length - 1;
    if (token === ' ' && split && isInner && length > lineWidth) {
      result += `\n${' '.repeat(indent)}`;
      length = indent;
    } else if (token.startsWith('\n')) {
      result += `\n${token}${' '.repeat(indent)}`;
      length = indent;
    } else {
      result += token;
      length += token.length;
    }
  }
  return result;
};

const escapes: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

const escaped = (char: string): string => {
  const code = char.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (escapes[char]) return `\\${escapes[char]}`;
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
};

const doubleQuoted = (value: string, { indent, column, split }: Place): string => {
  const chars = [...value];
  let length = column + 1;
  let pending = '';
  let result = '';
  const flush = (): void => {
    result += pending;
    length += pending.length;
    pending = '';
  };
  for (const [index, char] of chars.entries()) {
    const isPlain = /^[\x20-\x7e]$/.test(char) && char !== '"' && char !== '\\';
    if (!isPlain) {
      flush();
      result += escaped(char);
      length += escaped(char).length;
    }
    const canBreak = index > 0 && index < chars.length - 1 && (char === ' ' || pending === '');
    // PyYAML counts one column less after an escape.
    const reached = isPlain ? length + pending.length : length - 1;
    if (canBreak && split && reached > lineWidth) {
      flush();
      result += `\\\n${' '.repeat(indent)}`;
      length = indent;
      const next = isPlain ? char : chars[index + 1];
      if (next === ' ') {
        result += '\\';
        length++;
      }
    }
    if (isPlain) pending += char;
  }
  flush();
  return `"${result}"`;
};
