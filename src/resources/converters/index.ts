import { inputFault } from '../errors.ts';
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
  enabled: true,
  '0': false,
  f: false,
  false: false,
  off: false,
  no: false,
  n: false,
  disabled: false,
};

const boolean = (value: unknown): boolean => {
  if (typeof value === 'boolean') return value;
  const key = typeof value === 'string' ? value.toLowerCase() : String(value);
  const truth = typeof value === 'object' ? undefined : Object.hasOwn(truths, key) ? truths[key] : undefined;
  if (truth === undefined) throw invalid(`'${pythonText(value)}' cannot be converted to boolean`);
  return truth;
};

const int = (value: unknown): number => {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  throw invalid(`'${pythonText(value)}' is not an integer`);
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

/** `['a=1', 'a=2']` to `{ a: ['1', '2'] }`: filters on lists of dictionaries. */
const keyValues = (value: unknown): Record<string, string[]> => {
  const result: Record<string, string[]> = Object.create(null);
  for (const text of value as string[]) {
    const [key, ...rest] = text.split('=');
    if (rest.length === 0 || !key) throw invalid(`'${text}' is not of the form <key>=[value]`);
    result[key.trim()] ??= [];
    const values = result[key.trim()]!;
    const item = rest.join('=').trim();
    if (item !== '' && !values.includes(item)) values.push(item);
  }
  return result;
};

const caseInsensitive = (value: unknown): string => {
  if (typeof value === 'string') return value.toLowerCase();
  throw invalid(`Input value ${pythonText(value)} must be string type`);
};

const rbacObjectTypes = ['network', 'security_group', 'subnetpool', 'address_scope', 'address_group'];

const rbacObjectType = (value: unknown): unknown => {
  const type = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (rbacObjectTypes.includes(type as string)) return type;
  throw invalid(`'${pythonText(type)}' is not a valid RBAC object type`);
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
