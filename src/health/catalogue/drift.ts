import { problem } from '../problem.ts';

/**
 * What an agent had applied and finds changed when it compares itself. It puts it right by itself, so each of these
 * tells of something that happened, and that will come back while its cause is there.
 */

/** What differs, counted. */
export interface Differs {
  /** Whose it is: 'network 1111…', 'port 2222…', 'this host'. */
  of: string;
  missing: number;
  foreign: number;
  /** There, but not as it should be. */
  unset: number;
}

interface Kind {
  readonly code: string;
  readonly title: string;
  /** What of something is meant, as a noun. */
  readonly noun: string;
  /** What follows while it lasts. */
  readonly follows: string;
  /** What is known to change such things. */
  readonly suspects: string;
  readonly example: Differs;
  readonly dependsOn?: readonly string[];
}

const counted = ({ missing, foreign, unset }: Differs) =>
  [
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(foreign > 0 ? [`${foreign} not ours`] : []),
    ...(unset > 0 ? [`${unset} set otherwise`] : []),
  ].join(', ');

const drift = ({ noun, follows, suspects, ...kind }: Kind) =>
  problem<Differs>({
    ...kind,
    severity: 'warning',
    sentence: (args) => `${noun} of ${args.of} are no longer as the agent had set them: ${counted(args)}`,
    cause: `Something other than the agent has changed them: a script, another program, or a hand at the keyboard. ${follows}`,
    fix: () =>
      `nothing for now, the agent puts it right by itself within a minute; when it comes back, look for what changes it (${suspects})`,
  });

const NETWORK = 'network 3f1c2e60-5a0f-4c7e-9d7a-0d5a3c9b7e11';
const ROUTER = 'router 4ea9e44e-0d33-404a-94e0-5d0b5e8a0ef4';
const PORT = 'port a1244c68-7a64-4b5e-8a55-3d1c2b7f9e01';
const one = (of: string): Differs => ({ of, missing: 1, foreign: 0, unset: 0 });
const set = (of: string): Differs => ({ of, missing: 0, foreign: 0, unset: 1 });

export const driftBridge = drift({
  code: 'drift_bridge',
  title: "A network's bridge or its way out of the host has been changed",
  noun: 'the bridge and its uplink',
  follows: 'Until then the machines of that network on this host reach no other host.',
  suspects: 'NetworkManager, ifupdown, systemd-networkd, or an `ip link` in a start script',
  example: set(NETWORK),
});

export const driftTap = drift({
  code: 'drift_tap',
  title: "A port's device has been changed",
  noun: 'membership in the bridge, MTU or state',
  follows: 'Until then that port may be cut off, or lose large packets.',
  suspects: 'NetworkManager, or an `ip link` in a script',
  example: set(PORT),
});

export const driftFdb = drift({
  code: 'drift_fdb',
  title: 'VXLAN forwarding entries have been changed',
  noun: 'forwarding entries',
  follows:
    'They say on which host each machine of a private network is: without one, packets to that machine do not leave this host.',
  suspects:
    'a script with `bridge fdb`, a second Linux bridge agent on this host, or a message of the server that was lost on its way',
  example: one(NETWORK),
});

export const driftNeighbours = drift({
  code: 'drift_neighbours',
  title: 'Answers to ARP for machines on other hosts have been changed',
  noun: 'neighbour entries',
  follows:
    'With arp_responder this host answers for machines on other hosts: without the entry, nobody here finds that machine.',
  suspects: 'a script with `ip neigh flush`',
  example: one(NETWORK),
});

export const driftFirewall = drift({
  code: 'drift_firewall',
  title: 'Packet filter rules of security groups have been changed',
  noun: 'packet filter rules',
  follows:
    'Until then security groups let through what they should not, or hold what they should let through.',
  suspects: 'firewalld, ufw, nftables.service, Docker, or `iptables -F`',
  example: one('this host'),
});

export const driftIpset = drift({
  code: 'drift_ipset',
  title: 'Members of security groups have been changed in the kernel',
  noun: 'address sets',
  follows:
    'Rules that let in the members of another group look them up there: a missing address is shut out, a surplus one let in.',
  suspects: 'a script with `ipset`, or a firewall manager that restores sets of its own',
  example: one('this host'),
});

