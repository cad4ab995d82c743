import { parseCidr } from '../../../net/cidr.ts';
import { protocolNumbers } from '../../../resources/converters/securityGroups.ts';
import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';

const WITH_PORTS = ['tcp', 'udp', 'udplite', 'sctp', 'dccp'];
const ICMP = [1, 58];
const ONLY_IPV6_NAMES = [
  'ipv6-encap',
  'ipv6-frag',
  'ipv6-icmp',
  'icmpv6',
  'ipv6-nonxt',
  'ipv6-opts',
  'ipv6-route',
];
const ONLY_IPV6 = new Set(ONLY_IPV6_NAMES.flatMap((name) => [name, String(protocolNumbers[name])]));
const ICMPV6_NAMES = ['icmp', 'icmpv6'];

/** The number of a protocol given by name or number; undefined for any. */
function protocolNumber(protocol: string | null): number | undefined {
  if (protocol === null) return undefined;
  return protocolNumbers[protocol] ?? Number(protocol);
}

/** What the rule is stored with: ICMP for IPv6 by its own name or number, the whole range of ports as none. */
export function canonicalRule(rule: Item): Item {
  const { protocol, ethertype, port_range_min: min, port_range_max: max } = rule;
  const given = protocol === undefined || protocol === null ? null : String(protocol);
  const whole = min === 1 && max === 65535;
  return {
    ...rule,
    protocol: ethertype === 'IPv6' && given !== null ? ipv6Protocol(given) : given,
    ...(whole ? { port_range_min: null, port_range_max: null } : {}),
  };
}

function ipv6Protocol(protocol: string): string {
  if (ICMPV6_NAMES.includes(protocol)) return 'ipv6-icmp';
  return protocol === String(protocolNumbers.icmp) ? String(protocolNumbers.icmpv6) : protocol;
}

function checkPorts(protocol: string | null, min: number | null, max: number | null): void {
  if (min === null && max === null) return;
  const number = protocolNumber(protocol);
  if (number === undefined || protocol === 'any') throw fault('SecurityGroupProtocolRequiredWithPorts');
  if (WITH_PORTS.some((name) => protocolNumbers[name] === number)) {
    if (min === 0 || max === 0) throw fault('SecurityGroupInvalidPortValue', { port: 0 });
    if (min === null || max === null || min > max) throw fault('SecurityGroupInvalidPortRange');
    return;
  }
  if (!ICMP.includes(number)) {
    const valid_port_protocols = WITH_PORTS.map((name) => name.toUpperCase()).join(', ');
    throw fault('SecurityGroupInvalidProtocolForPort', { protocol: number, valid_port_protocols });
  }
  for (const [attr, field, value] of [
    ['port_range_min', 'type', min],
    ['port_range_max', 'code', max],
  ] as const) {
    if (value !== null && !(value >= 0 && value <= 255)) {
      throw fault('SecurityGroupInvalidIcmpValue', { field, attr, value });
    }
  }
  if (min === null) throw fault('SecurityGroupMissingIcmpType', { value: max });
}

/** Throws when the parts of a canonical rule contradict each other; single values were checked before. */
export function checkRule(rule: Item): void {
  const protocol = (rule.protocol ?? null) as string | null;
  const ethertype = rule.ethertype as string;
  checkPorts(
    protocol,
    (rule.port_range_min ?? null) as number | null,
    (rule.port_range_max ?? null) as number | null,
  );
  const prefix = rule.remote_ip_prefix as string | null | undefined;
  if (prefix) {
    const cidr = parseCidr(prefix);
    if (cidr === undefined) throw fault('InvalidCIDR', { input: prefix });
    if (ethertype !== `IPv${cidr.version}`) {
      throw fault('SecurityGroupRuleParameterConflict', { ethertype, cidr: prefix });
    }
  }
  if (protocol !== null && ethertype === 'IPv4' && ONLY_IPV6.has(protocol)) {
    throw fault('SecurityGroupEthertypeConflictWithProtocol', { ethertype, protocol });
  }
  const remotes = [prefix, rule.remote_group_id, rule.remote_address_group_id].filter(Boolean);
  if (remotes.length > 1) throw fault('SecurityGroupMultipleRemoteEntites');
}

/** A protocol is the same by name and by number; 'hopopt' alone is not, as number 0 is 'ip'. */
const protocolKey = (protocol: string | null) =>
  protocol === 'hopopt' ? protocol : (protocolNumber(protocol) ?? null);

const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** Two rules with the same key let the same packets through. */
export const ruleKey = (rule: Item): string =>
  JSON.stringify([
    rule.security_group_id,
    rule.direction,
    rule.ethertype,
    protocolKey((rule.protocol ?? null) as string | null),
    rule.port_range_min ?? null,
    rule.port_range_max ?? null,
    EVERYWHERE.includes(rule.remote_ip_prefix as string) ? null : (rule.remote_ip_prefix ?? null),
    rule.remote_group_id ?? null,
    rule.remote_address_group_id ?? null,
  ]);
