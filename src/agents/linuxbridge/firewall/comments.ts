import { comment } from '../../../linux/iptables/index.ts';

/** Neutron's comments on its rules: operators grep for them, and a rule is recognised by its whole text. */
const TEXTS = {
  unmatched: 'Send unmatched traffic to the fallback chain.',
  unmatchedDrop: 'Default drop rule for unmatched traffic.',
  vmToGroups: 'Direct traffic from the VM interface to the security group chain.',
  groupsToVm: 'Jump to the VM specific chain.',
  inputToGroups: 'Direct incoming traffic from VM to the security group chain.',
  pairAllow: 'Allow traffic from defined IP/MAC pairs.',
  pairDrop: 'Drop traffic without an IP/MAC allow rule.',
  dhcpClient: 'Allow DHCP client traffic.',
  dhcpSpoof: 'Prevent DHCP Spoofing by VM.',
  advertisementDrop: 'Drop IPv6 Router Advts from VM Instance.',
  icmpv6Allow: 'Allow IPv6 ICMP traffic.',
  established: 'Direct packets associated with a known session to the RETURN chain.',
  invalidDrop:
    'Drop packets that appear related to an existing connection (e.g. TCP ACK/FIN) but do not have an entry in conntrack.',
  trusted: 'Accept all packets when port is trusted.',
  unsecured: 'Accept all packets when port security is disabled.',
} as const;

/** Writes a rule with one of the comments before its target, or without when the operator turned comments off. */
export type Annotate = (match: string, text: keyof typeof TEXTS, target: string) => string;

export const annotate =
  (comments: boolean): Annotate =>
  (match, text, target) =>
    [match, comments ? comment(TEXTS[text]) : '', target].filter((part) => part !== '').join(' ');
