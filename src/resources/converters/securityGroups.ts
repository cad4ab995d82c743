import { inputFault } from '../errors.ts';
import { toPythonInt } from '../pythonNumber.ts';
import { isPythonFalse } from '../pythonText.ts';
import { parseNetwork } from '../validators/netaddr.ts';

/** Protocols of security group rules, in the order of Neutron's messages; null is any. */
export const protocols = [
  null,
  'ah',
  'dccp',
  'egp',
  'esp',
  'gre',
  'hopopt',
  'icmp',
  'igmp',
  'ip',
  'ipip',
  'ipv6-encap',
  'ipv6-frag',
  'ipv6-icmp',
  'icmpv6',
  'ipv6-nonxt',
  'ipv6-opts',
  'ipv6-route',
  'ospf',
  'pgm',
  'rsvp',
  'sctp',
  'tcp',
  'udp',
  'udplite',
  'vrrp',
] as const;

const names: readonly (string | null)[] = protocols;
const ethertypes = ['IPv4', 'IPv6'];
const isInteger = (value: unknown): boolean =>
  (typeof value === 'number' && Number.isInteger(value)) ||
  (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value));

/** A protocol's name in lower case, or its number as text. */
export function protocol(value: unknown): string | null {
  if (value === null) return null;
  if (isInteger(value)) {
    if (Number(value) >= 0 && Number(value) <= 255) return String(value);
  } else if (typeof value === 'string' && names.includes(value.toLowerCase())) {
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
