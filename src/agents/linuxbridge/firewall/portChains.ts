import { wrapped } from '../../../linux/iptables/index.ts';
import { formatCidr, parseCidr } from '../../../net/cidr.ts';
import { canonicalMac, eui64Address } from '../../../net/mac.ts';
import type { FilteredPort, FirewallRule } from '../../../rpc/securitygroups.ts';
import type { Annotate } from './comments.ts';
import { type Remotes, ruleTexts } from './rule.ts';

/** Wrap name of this agent's chains. */
export const WRAP = 'neutron-linuxbri';
export const GROUPS = 'sg-chain';
export const FALLBACK = 'sg-fallback';

export type Direction = 'ingress' | 'egress';

/** i…, o… and s… with the tap's name without 'tap', as Neutron cuts it. */
export const portChain = (kind: 'i' | 'o' | 's', device: string) => `${kind}${device.slice(3)}`.slice(0, 11);

const RETURN = '-j RETURN';
const DROP = '-j DROP';
const jump = (chain: string) => `-j ${wrapped(WRAP, chain)}`;

export interface FilterInput {
  readonly port: FilteredPort;
  /** Rules of all groups of the port, and the port's own (DHCP, router advertisements) before them. */
  readonly rules: readonly FirewallRule[];
  readonly remotes: Remotes;
  readonly annotate: Annotate;
}

/** A port's own chains in table filter of one family, by unwrapped name. */
export function portChains(input: FilterInput, family: 4 | 6): Record<string, readonly string[]> {
  const { port, annotate } = input;
  const spoof = spoofChain(port, family, annotate);
  const egressFixed =
    family === 4 ? fixedEgress4(port, annotate, spoof) : fixedEgress6(port, annotate, spoof);
  const ingressFixed = family === 4 ? [] : neighbourDiscovery();
  return {
    [portChain('i', port.device)]: [...ingressFixed, ...groupRules(input, 'ingress', family)],
    [portChain('o', port.device)]: [...egressFixed, ...groupRules(input, 'egress', family)],
    ...(spoof.length > 0 ? { [portChain('s', port.device)]: spoof } : {}),
  };
}

function groupRules(input: FilterInput, direction: Direction, family: 4 | 6): readonly string[] {
  const { annotate, remotes, port } = input;
  const ethertype = family === 4 ? 'IPv4' : 'IPv6';
  const texts = input.rules
    .filter((rule) => rule.direction === direction && rule.ethertype === ethertype)
    .flatMap((rule) => ruleTexts(rule, remotes, port.fixed_ips));
  return [
    annotate('-m state --state RELATED,ESTABLISHED', 'established', RETURN),
    ...new Set(texts),
    annotate('-m state --state INVALID', 'invalidDrop', DROP),
    annotate('', 'unmatched', jump(FALLBACK)),
  ];
}

function fixedEgress4(port: FilteredPort, annotate: Annotate, spoof: readonly string[]): readonly string[] {
  const discover = '-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67';
  return [
    annotate(discover, 'dhcpClient', RETURN),
    ...(spoof.length > 0 ? [jump(portChain('s', port.device))] : []),
    annotate('-p udp -m udp --sport 68 --dport 67', 'dhcpClient', RETURN),
    annotate('-p udp -m udp --sport 67 --dport 68', 'dhcpSpoof', DROP),
  ];
}

/** Multicast listener reports, neighbour solicitation and their second version, from the unspecified address. */
const UNSPECIFIED_TYPES = [131, 135, 143];
/** Multicast listener queries, neighbour solicitation and advertisement. */
const INGRESS_TYPES = [130, 135, 136];
const ROUTER_ADVERTISEMENT = 134;
const icmp6 = (type: number) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type}`;

const neighbourDiscovery = () => INGRESS_TYPES.map((type) => `${icmp6(type)} ${RETURN}`);

function fixedEgress6(port: FilteredPort, annotate: Annotate, spoof: readonly string[]): readonly string[] {
  return [
    ...UNSPECIFIED_TYPES.map((type) =>
      annotate(`-s ::/128 -d ff02::/16 ${icmp6(type)}`, 'icmpv6Allow', RETURN),
    ),
    ...(spoof.length > 0 ? [jump(portChain('s', port.device))] : []),
    annotate(icmp6(ROUTER_ADVERTISEMENT), 'advertisementDrop', DROP),
    annotate('-p ipv6-icmp', 'icmpv6Allow', RETURN),
    annotate('-p udp -m udp --sport 546 --dport 547', 'dhcpClient', RETURN),
    annotate('-p udp -m udp --sport 547 --dport 546', 'dhcpSpoof', DROP),
  ];
}

/** Which source addresses, with which MAC, a port may send from; empty when the family has none of them. */
function spoofChain(port: FilteredPort, family: 4 | 6, annotate: Annotate): readonly string[] {
  const pairs = [
    ...(port.allowed_address_pairs ?? []).map((pair) => [pair.mac_address, pair.ip_address] as const),
    ...port.fixed_ips.map((address) => [port.mac_address, address] as const),
  ];
  const texts = pairs
    .filter(([, address]) => address.includes(':') === (family === 6))
    .flatMap(([mac, address]) =>
      family === 4 ? [pairMatch(mac, address)] : [pairMatch(mac, address), pairMatch(mac, linkLocal(mac))],
    );
  if (port.fixed_ips.length === 0) texts.push(`-m mac --mac-source ${canonicalMac(port.mac_address)}`);
  if (texts.length === 0) return [];
  return [
    ...[...new Set(texts)].map((text) => annotate(text, 'pairAllow', RETURN)),
    annotate('', 'pairDrop', DROP),
  ];
}

const linkLocal = (mac: string) => eui64Address('fe80::/64', canonicalMac(mac));

function pairMatch(mac: string, address: string): string {
  const cidr = parseCidr(address);
  const source = cidr && cidr.prefix > 0 ? `-s ${formatCidr(cidr)} ` : '';
  return `${source}-m mac --mac-source ${canonicalMac(mac)}`;
}
