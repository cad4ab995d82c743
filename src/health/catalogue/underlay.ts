import { problem } from '../problem.ts';

/** The network between the hosts, which carries the tunnels, and their clocks. */

const SERVER = '/etc/neutron/neutron.conf';

export const peerUnreachable = problem({
  code: 'peer_unreachable',
  title: 'Another host cannot be reached',
  severity: 'error',
  sentence: ({ peer, address, why }: { peer: string; address: string; why: string }) =>
    `${peer} cannot be reached at its tunnel address ${address}: ${why}`,
  cause:
    'Packets of private networks travel between the hosts to the local_ip of each. While a host is off, its cable is out, or its local_ip has changed, virtual machines on it and here do not reach each other.',
  fix: ({ peer, address }) =>
    `see that ${peer} runs and has the address ${address}; if the host is gone for good, delete its agents with 'neutron agent-delete'`,
  command: ({ address }) => `ping -c 3 ${address}`,
  dependsOn: [
    'mapped_nic_down',
    'mapped_nic_no_carrier',
    'address_on_bridged_nic',
    'local_ip_missing',
    'local_ip_unset',
    'local_ip_unreachable',
    'address_used_twice',
  ],
  example: { peer: 'compute', address: '192.168.81.65', why: 'nobody answers ARP for it' },
});

export const vxlanRefused = problem({
  code: 'vxlan_refused',
  title: 'A firewall refuses the packets of tunnels',
  severity: 'error',
  sentence: ({ peer, address, port, from }: { peer: string; address: string; port: number; from: string }) =>
    `VXLAN packets (UDP port ${port}) to ${peer} (${address}) are refused by ${from === address ? 'its firewall' : `the firewall of ${from}`}`,
  cause:
    'Packets of private networks travel between hosts in UDP packets to this port. The firewall lets ping through and not these, so that virtual machines reach only those on their own host. Red Hat and its like come with such a firewall switched on.',
  fix: ({ peer, from, address }) =>
    `on ${from === address ? peer : from}, let UDP in from the other hosts, in the configuration of its firewall for good (firewalld, ufw, /etc/sysconfig/iptables)`,
  command: ({ peer, from, address, port }) =>
    `ssh ${from === address ? peer : from} iptables -I INPUT -p udp --dport ${port} -j ACCEPT`,
  dependsOn: ['peer_unreachable'],
  example: { peer: 'compute', address: '192.168.81.65', port: 8472, from: '192.168.81.65' },
});

export const underlayMtuSmall = problem<Narrow>({
  code: 'underlay_mtu_small',
  title: 'The way to another host is too narrow for the tunnels',
  severity: 'error',
  sentence: ({ peer, address, needed, largest }) =>
    `packets of ${needed} bytes do not reach ${peer} (${address}); the largest that do have ${largest}`,
  cause:
    'A tunnel adds 50 bytes to each packet of a private network. What then is larger than a link on the way is lost without a word: ping works and ssh or a web page hangs, because only full packets are affected.',
  fix: ({ largest, limit }) =>
    `raise the MTU of ${limit ?? 'the network card of the other host and of the switches between'}; or set global_physnet_mtu = ${largest} in section [DEFAULT] of ${SERVER} on the server, restart neutron-server, set the MTU of networks that exist to ${largest - 50} ('neutron net-update NETWORK --mtu ${largest - 50}') and start their machines again`,
  dependsOn: ['nic_mtu_small', 'peer_unreachable'],
  example: { peer: 'compute', address: '192.168.81.65', needed: 1500, largest: 1400, limit: '192.168.81.1' },
});

interface Narrow {
  peer: string;
  address: string;
  /** Bytes of the whole IP packet. */
  needed: number;
  largest: number;
  /** Whose link it is, when somebody told. */
  limit?: string;
}

export const nicMtuSmall = problem({
  code: 'nic_mtu_small',
  title: 'Network card carries smaller packets than the networks have',
  severity: 'error',
  sentence: ({ device, mtu, needed, what }: { device: string; mtu: number; needed: number; what: string }) =>
    `${device} carries packets of ${mtu} bytes at most, and ${what} needs ${needed}`,
  cause:
    'A network card has a largest packet, its MTU. Larger ones of a network that uses it are lost without a word: ping works and ssh or a web page hangs, because only full packets are affected.',
  fix: ({ device, mtu }) =>
    `raise the MTU of ${device}, where the switch allows it, and have the configuration of the system do so at boot; or set global_physnet_mtu = ${mtu} in section [DEFAULT] of ${SERVER} on the server, restart neutron-server, and lower the MTU of networks that exist`,
  command: ({ device, needed }) => `ip link set ${device} mtu ${needed}`,
  dependsOn: ['physnet_mtu_too_large'],
  example: { device: 'eno1', mtu: 1400, needed: 1500, what: 'network private (1450 and 50 for the tunnel)' },
});

export const addressUsedTwice = problem({
  code: 'address_used_twice',
  title: 'Two machines have the same address',
  severity: 'error',
  sentence: ({ address, role, macs }: { address: string; role: string; macs: readonly string[] }) =>
    `${address}, ${role}, is also used by the machine with MAC ${macs.join(' and ')}`,
  cause:
    'Packets for an address go to whichever of the two machines answered last: connections work now and then, and break off. A static address inside the range of a DHCP server, or a copied configuration, is the usual reason.',
  fix: ({ macs }) =>
    `find the machine with MAC ${macs.join(' or ')} (the switch or the DHCP server of the LAN knows it) and give it another address`,
  example: { address: '192.168.81.66', role: 'local_ip of this host', macs: ['02:00:5e:10:00:01'] },
});

export const clockSkew = problem({
  code: 'clock_skew',
  title: 'Clocks of the hosts differ',
  severity: 'warning',
  sentence: ({ whose, seconds, ahead }: { whose: string; seconds: number; ahead: boolean }) =>
    `the clock of this host is ${seconds} s ${ahead ? 'behind' : 'ahead of'} that of ${whose}`,
  cause:
    'Whether an agent is alive, whether a token still counts, and which line of which log came first is told by comparing the times of two machines. When their clocks differ, agents look dead that are not, and logins are refused.',
  fix: () => 'let the clocks of all hosts be set by the same time servers (systemd-timesyncd or chrony)',
  command: () => 'timedatectl set-ntp true',
  example: { whose: 'the database server', seconds: 95, ahead: true },
});
