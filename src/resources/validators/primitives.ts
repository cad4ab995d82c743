import { toPythonInt } from '../pythonNumber.ts';
import { pythonText } from '../pythonText.ts';

/** What is wrong with a value, in Neutron's words; undefined when nothing is. */
export type Verdict = string | undefined;

/** Checks a value; `parameter` is what the definition gave, e.g. the greatest length. */
export type Validator<Parameter = null> = (value: unknown, parameter: Parameter) => Verdict;

/** The number of Unicode code points, which is Python's length of a string. */
export const lengthOf = (text: string): number => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};

export const string: Validator<number | null> = (value, limit) => {
  if (typeof value !== 'string') return `'${pythonText(value)}' is not a valid string`;
  if (limit !== null && value.length > limit && lengthOf(value) > limit) {
    return `'${value}' exceeds maximum length of ${limit}`;
  }
  return undefined;
};

export const notEmptyString: Validator<number | null> = (value, limit) =>
  string(value, limit) ??
  ((value as string).trim() === '' ? `'${value}' Blank strings are not permitted` : undefined);

export const onelineNotEmptyString: Validator<number | null> = (value, limit) =>
  notEmptyString(value, limit) ??
  (/[\n\r\u0085\u2028\u2029]./s.test(value as string)
    ? `Multi-line string is not allowed: '${value}'`
    : undefined);

export const values: Validator<readonly unknown[]> = (value, accepted) =>
  accepted.includes(value) ? undefined : `${pythonText(value)} is not in valid_values`;

export const boolean: Validator = (value) =>
  typeof value === 'boolean' || /^(0|1|t|f|true|false|on|off|yes|no|y|n)$/i.test(pythonText(value).trim())
    ? undefined
    : `'${pythonText(value)}' is not a valid boolean value`;

export const nonNegative: Validator = (value) => {
  const number = toPythonInt(value);
  if (number === undefined) return `'${pythonText(value)}' is not an integer`;
  return number < 0 ? `'${pythonText(value)}' should be non-negative` : undefined;
};

export const range: Validator<readonly [number, number]> = (value, [least, most]) => {
  const number = toPythonInt(value);
  if (number === undefined) return `'${pythonText(value)}' is not an integer`;
  if (number < least) return `'${pythonText(value)}' is too small - must be at least '${least}'`;
  if (number > most) return `'${pythonText(value)}' is too large - must be no larger than '${most}'`;
  return undefined;
};

/** Whether a text is 32 digits, with dashes anywhere, in braces or after `urn:uuid:`, as Python's UUID() takes it. */
const isUuid = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^[0-9a-f]{32}$/i.test(
    value
      .replace(/urn:|uuid:/g, '')
      .replace(/^[{}]+|[{}]+$/g, '')
      .replaceAll('-', ''),
  );

export const uuid: Validator = (value) =>
  isUuid(value) ? undefined : `'${pythonText(value)}' is not a valid UUID`;

/** A validator that also lets null pass. */
export const orNone =
  <Parameter>(validator: Validator<Parameter>): Validator<Parameter> =>
  (value, parameter) =>
    value === null ? undefined : validator(value, parameter);
