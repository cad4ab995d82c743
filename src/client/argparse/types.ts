import { InvalidValue } from '../errors.ts';
import { type Dict, type Json, repr } from '../python/value.ts';
import type { ArgumentType } from './argument.ts';

/** Python's int(): optional sign, digits with single underscores between, spaces around. */
export const parseInteger = (text: string): number | bigint | undefined => {
  if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) return undefined;
  const digits = text.trim().replaceAll('_', '');
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits.replace('+', ''));
};

const invalid = (type: string, text: string): InvalidValue =>
  new InvalidValue(`invalid ${type} value: ${repr(text)}`);

export const integer: ArgumentType = {
  name: 'int',
  convert(text) {
    const value = parseInteger(text);
    if (value === undefined) throw invalid('int', text);
    return value;
  },
};

export const retries: ArgumentType = {
  name: 'check_non_negative_int',
  convert(text) {
    const value = integer.convert(text) as number;
    if (value < 0) throw new InvalidValue(`input value ${value} is negative`);
    return value;
  },
};

export const seconds: ArgumentType = {
  name: 'float',
  convert(text) {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value)) throw invalid('float', text);
    return value;
  },
};

export const lowercase: ArgumentType = {
  name: 'convert_to_lowercase',
  convert: (text) => text.toLowerCase(),
};
export const uppercase: ArgumentType = {
  name: 'convert_to_uppercase',
  convert: (text) => text.toUpperCase(),
};
export const text: ArgumentType = { name: 'str', convert: (value) => value };
export const truth: ArgumentType = { name: 'str2bool', convert: (value) => value.toLowerCase() === 'true' };

/** `key=value,key=value`; a comma within a value is allowed as long as no `=` follows it before the next comma. */
export const keyValues = (
  required: readonly string[] = [],
  optional: readonly string[] = [],
): ArgumentType => ({
  name: 'str2dict',
  convert(value) {
    const result = splitPairs(value);
    const valid = [...required, ...optional];
    const unknown = Object.keys(result).filter((key) => !valid.includes(key));
    if (valid.length > 0 && unknown.length > 0)
      throw new InvalidValue(
        `Invalid key(s) '${unknown.sort().join(', ')}' specified. Valid key(s): '${[...new Set(valid)].sort().join(', ')}'.`,
      );
    const missing = required.filter((key) => !(key in result));
    if (missing.length > 0) throw new InvalidValue(`Required key(s) '${missing.join(', ')}' not specified.`);
    return result;
  },
});

const splitPairs = (value: string): Dict => {
  const pairs: string[] = [];
  for (const part of value === '' ? [] : value.split(',')) {
    if (part.includes('=')) pairs.push(part);
    else if (pairs.length === 0) throw new InvalidValue(`missing value for key '${part}'`);
    else pairs.push(`${pairs.pop()},${part}`);
  }
  const result: Record<string, Json> = {};
  for (const pair of pairs) result[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
  return result;
};
