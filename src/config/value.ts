import { isIP } from 'node:net';
import type { OptionDefinition } from './option.ts';

export type ParsedValue = { readonly value: unknown } | { readonly expected: string };

const TRUE_WORDS = ['true', '1', 'yes', 'on'];
const FALSE_WORDS = ['false', '0', 'no', 'off'];
const HOST_NAME = /^(?=.{1,255}$)[a-z0-9_]([a-z0-9_-]{0,62})?(\.[a-z0-9_]([a-z0-9_-]{0,62})?)*\.?$/i;
const LARGEST_PORT = 65535;

const items = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

function number(text: string, definition: OptionDefinition<unknown>, whole: boolean): ParsedValue {
  const {
    type,
    min = type === 'port' ? 0 : undefined,
    max = type === 'port' ? LARGEST_PORT : undefined,
  } = definition;
  const value = Number(text);
  const shape = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (shape.test(text) && value >= (min ?? -Infinity) && value <= (max ?? Infinity)) return { value };
  const kind = type === 'port' ? 'a port number' : whole ? 'a whole number' : 'a number';
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? `, ${min} or more`
        : max !== undefined
          ? `, ${max} or less`
          : '';
  return { expected: `${kind}${range}` };
}

function bool(text: string): ParsedValue {
  const word = text.toLowerCase();
  if (TRUE_WORDS.includes(word)) return { value: true };
  if (FALSE_WORDS.includes(word)) return { value: false };
  return { expected: 'True or False' };
}

function dict(text: string): ParsedValue {
  const pairs = items(text).map((item) => {
    const at = item.indexOf(':');
    return at < 0 ? undefined : ([item.slice(0, at).trim(), item.slice(at + 1).trim()] as const);
  });
  return pairs.includes(undefined)
    ? { expected: 'key:value pairs, separated by commas' }
    : { value: Object.fromEntries(pairs.filter((pair) => pair !== undefined)) };
}

function choice(text: string, definition: OptionDefinition<unknown>): ParsedValue {
  const { choices, ignoreCase } = definition;
  if (choices === undefined) return { value: text };
  const found = choices.find((one) => (ignoreCase ? one.toLowerCase() === text.toLowerCase() : one === text));
  return found === undefined ? { expected: `one of ${choices.join(', ')}` } : { value: found };
}

/** A value without what somebody wrote behind it for other people: `1500 # bytes`, `192.168.81.65(compute IP)`. */
export const withoutRemark = (text: string): string =>
  text.replace(/\s+[#;].*$|\s*[((].*[))]$/su, '').trimEnd();

/** Converts the text of one entry (for multi: one of its values) to the option's type, or says what was expected. */
export function parseValue(text: string, definition: OptionDefinition<unknown>): ParsedValue {
  switch (definition.type) {
    case 'int':
    case 'port':
    case 'float':
      // oslo.config takes an empty number for one that is not set.
      if (text === '') return { value: definition.default };
      return number(text, definition, definition.type !== 'float');
    case 'bool':
      return bool(text);
    case 'list':
      return { value: items(text) };
    case 'dict':
      return dict(text);
    case 'ip':
      if (text === '') return { value: definition.default };
      return isIP(text) > 0 ? { value: text } : { expected: 'an IP address' };
    case 'host':
      return isIP(text) > 0 || HOST_NAME.test(text)
        ? { value: text }
        : { expected: 'a host name or an IP address' };
    case 'str':
    case 'multi':
      return choice(text, definition);
  }
}
