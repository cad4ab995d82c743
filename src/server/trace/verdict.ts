import { versionOf } from '../../net/address.ts';
import { cidrContains } from '../../net/cidr.ts';
import type { Question, TraceGroup, TracePort, TraceRule } from './facts.ts';
import { isFiltered } from './facts.ts';

/** What a port's security groups say to a packet, by the database. */
export type Verdict =
  /** `rule` is undefined where something else than a rule lets it through; the text says what. */
  | { readonly allowed: true; readonly by: string; readonly rule: TraceRule | undefined }
  | { readonly allowed: false };

/**
 * Judges the first packet of a connection. Pure.
 * @param remote the other end's address as this port sees it
 */
export function judge(
  port: TracePort,
  direction: 'ingress' | 'egress',
  remote: string,
  question: Question,
): Verdict {
  if (!isFiltered(port)) return { allowed: true, by: 'the port is not filtered', rule: undefined };
  if (direction === 'egress' && question.protocol === 'udp' && question.port === 67)
    return { allowed: true, by: 'every port may ask for its address by DHCP', rule: undefined };
  for (const group of port.groups) {
    const rule = group.rules.find((one) => one.direction === direction && allows(one, remote, question));
    if (rule) return { allowed: true, by: ruleText(rule, group), rule };
  }
  return { allowed: false };
}

/** 'rule 7b0c1d2e (ingress tcp 22 from 10.0.0.0/24) of group default'. */
function ruleText(rule: TraceRule, group: TraceGroup): string {
  const ports =
    rule.min === null ? '' : rule.min === rule.max ? ` ${rule.min}` : ` ${rule.min}-${rule.max ?? rule.min}`;
  const remote = rule.remote === null ? rule.remotePrefix : `group ${rule.remote.name}`;
  const side = remote === null ? '' : ` ${rule.direction === 'ingress' ? 'from' : 'to'} ${remote}`;
  return `rule ${rule.id.slice(0, 8)} (${rule.direction} ${rule.protocol ?? 'any'}${ports}${side}) of group ${group.name}`;
}

const SAME: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  'ipv6-icmp': 'icmpv6',
};
const ANY = ['', '0', 'any'];

/** Type of an echo request. */
const ECHO = { 4: 8, 6: 128 } as const;

function allows(rule: TraceRule, remote: string, { protocol, port }: Question): boolean {
  const family = versionOf(remote);
  if (rule.ethertype !== `IPv${family}`) return false;
  if (rule.protocol !== null && !ANY.includes(rule.protocol)) {
    const named = SAME[rule.protocol] ?? rule.protocol;
    // In IPv6 `icmp` stands for its own ICMP.
    const wanted = family === 6 && named === 'icmp' ? 'icmpv6' : named;
    if (wanted !== (protocol === 'icmp' && family === 6 ? 'icmpv6' : protocol)) return false;
    if (rule.min !== null && !inRange(rule, protocol === 'icmp' ? ECHO[family] : port, protocol))
      return false;
  }
  if (rule.remote) return rule.remote.members.some((member) => cidrContains(member, remote));
  return rule.remotePrefix === null || cidrContains(rule.remotePrefix, remote);
}

/** Of ICMP the range holds type and code. */
function inRange({ min, max }: TraceRule, value: number | undefined, protocol: string): boolean {
  if (value === undefined || min === null) return false;
  if (protocol === 'icmp') return min === value && (max === null || max === 0);
  return min <= value && value <= (max ?? min);
}
