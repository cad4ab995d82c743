import { inputFault } from '../errors.ts';
import { toPythonInt } from '../pythonNumber.ts';
import { pythonText } from '../pythonText.ts';
import { parseAddress, parseNetwork } from '../validators/netaddr.ts';
import { ethertype, ipPrefix, portValue, protocol } from './securityGroups.ts';

const invalid = (error_message: string) => inputFault('InvalidInput', { error_message });

const truths: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  true: true,
  on: true,
  yes: true,
  y: true,
  '0': false,
  f: false,
  false: false,
  off: false,
  no: false,
  n: false,
};

const boolean = (value: unknown): boolean => {
  const key = pythonText(value).trim().toLowerCase();
  if (!Object.hasOwn(truths, key)) throw invalid(`'${pythonText(value)}' cannot be converted to boolean`);
  return truths[key]!;
};

const int = (value: unknown): number => {
  const number = toPythonInt(value);
  if (number === undefined) throw invalid(`'${pythonText(value)}' is not an integer`);
  return number;
};

const canonicalAddress = (value: unknown): unknown => {
  if (typeof value !== 'string' || !value.includes(':')) return value;
  return parseAddress(value)?.canonical ?? value;
};

const canonicalCidr = (value: unknown): unknown => {
  const network = typeof value === 'string' ? parseNetwork(value) : undefined;
  if (!network) throw invalid(`${pythonText(value)} is not in a CIDR format`);
  return network.text;
};

/** `['a=1', 'a=2']` to `{ a: ['1', '2'] }`: filters on lists of dictionaries. `['True']` is a flag without values. */
const keyValues = (value: unknown): Record<string, string[]> => {
  const result: Record<string, string[]> = Object.create(null);
  const texts = value as readonly string[];
  for (const text of texts.length === 1 && texts[0] === 'True' ? [] : texts) {
    const [key, ...rest] = text.split('=');
    if (rest.length === 0 || !key) throw invalid(`'${text}' is not of the form <key>=[value]`);
    result[key.trim()] ??= [];
    const values = result[key.trim()]!;
    const item = rest.join('=').trim();
    if (!values.includes(item)) values.push(item);
  }
  return result;
};

const caseInsensitive = (value: unknown): string => {
  if (typeof value === 'string') return value.toLowerCase();
  throw invalid(`Input value ${pythonText(value)} must be string type`);
};

const rbacObjectTypes = [
  'network',
  'qos_policy',
  'security_group',
  'subnetpool',
  'address_scope',
  'address_group',
];

const rbacObjectType = (value: unknown): unknown => {
  const type = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (rbacObjectTypes.includes(type as string)) return type;
  throw invalid(`'${pythonText(value)}' is not a valid RBAC object type`);
};

const ifNotNull =
  <T>(converter: (value: unknown) => T) =>
  (value: unknown): T | null =>
    value === null ? null : converter(value);

const converters = {
  boolean,
  boolean_if_not_none: ifNotNull(boolean),
  int,
  int_if_not_none: ifNotNull(int),
  none_to_empty_list: (value: unknown) => value ?? [],
  ip_to_canonical_format: canonicalAddress,
  cidr_to_canonical_format: (value: unknown) => (value === null ? null : canonicalCidr(value)),
  kvp_list_to_dict: keyValues,
  string_to_case_insensitive: caseInsensitive,
  valid_object_type: rbacObjectType,
  protocol,
  validate_port_value: portValue,
  ethertype_to_case_insensitive: ethertype,
  ip_prefix_to_cidr: ipPrefix,
} as const;

export type ConverterName = keyof typeof converters;

/** Converts a client's value, or throws the error that says why it cannot be. */
export const convert = (name: ConverterName, value: unknown): unknown => converters[name](value);