export const driftSpoofing = drift({
  code: 'drift_spoofing',
  title: 'Rules against forged MACs and addresses have been changed',
  noun: 'ebtables rules',
  follows:
    'Until then a machine could send under the address of another, or is kept from sending under its own.',
  suspects: 'libvirt, or `ebtables -F`',
  example: one('this host'),
});

export const driftQos = drift({
  code: 'drift_qos',
  title: 'Limits and marks of QoS policies have been changed',
  noun: 'limits of tc and marks of iptables',
  follows:
    'Until then the machine sends or receives more, or less, than its QoS policy says, or without its mark.',
  suspects: 'libvirt, which limits taps too (`bandwidth` of an instance), or a script with `tc`',
  example: one(PORT),
});

export const driftBridgeFiltering = drift({
  code: 'drift_bridge_filtering',
  title: 'Bridged packets bypassed the packet filters',
  noun: 'the switches net.bridge.bridge-nf-call-*',
  follows: 'While they are 0, security groups do nothing: every packet passes.',
  suspects: 'a file in /etc/sysctl.d, or a program such as libvirt or Docker that turns them off',
  example: set('this host'),
});

export const driftNamespace = drift({
  code: 'drift_namespace',
  title: 'A network namespace has been removed',
  noun: 'the network namespace and what was in it',
  follows: 'Until then there is no routing, or no DHCP, for those networks on this host.',
  suspects: '`ip netns del` in a clean-up script',
  example: one(ROUTER),
});

export const driftInterfaces = drift({
  code: 'drift_interfaces',
  title: 'Interfaces or addresses in a network namespace have been changed',
  noun: 'interfaces and addresses',
  follows:
    "A router's own address, a floating IP or the DHCP server's address may be missing: what is behind it does not answer.",
  suspects: '`ip addr` or `ip link` in a script',
  example: one(ROUTER),
});

export const driftRoutes = drift({
  code: 'drift_routes',
  title: 'Routes in a network namespace have been changed',
  noun: 'routes',
  follows: 'Packets to those destinations take another way, or none.',
  suspects: '`ip route` in a script',
  example: one(ROUTER),
});

export const driftNat = drift({
  code: 'drift_nat',
  title: "A router's address translation or filters have been changed",
  noun: 'NAT and filter rules',
  follows: 'Until then floating IPs, the way to the Internet or metadata may fail through this router.',
  suspects: '`iptables -F` in the namespace',
  example: one(ROUTER),
});

export const driftForwarding = drift({
  code: 'drift_forwarding',
  title: "Kernel parameters of a router's namespace have been changed",
  noun: 'kernel parameters',
  follows: 'With net.ipv4.ip_forward at 0 a router passes nothing on.',
  suspects: '`sysctl` in the namespace',
  example: set(ROUTER),
});

export const driftProcess = drift({
  code: 'drift_process',
  title: 'A helper process has died or runs with another configuration',
  noun: 'helper processes (metadata proxy, keepalived, radvd)',
  follows: 'Machines may get no metadata or no IPv6 router, or no host is primary for the router.',
  suspects: 'the kernel when memory is short (`dmesg | grep -i kill`), or pkill in a script',
  example: one(ROUTER),
});

export const driftDnsmasq = drift({
  code: 'drift_dnsmasq',
  title: 'dnsmasq has died, or its files have been changed',
  noun: 'dnsmasq and its files',
  follows: 'Machines of that network get no address, or a wrong one, when they ask next.',
  suspects:
    'the kernel when memory is short (`dmesg | grep -i kill`), pkill in a script, or a clean-up of /var/lib/neutron',
  example: one(NETWORK),
});

export const driftMetadataSocket = drift({
  code: 'drift_metadata_socket',
  title: 'The socket of the metadata agent has been removed',
  noun: 'the socket for metadata requests',
  follows: 'Every machine that asks for metadata gets an error 503.',
  suspects: 'a clean-up of /var/lib/neutron',
  example: one('this host'),
});
