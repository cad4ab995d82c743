import { pythonRepr, pythonText } from '../pythonText.ts';
import { isMac, isNobodysMac, parseAddress, parseNetwork } from './netaddr.ts';
import { uuid, type Validator, type Verdict } from './primitives.ts';

export const ipAddress: Validator = (value) => {
  const invalid = `'${pythonText(value)}' is not a valid IP address`;
  if (typeof value !== 'string' || /\s/.test(value)) return invalid;
  const address = parseAddress(value);
  if (!address) return invalid;
  return address.version === 4 && address.canonical !== value
    ? `'${value}' is not an accepted IP address, '${address.canonical}' is recommended`
    : undefined;
};

const networkOf = (value: unknown) =>
  typeof value === 'string' && !/\s/.test(value) ? parseNetwork(value) : undefined;

export const subnet: Validator = (value) => {
  const network = networkOf(value);
  if (!network) return `'${pythonText(value)}' is not a valid IP subnet`;
  return !(value as string).includes('/') || (network.version === 4 && network.text !== value)
    ? `'${value}' isn't a recognized IP subnet cidr, '${network.cidr}' is recommended`
    : undefined;
};

/** The destination of a route: without host bits, and none of the host itself. */
const routeCidr = (value: unknown): Verdict => {
  const network = networkOf(value);
  if (!network) return `'${pythonText(value)}' is not a valid CIDR`;
  if (!(value as string).includes('/') || network.text !== network.cidr) {
    return `'${value}' is not a recognized CIDR, '${network.cidr}' is recommended`;
  }
  return network.version === 4 && network.canonical.startsWith('127.')
    ? `'${value}' is not a routable CIDR`
    : undefined;
};

export const macAddress: Validator = (value) =>
  typeof value === 'string' && isMac(value) && !isNobodysMac(value)
    ? undefined
    : `'${pythonText(value)}' is not a valid MAC address`;

const setText = (keys: readonly string[]) =>
  keys.length === 0 ? 'set()' : `{${keys.map(pythonRepr).join(', ')}}`;

/** Whether a value is a dictionary with exactly (or, when not strict, at least) these keys. */
export function dictKeys(expected: readonly string[], value: unknown, strict = true): Verdict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `Invalid input. '${pythonText(value)}' must be a dictionary with keys: ${pythonText(expected)}`;
  }
  const provided = Object.keys(value);
  const complete = expected.every((key) => provided.includes(key));
  return complete && (!strict || provided.length === expected.length)
    ? undefined
    : `Validation of dictionary's keys failed. Expected keys: ${setText(expected)} Provided keys: ${setText(provided)}`;
}

/** The first verdict that is one. */
const first = (verdicts: Iterable<Verdict>): Verdict => {
  for (const verdict of verdicts) if (verdict) return verdict;
  return undefined;
};

export const ipPools: Validator = (value) => {
  if (!Array.isArray(value)) return `Invalid data format for IP pool: '${pythonText(value)}'`;
  return first(
    value.map(
      (pool) => dictKeys(['start', 'end'], pool) ?? ipAddress(pool.start, null) ?? ipAddress(pool.end, null),
    ),
  );
};

export const fixedIps: Validator = (value) => {
  const malformed = (data: unknown) => `Invalid data format for fixed IP: '${pythonText(data)}'`;
  if (!Array.isArray(value)) return malformed(value);
  const seen = new Set<unknown>();
  for (const item of value) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return malformed(item);
    if ('ip_address' in item) {
      if (seen.has(item.ip_address)) return `Duplicate IP address '${pythonText(item.ip_address)}'`;
      const verdict = ipAddress(item.ip_address, null);
      if (verdict) return verdict;
      seen.add(item.ip_address);
    }
    const verdict = 'subnet_id' in item ? uuid(item.subnet_id, null) : undefined;
    if (verdict) return verdict;
  }
  return undefined;
};

export const nameservers: Validator = (value) => {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return `Invalid data format for nameserver: '${pythonText(value)}'`;
  }
  const hosts = Array.isArray(value) || typeof value === 'string' ? value : Object.keys(value as object);
  const seen = new Set<unknown>();
  for (const host of hosts) {
    const verdict = ipAddress(host, null);
    if (verdict) return `'${pythonText(host)}' is not a valid nameserver. ${verdict}`;
    if (seen.has(host)) return `Duplicate nameserver '${host}'`;
    seen.add(host);
  }
  return undefined;
};

export const hostroutes: Validator = (value) => {
  if (!Array.isArray(value)) return `Invalid data format for hostroute: '${pythonText(value)}'`;
  const seen = new Set<string>();
  for (const route of value) {
    const verdict =
      dictKeys(['destination', 'nexthop'], route) ??
      routeCidr(route.destination) ??
      ipAddress(route.nexthop, null);
    if (verdict) return verdict;
    const key = `${route.destination} ${route.nexthop}`;
    if (seen.has(key)) return `Duplicate hostroute '${pythonText(route)}'`;
    seen.add(key);
  }
  return undefined;
};
