import { convert } from '../converters/index.ts';
import { inputFault } from '../errors.ts';
import { isPythonFalse, pythonText } from '../pythonText.ts';
import { serviceTypes } from '../serviceTypes.ts';
import { ipAddress, macAddress, subnet } from './addresses.ts';
import { dict, uniqueStrings } from './collections.ts';
import { orNone, string, uuid, type Validator } from './primitives.ts';

const refuse = (message: string) => inputFault('HTTPBadRequest', { message });

/** `parameter` is the greatest number of pairs a port may have. */
export const allowedAddressPairs: Validator<number> = (value, limit) => {
  if (!Array.isArray(value)) throw refuse('Allowed address pairs must be a list.');
  if (value.length > limit) throw inputFault('AllowedAddressPairExhausted', { quota: limit });
  const seen = new Set<string>();
  for (const pair of value as Record<string, unknown>[]) {
    const notOne = dict(pair, null);
    if (notOne) return notOne;
    const { mac_address = null, ip_address, ...others } = pair;
    const badMac = 'mac_address' in pair ? macAddress(mac_address, null) : undefined;
    if (badMac) throw refuse(badMac);
    if (ip_address === undefined) throw inputFault('AllowedAddressPairsMissingIP');
    const key = `${mac_address} ${ip_address}`;
    if (seen.has(key)) throw inputFault('DuplicateAddressPairInRequest', { mac_address, ip_address });
    seen.add(key);
    if (Object.keys(others).length > 0) {
      throw refuse(`Unrecognized attribute(s) '${Object.keys(others).join(', ')}'`);
    }
    const isNetwork = typeof ip_address === 'string' && ip_address.includes('/');
    const badAddress = isNetwork ? subnet(ip_address, null) : ipAddress(ip_address, null);
    if (badAddress) throw refuse(badAddress);
  }
  return undefined;
};

/** How long the hints may be as they are stored. */
const longestHints = 255;

export const availabilityZoneHints: Validator = (value) => {
  const verdict = uniqueStrings(value, null);
  if (verdict) return verdict;
  const stored = `[${(value as string[]).map((zone) => JSON.stringify(zone)).join(', ')}]`;
  if (stored.length > longestHints) {
    throw inputFault('InvalidInput', { error_message: 'Too many availability_zone_hints specified' });
  }
  return undefined;
};

/** What a service type begins with. Neutron adds the letters of `compute:` one by one, so that any of them will do. */
const serviceOwners = ['network:', 'neutron:', ...'compute:'];

export const subnetServiceTypes: Validator = (value) => {
  if (isPythonFalse(value)) return undefined;
  if (!Array.isArray(value)) throw refuse('Subnet service types must be a list.');
  for (const service_type of value) {
    if (typeof service_type !== 'string') throw inputFault('InvalidInputSubnetServiceType', { service_type });
    if (!serviceOwners.some((owner) => service_type.startsWith(owner))) {
      throw inputFault('InvalidSubnetServiceType', { service_type });
    }
  }
  return undefined;
};

export const subnetPoolIdOrNone: Validator = (value) =>
  value === 'prefix_delegation' ? undefined : orNone(uuid)(value, null);

const segmentKeys = ['provider:network_type', 'provider:physical_network', 'provider:segmentation_id'];

/** Segments of a multi-provider network: unknown keys refused, all keys set and segmentation_id made a number, in place. */
export const networkSegments: Validator = (value) => {
  if (value !== null && isPythonFalse(value)) return undefined;
  if (!Array.isArray(value)) return `'${pythonText(value)}' is not a list`;
  for (const segment of value) {
    if (typeof segment !== 'object' || segment === null)
      return `'${pythonText(segment)}' is not a dictionary`;
    const id = segment['provider:segmentation_id'];
    const number = id ? convert('int', id) : null;
    const unknown = Object.keys(segment).filter((key) => !segmentKeys.includes(key));
    if (unknown.length > 0) throw refuse(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
    const given = { ...segment };
    for (const key of segmentKeys) {
      delete segment[key];
      segment[key] = key === 'provider:segmentation_id' ? number : (given[key] ?? null);
    }
  }
  return undefined;
};

/** A security group's name: nobody may take the name of the default group. */
export const nameNotDefault: Validator<number | null> = (value, limit) => {
  const verdict = string(value, limit);
  if (verdict) return verdict;
  if ((value as string).toLowerCase() === 'default') throw inputFault('SecurityGroupDefaultAlreadyExists');
  return undefined;
};

/** @throws InvalidServiceType (400) */
export const servicePluginType: Validator = (value) => {
  if (serviceTypes.includes(value as string)) return undefined;
  throw inputFault('InvalidServiceType', { service_type: value });
};
