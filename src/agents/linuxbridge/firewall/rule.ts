import { ipsetName } from '../../../linux/ipset.ts';
import { formatCidr, parseCidr } from '../../../net/cidr.ts';
import type { Ethertype, FirewallRule, MemberAddress } from '../../../rpc/securitygroups.ts';

/** iptables' names of protocols that Neutron names otherwise. */
const IPTABLES_NAMES: Readonly<Record<string, string>> = {
  'ipv6-encap': 'ipv6',
  'ipv6-frag': 'ipv6-frag',
  icmpv6: 'ipv6-icmp',
  '58': 'ipv6-icmp',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '33': 'dccp',
  '132': 'sctp',
  '136': 'udplite',
  '4': 'ipencap',
  ipip: 'ipencap',
};

/** The match module is named otherwise than the protocol. */
const MATCH_NAMES: Readonly<Record<string, string>> = { 'ipv6-icmp': 'icmp6' };

/** 'any' and number 0 match every protocol. */
export function protocolName(rule: FirewallRule): string | undefined {
  const { protocol } = rule;
  if (protocol === undefined || protocol === null || ['', '0', 'any'].includes(String(protocol)))
    return undefined;
  if (rule.ethertype === 'IPv6' && (protocol === 'icmp' || protocol === '1')) return 'ipv6-icmp';
  return IPTABLES_NAMES[protocol] ?? protocol;
}

/** A rule's matches and RETURN in iptables-save's form and order. */
export function ruleText(rule: FirewallRule, set?: string): string {
  const direction = rule.direction === 'ingress' ? 'src' : 'dst';
  return [
    ...prefix('-s', rule.source_ip_prefix),
    ...prefix('-d', rule.dest_ip_prefix),
    ...protocolAndPorts(rule),
    ...(set === undefined ? [] : [`-m set --match-set ${set} ${direction}`]),
    '-j RETURN',
  ].join(' ');
}

function prefix(flag: string, value: string | undefined): string[] {
  if (!value) return [];
  const cidr = parseCidr(value);
  // iptables-save leaves out a prefix that matches everything.
  if (cidr?.prefix === 0) return [];
  return [`${flag} ${cidr ? formatCidr(cidr) : value}`];
}

function protocolAndPorts(rule: FirewallRule): string[] {
  const protocol = protocolName(rule);
  if (protocol === undefined) return [];
  const ports = [
    ...portRange('sport', protocol, rule.source_port_range_min, rule.source_port_range_max),
    ...portRange('dport', protocol, rule.port_range_min, rule.port_range_max),
  ];
  return ports.length === 0
    ? [`-p ${protocol}`]
    : [`-p ${protocol} -m ${MATCH_NAMES[protocol] ?? protocol}`, ...ports];
}

/** For ICMP the range holds type and code. */
function portRange(flag: string, protocol: string, min?: number | null, max?: number | null): string[] {
  if (min === undefined || min === null) return [];
  if (protocol === 'icmp' || protocol === 'ipv6-icmp') {
    const code = max === undefined || max === null ? '' : `/${max}`;
    return [`--${protocol === 'icmp' ? 'icmp' : 'icmpv6'}-type ${min}${code}`];
  }
  if (min === max || max === undefined || max === null) return [`--${flag} ${min}`];
  return [`-m multiport --${flag}s ${min}:${max}`];
}

export interface Remotes {
  /** Members of remote groups and address groups, by their UUID. */
  readonly members: ReadonlyMap<string, Readonly<Partial<Record<Ethertype, readonly MemberAddress[]>>>>;
  readonly ipset: boolean;
}

/** The texts of a rule: one, or without ipset one for each member of its remote group. */
export function ruleTexts(rule: FirewallRule, remotes: Remotes, ownAddresses: readonly string[]): string[] {
  const group = rule.remote_group_id ?? rule.remote_address_group_id;
  if (!group) return [ruleText(rule)];
  if (remotes.ipset) return [ruleText(rule, ipsetName(group, rule.ethertype))];
  const side = rule.direction === 'ingress' ? 'source_ip_prefix' : 'dest_ip_prefix';
  return (remotes.members.get(group)?.[rule.ethertype] ?? [])
    .map(([address]) => address)
    .filter((address) => !ownAddresses.includes(address))
    .map((address) => ruleText({ ...rule, [side]: address }));
}
