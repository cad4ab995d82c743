import { inputFault } from '../errors.ts';
import { toPythonInt } from '../pythonNumber.ts';
import { isPythonFalse } from '../pythonText.ts';
import { parseNetwork } from '../validators/netaddr.ts';

/** Numbers of protocols by the names that rules may use, in the order of Neutron's messages. */
export const protocolNumbers: Readonly<Record<string, number>> = {
  ah: 51,
  dccp: 33,
  egp: 8,
  esp: 50,
  gre: 47,
  hopopt: 0,
  icmp: 1,
  igmp: 2,
  ip: 0,
  ipip: 4,
  'ipv6-encap': 41,
  'ipv6-frag': 44,
  'ipv6-icmp': 58,
  icmpv6: 58,
  'ipv6-nonxt': 59,
  'ipv6-opts': 60,
  'ipv6-route': 43,
  ospf: 89,
  pgm: 113,
  rsvp: 46,
  sctp: 132,
  tcp: 6,
  udp: 17,
  udplite: 136,
  vrrp: 112,
};

/** Protocols of security group rules; null is any. */
export const protocols: readonly (string | null)[] = [null, ...Object.keys(protocolNumbers)];

const ethertypes = ['IPv4', 'IPv6'];
const isInteger = (value: unknown): boolean =>
  (typeof value === 'number' && Number.isInteger(value)) ||
  (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value));

/** A protocol's name in lower case, or its number as text. */
export function protocol(value: unknown): string | null {
  if (value === null) return null;
  if (isInteger(value)) {
    if (Number(value) >= 0 && Number(value) <= 255) return String(value);
  } else if (typeof value === 'string' && protocols.includes(value.toLowerCase())) {
    return value.toLowerCase();
  }
  throw inputFault('SecurityGroupRuleInvalidProtocol', { protocol: value, values: protocols });
}

export function portValue(value: unknown): number | null {
  if (value === null) return null;
  const number = toPythonInt(value);
  if (number !== undefined && number >= 0 && number <= 65535) return number;
  throw inputFault('SecurityGroupInvalidPortValue', { port: value });
}

export function ethertype(value: unknown): string {
  const known =
    typeof value === 'string' && ethertypes.find((name) => name.toLowerCase() === value.toLowerCase());
  if (known) return known;
  throw inputFault('SecurityGroupRuleInvalidEtherType', { ethertype: value, values: ethertypes });
}

export function ipPrefix(value: unknown): string | null {
  if (isPythonFalse(value)) return null;
  const network = typeof value === 'string' ? parseNetwork(value) : undefined;
  if (!network) throw inputFault('InvalidCIDR', { input: value });
  return network.text;
}
