import { problem } from '../problem.ts';

/** What else on a host filters or manages the same network. */

export const iptablesMixed = problem({
  code: 'iptables_mixed',
  title: 'Rules stand in both variants of iptables',
  severity: 'warning',
  sentence: ({ tool, used, other, rules }: { tool: string; used: string; other: string; rules: number }) =>
    `${tool} writes to the ${used} tables, and ${rules} rules stand in the ${other} tables as well`,
  cause:
    'The kernel has two sets of tables, old (legacy) and new (nft), and a packet passes both. Each tool shows only its own: rules of the other, often of a firewall or Docker started before the variant was changed, drop packets where nobody sees them.',
  fix: ({ used }) =>
    `have everything on this host use the ${used} variant (update-alternatives --config iptables), restart what wrote the other rules, and flush those`,
  example: { tool: 'iptables v1.8.9 (nf_tables)', used: 'nft', other: 'legacy', rules: 12 },
});

export const forwardDropsGuests = problem({
  code: 'forward_drops_guests',
  title: 'A firewall of this host drops bridged packets',
  severity: 'error',
  sentence: ({ tool, rule }: { tool: string; rule: string }) =>
    `the packets of virtual machines are dropped by ${tool} before Neutron's rules: ${rule}`,
  cause:
    "Packets between virtual machines, and to the physical network, pass the chain FORWARD. Another firewall (Docker, ufw, firewalld, a script) drops there what it does not know, before or instead of Neutron's rules.",
  fix: () =>
    "take this rule out of the other firewall, or let it accept bridged packets; or restart neutron-linuxbridge-agent after it, so that Neutron's rules come first",
  example: { tool: 'iptables', rule: '-A FORWARD -j DROP' },
});

export const vxlanPortFiltered = problem({
  code: 'vxlan_port_filtered',
  title: 'A firewall of this host drops VXLAN packets',
  severity: 'error',
  sentence: ({ port, rule }: { port: number; rule: string }) =>
    `the firewall of this host drops VXLAN packets of the other hosts (UDP port ${port}): ${rule}`,
  cause:
    'Private networks travel between hosts in UDP packets to this port. The rules of the chain INPUT let none of them in, so virtual machines reach only those on their own host.',
  fix: ({ port }) => `let UDP port ${port} in from the other hosts, in the firewall of this host for good`,
  command: ({ port }) => `iptables -I INPUT -p udp --dport ${port} -j ACCEPT`,
  example: { port: 8472, rule: '-P INPUT DROP' },
});

export const networkManagedElsewhere = problem({
  code: 'network_managed_elsewhere',
  title: 'Another program manages the same network',
  severity: 'info',
  sentence: ({ program, what }: { program: string; what: string }) =>
    `${program} runs on this host and ${what}`,
  cause:
    'Such a program puts the network as its own configuration says, at boot, at a reload, or when a cable is plugged in, and so may undo what Neutron did.',
  fix: ({ program }) =>
    `if addresses or rules disappear, look into the log of ${program} for the same time, and have it leave these devices alone`,
  example: { program: 'NetworkManager', what: 'may take back addresses that were moved to a bridge' },
});

export const confinedByPolicy = problem({
  code: 'confined_by_policy',
  title: 'A security policy confines the programs of Neutron',
  severity: 'info',
  sentence: ({ policy, programs }: { policy: string; programs: readonly string[] }) =>
    `${policy} confines ${programs.join(', ')}`,
  cause:
    'Such a policy may forbid a program to read the files that Neutron writes for it below /var/lib/neutron, which then looks like a broken file.',
  fix: () => "if one of these programs does not start, look for 'denied' in the log of the kernel",
  command: () => 'journalctl -k --no-pager | grep -i denied | tail',
  example: { policy: 'AppArmor', programs: ['/usr/sbin/dnsmasq'] },
});
