import { problem } from '../problem.ts';

/** What lets packets of a port through or drops them: security groups, and what of them is in the kernel. */

interface Drop {
  /** ingress: to the port; egress: from it. */
  readonly direction: 'ingress' | 'egress';
  readonly port: string;
  /** Names of the port's groups. */
  readonly groups: readonly string[];
  /** One of them, by id: where a rule would go. */
  readonly group: string;
  /** tcp/22, icmp, … */
  readonly what: string;
  readonly remote: string;
  readonly ethertype: 'IPv4' | 'IPv6';
  readonly protocol: string;
  readonly destinationPort?: number;
}

const listed = (groups: readonly string[]) =>
  groups.length === 0
    ? 'the port has no security group'
    : `${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')}`;

export const securityGroupDrops = problem({
  code: 'security_group_drops',
  title: 'Security group lets it not through',
  severity: 'error',
  sentence: ({ direction, port, groups, what, remote }: Drop) => {
    const way = direction === 'ingress' ? `from ${remote} in to` : `to ${remote} out of`;
    const of = groups.length === 0 ? listed(groups) : `of ${listed(groups)}`;
    return groups.length === 0
      ? `dropped: ${of}, and without one nothing passes ${way} port ${port}`
      : `dropped: no ${direction} rule ${of} lets ${what} ${way} port ${port}`;
  },
  cause:
    "Whatever no rule of a port's security groups allows is dropped. The group that every project begins with lets everything out, and in only what comes from machines of the same group.",
  fix: () => 'if it is meant to pass, add the rule',
  command: ({ direction, group, remote, ethertype, protocol, destinationPort }) =>
    [
      `neutron security-group-rule-create --direction ${direction} --ethertype ${ethertype} --protocol ${protocol}`,
      ...(destinationPort === undefined
        ? []
        : [`--port-range-min ${destinationPort} --port-range-max ${destinationPort}`]),
      `--remote-ip-prefix ${remote}/${ethertype === 'IPv4' ? 32 : 128} ${group}`,
    ].join(' '),
  // Nothing is dropped where the kernel does not do what it is told.
  dependsOn: ['filter_passes_forbidden', 'port_unfiltered', 'bridge_filtering_off', 'br_netfilter_missing'],
  example: {
    direction: 'ingress',
    port: 'vm1',
    groups: ['default'],
    group: 'default',
    what: 'tcp/22',
    remote: '10.0.0.1',
    ethertype: 'IPv4',
    protocol: 'tcp',
    destinationPort: 22,
  },
});

const AGAIN = 'systemctl restart neutron-linuxbridge-agent';

export const filterDropsAllowed = problem({
  code: 'filter_drops_allowed',
  title: 'A security group rule is missing in the kernel',
  severity: 'error',
  sentence: ({ port, what, rule, direction }: Filtered) =>
    `${what} is allowed by ${rule}, and the kernel drops it ${direction === 'ingress' ? 'on its way to' : 'as it leaves'} port ${port}`,
  cause:
    'The agent writes the rules of security groups into iptables. This one is not there, or another stands before it: somebody changed the rules of this host, or the agent missed a change.',
  fix: () => 'let the agent write its rules anew; it does so by itself within a minute',
  command: () => AGAIN,
  dependsOn: ['agent_dead'],
  example: {
    port: 'vm1',
    what: 'icmp from 172.16.1.4',
    rule: 'rule 7b0c (ingress icmp) of group default',
    direction: 'ingress',
  },
});

interface Filtered {
  readonly port: string;
  readonly what: string;
  readonly rule: string;
  readonly direction: 'ingress' | 'egress';
}

export const filterPassesForbidden = problem({
  code: 'filter_passes_forbidden',
  title: 'The kernel lets through what no security group allows',
  severity: 'error',
  sentence: ({ port, what }: { port: string; what: string }) =>
    `${what} is allowed by no security group, and the kernel lets it through at port ${port}`,
  cause:
    'A rule that was deleted is still in iptables, or the chain of this port is not reached: somebody changed the rules of this host, or the agent missed a change.',
  fix: () => 'let the agent write its rules anew; it does so by itself within a minute',
  command: () => AGAIN,
  dependsOn: ['agent_dead', 'bridge_filtering_off', 'br_netfilter_missing'],
  example: { port: 'vm1', what: 'tcp/22 from 10.0.0.1' },
});

export const portUnfiltered = problem({
  code: 'port_unfiltered',
  title: 'A port has no filter in the kernel',
  severity: 'error',
  sentence: ({ port, device }: { port: string; device: string }) =>
    `no rule of iptables leads packets of ${device} to the filters of port ${port}`,
  cause:
    'The agent leads the packets of each port to a chain of its security groups. For this port there is none, so everything passes: somebody changed the rules of this host, or its firewall_driver is noop.',
  fix: () => 'let the agent write its rules anew',
  command: () => AGAIN,
  dependsOn: ['agent_dead', 'bridge_filtering_off', 'br_netfilter_missing'],
  example: { port: 'vm1', device: 'tape3b0c442-98' },
});

export const spoofingFilterDrops = problem({
  code: 'spoofing_filter_drops',
  title: "The spoofing filter drops the port's own address",
  severity: 'error',
  sentence: ({ port, what, allowed }: { port: string; what: string; allowed: readonly string[] }) =>
    `ebtables lets port ${port} not send as ${what}; it allows ${allowed.join(', ') || 'nothing'}`,
  cause:
    'A machine may send only with the MAC and the addresses of its port and of its allowed address pairs; ebtables drops the rest. What stands there is not what the port has.',
  fix: () => 'let the agent write its rules anew; it does so by itself within a minute',
  command: () => AGAIN,
  dependsOn: ['agent_dead'],
  example: { port: 'vm1', what: '172.16.1.3', allowed: ['172.16.1.9'] },
});

export const connectionOutlivesRule = problem({
  code: 'connection_outlives_rule',
  title: 'A connection lives on that no rule allows any more',
  severity: 'warning',
  sentence: ({ what, port }: { what: string; port: string; source: string; destination: string }) =>
    `the rules drop new connections of ${what} at port ${port}, and one that began before is still tracked`,
  cause:
    'iptables judges the first packet of a connection and lets the rest of it pass. A connection that began while a rule allowed it goes on until it ends or the kernel forgets it.',
  fix: () => 'make the kernel forget the connection',
  command: ({ source, destination }) => `conntrack -D -s ${source} -d ${destination}`,
  example: { what: 'tcp/22 from 10.0.0.1', port: 'vm1', source: '10.0.0.1', destination: '172.16.1.3' },
});
