import type { Flow } from '../../../linux/conntrack.ts';
import type { FirewallRule } from '../../../rpc/securitygroups.ts';
import { protocolName, type Remotes } from './rule.ts';
import type { Filtered } from './tables.ts';

/** What decided about a port's flows when its filters were last in force. */
export interface Verdict {
  readonly filtered: Pick<Filtered, 'zone' | 'rules'> & {
    readonly port: { readonly fixed_ips: readonly string[] };
  };
  readonly members: Remotes['members'];
}

/** Flows that rules or group members allowed that are gone now: they must be forgotten, or they would live on. */
export function staleFlows(before: Verdict, after: Verdict): readonly Flow[] {
  const kept = new Set(after.filtered.rules.map(key));
  const flows = before.filtered.rules.flatMap((rule) =>
    kept.has(key(rule)) ? lostMembers(rule, before, after) : flowsOf(rule, before, undefined),
  );
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}

const key = (rule: FirewallRule) => JSON.stringify(Object.entries(rule).toSorted());

function lostMembers(rule: FirewallRule, before: Verdict, after: Verdict): readonly Flow[] {
  const group = rule.remote_group_id ?? rule.remote_address_group_id;
  if (!group) return [];
  const present = new Set((after.members.get(group)?.[rule.ethertype] ?? []).map(([address]) => address));
  return (before.members.get(group)?.[rule.ethertype] ?? [])
    .filter(([address]) => !present.has(address))
    .flatMap(([address]) => flowsOf(rule, before, address));
}

const TRACKED: Readonly<Record<string, string>> = {
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  'ipv6-icmp': 'icmpv6',
  sctp: 'sctp',
  dccp: 'dccp',
  udplite: 'udplite',
};

function flowsOf(rule: FirewallRule, { filtered }: Verdict, remote: string | undefined): readonly Flow[] {
  const family = rule.ethertype === 'IPv4' ? 4 : 6;
  const protocol = TRACKED[protocolName(rule) ?? ''];
  const own = filtered.port.fixed_ips.filter((address) => address.includes(':') === (family === 6));
  return own.map((address) => ({
    family,
    zone: filtered.zone,
    ...(protocol === undefined ? {} : { protocol }),
    ...ends(rule, address, remote),
  }));
}

function ends(rule: FirewallRule, own: string, remote: string | undefined): Partial<Flow> {
  const [near, far] =
    rule.direction === 'ingress'
      ? (['destination', 'source'] as const)
      : (['source', 'destination'] as const);
  return { [near]: own, ...(remote === undefined ? {} : { [far]: remote }) };
}
