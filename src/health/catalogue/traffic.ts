import { problem } from '../problem.ts';

/**
 * What `neutron verify` sees of packets that it sent itself: shown when nothing says more exactly why they were lost.
 */

interface Way {
  readonly from: string;
  readonly to: string;
}

export const leaseMissing = problem({
  code: 'lease_missing',
  title: 'No DHCP lease',
  severity: 'error',
  sentence: ({ host, network }: { host: string; network: string }) =>
    `a port on ${host} gets no DHCP lease on network ${network}`,
  cause:
    'A machine asks for its address by a broadcast on its network; dnsmasq, which the DHCP agent keeps in a namespace qdhcp-… on its host, answers. The question or the answer was lost, or dnsmasq does not run. Machines that start now come up without an address.',
  fix: () =>
    "look which host serves the network (neutron dhcp-agent-list-hosting-net NETWORK) and there at the end of /var/log/neutron/dhcp-agent.log; if 'same network' fails as well, mend that first",
  command: () => 'systemctl restart neutron-dhcp-agent',
  dependsOn: ['agent_dead', 'peer_unreached'],
  example: { host: 'compute', network: 'private' },
});

export const leaseOfStranger = problem<Stranger>({
  code: 'lease_of_stranger',
  title: 'Another DHCP server answers',
  severity: 'error',
  sentence: ({ host, network, server, ours }) =>
    `on network ${network} a port on ${host} is offered an address by ${server}, which is not ${ours.join(' or ') || "the network's own DHCP server"}`,
  cause:
    "A DHCP server that is none of this cloud's answers on this network, most often the LAN's own. A machine takes the offer that comes first; with the wrong one it has an address that Neutron does not know, and its packets are dropped as forged.",
  fix: ({ server }) =>
    `switch the DHCP server ${server} off for this LAN, or create the subnet with --disable-dhcp and give machines their addresses otherwise`,
  example: { host: 'compute', network: 'public', server: '192.168.81.254', ours: ['192.168.81.100'] },
});

interface Stranger {
  readonly host: string;
  readonly network: string;
  readonly server: string;
  /** Addresses of the network's own DHCP servers. */
  readonly ours: readonly string[];
}

export const leaseDiffers = problem({
  code: 'lease_differs',
  title: 'DHCP lease is not what the port has',
  severity: 'error',
  sentence: ({ host, network, what, leased, wanted }: Lease) =>
    `on network ${network} a port on ${host} is leased ${what} ${leased}; it should be ${wanted}`,
  cause:
    'dnsmasq answers from files that the DHCP agent writes for it. They are old, or an option of dnsmasq overrides them. A wrong address is dropped as forged; with a wrong MTU connections open and then hang.',
  fix: () =>
    'restart the DHCP agent, and look for options of your own in dnsmasq_config_file of dhcp_agent.ini',
  command: () => 'systemctl restart neutron-dhcp-agent',
  example: { host: 'compute', network: 'private', what: 'MTU', leased: '1500', wanted: '1450' },
});

interface Lease {
  readonly host: string;
  readonly network: string;
  readonly what: 'address' | 'MTU';
  readonly leased: string;
  readonly wanted: string;
}

export const metadataUnanswered = problem({
  code: 'metadata_unanswered',
  title: 'Nobody answers for metadata',
  severity: 'error',
  sentence: ({ host }: { host: string }) => `a port on ${host} gets no answer from 169.254.169.254`,
  cause:
    'Machines fetch their keys, name and user data from 169.254.169.254 when they start. Their router, or where there is none the DHCP namespace, leads that to haproxy, and haproxy to the metadata agent. The first step is missing: cloud-init waits for minutes, and nobody can log in by key.',
  fix: () =>
    'see whether haproxy runs on the host of the router (ps ax | grep haproxy); on networks without a router set enable_isolated_metadata = True in dhcp_agent.ini',
  command: () => 'systemctl restart neutron-l3-agent neutron-dhcp-agent',
  dependsOn: ['agent_dead', 'router_silent', 'peer_unreached'],
  example: { host: 'compute' },
});

export const metadataAgentSilent = problem({
  code: 'metadata_agent_silent',
  title: 'Metadata agent does not answer its proxy',
  severity: 'error',
  sentence: ({ host, status }: { host: string; status: number }) =>
    `a port on ${host} asks for metadata and gets ${status}: the proxy does not reach the metadata agent`,
  cause:
    'haproxy hands the requests of machines to the metadata agent through the socket metadata_proxy of the state path, on the same host. The agent does not run there, or listens elsewhere.',
  fix: () =>
    'start the metadata agent on the host of the router and of DHCP, and read the end of /var/log/neutron/metadata-agent.log',
  command: () => 'systemctl restart neutron-metadata-agent',
  dependsOn: ['agent_dead'],
  example: { host: 'compute', status: 503 },
});

export const metadataRefused = problem({
  code: 'metadata_refused',
  title: 'Nova refuses what the metadata agent signs',
  severity: 'error',
  sentence: ({ host }: { host: string }) =>
    `a port on ${host} asks for metadata and gets 403: Nova does not take the metadata agent's signature`,
  cause:
    'The metadata agent signs each request with metadata_proxy_shared_secret, and Nova checks that with its own. Nova answers 403 when they differ. Machines start without their keys, name and user data.',
  fix: () =>
    'write the same metadata_proxy_shared_secret into section [DEFAULT] of metadata_agent.ini and section [neutron] of nova.conf, then restart neutron-metadata-agent and nova-api',
  example: { host: 'compute' },
});

export const metadataFails = problem({
  code: 'metadata_fails',
  title: 'Metadata agent gets no answer',
  severity: 'error',
  sentence: ({ host, status }: { host: string; status: number }) =>
    `a port on ${host} asks for metadata and gets ${status}`,
  cause:
    'The metadata agent asks neutron-server which machine asks, and Nova for its metadata, at nova_metadata_host and nova_metadata_port. One of them did not answer it.',
  fix: () =>
    'read the end of /var/log/neutron/metadata-agent.log on the host of the router: it names what it does not reach',
  command: () => 'tail -n 20 /var/log/neutron/metadata-agent.log',
  example: { host: 'compute', status: 500 },
});

export const peerUnreached = problem({
  code: 'peer_unreached',
  title: 'Two hosts do not reach each other on a network',
  severity: 'error',
  sentence: ({ from, to, network }: Way & { network: string }) =>
    `on network ${network} a port on ${from} gets no answer from one on ${to}`,
  cause:
    'On a private network packets travel between hosts inside VXLAN, UDP port 8472, from local_ip to local_ip; on a provider network by the card that is mapped. Somewhere between the two they are lost.',
  fix: ({ from, to }) =>
    `check that ${from} and ${to} reach each other's local_ip, that no firewall drops UDP port 8472 between them, and what neutron-doctor says on both`,
  command: () => 'neutron-doctor',
  dependsOn: ['agent_dead'],
  example: { from: 'compute', to: 'controller', network: 'private' },
});

export const fullSizeLost = problem<Way & { mtu: number; passes?: number | undefined }>({
  code: 'full_size_lost',
  title: "Packets of the network's size are lost",
  severity: 'error',
  sentence: ({ from, to, mtu, passes }) =>
    `small packets pass from ${from} to ${to}, those of ${mtu} bytes, the network's MTU, do not` +
    (passes === undefined ? '' : `; a link between them takes ${passes}`),
  cause:
    'Every machine on the network believes that packets of this size pass. A link on the way takes only smaller ones: VXLAN needs 50 bytes of the MTU of the cards below it. Pings work, and logins and downloads hang.',
  fix: () =>
    'raise the MTU of the cards and switches between the hosts, or set global_physnet_mtu in neutron.conf to what they take and give existing networks that MTU less 50 (neutron net-update NETWORK --mtu …)',
  command: () => 'ip link',
  dependsOn: ['peer_unreached'],
  example: { from: 'compute', to: 'controller', mtu: 1450, passes: 1350 },
});

export const closedPortReached = problem({
  code: 'closed_port_reached',
  title: 'Security groups do not filter on a host',
  severity: 'error',
  sentence: ({ from, to, port }: Way & { port: number }) =>
    `a connection from ${from} to TCP port ${port} of a port on ${to}, which no security group allows, gets through`,
  cause:
    'Security groups are iptables rules on the host of the machine, and they see packets of a bridge only while br_netfilter is loaded and net.bridge.bridge-nf-call-iptables is 1. Everything is open on this host.',
  fix: ({ to }) =>
    `on ${to}, load br_netfilter, see that enable_security_group is True and firewall_driver = iptables in section [securitygroup] of linuxbridge_agent.ini, and restart the agent`,
  command: () => 'modprobe br_netfilter && systemctl restart neutron-linuxbridge-agent',
  example: { from: 'compute', to: 'controller', port: 4243 },
});

export const openedPortSilent = problem({
  code: 'opened_port_silent',
  title: 'What a security group allows does not pass',
  severity: 'error',
  sentence: ({ from, to, port }: Way & { port: number }) =>
    `a connection from ${from} to TCP port ${port} of a port on ${to}, which a security group allows, is dropped`,
  cause:
    'The agent of the host writes the rules of security groups into iptables and ipset. They are not there, or another rule of this host stands before them.',
  fix: ({ to }) =>
    `on ${to}, see iptables -S for rules that are none of Neutron's, and restart the Linux bridge agent`,
  command: () => 'systemctl restart neutron-linuxbridge-agent',
  dependsOn: ['agent_dead', 'peer_unreached'],
  example: { from: 'compute', to: 'controller', port: 4242 },
});

export const routerSilent = problem({
  code: 'router_silent',
  title: 'Nothing passes the router',
  severity: 'error',
  sentence: ({ from, to }: Way) => `a port on ${from} gets no answer from ${to}, across the router`,
  cause:
    'Packets between two networks go to the router, a namespace qrouter-… on the host of an L3 agent, and from there on. The way to it, or the router, does not work.',
  fix: () =>
    "if 'same network' fails as well, mend that first; else read the end of /var/log/neutron/l3-agent.log on the router's host",
  command: () => 'systemctl restart neutron-l3-agent',
  dependsOn: ['agent_dead', 'peer_unreached'],
  example: { from: 'compute', to: '198.18.7.3' },
});

export const outsideUnanswered = problem({
  code: 'outside_unanswered',
  title: 'Nothing comes back from outside',
  severity: 'error',
  sentence: ({ from, to }: Way) => `a port on ${from} gets no answer from ${to}, outside of the cloud`,
  cause:
    'What leaves the cloud gets the address of the router (SNAT), by a rule of iptables in its namespace, and goes out by the card of the external network. Without the translation nobody outside knows where to answer.',
  fix: () =>
    'check that the subnet of the external network is the LAN that the mapped card is on, with a gateway that is there, and read the end of /var/log/neutron/l3-agent.log',
  command: () => 'systemctl restart neutron-l3-agent',
  dependsOn: ['agent_dead', 'router_silent', 'peer_unreached'],
  example: { from: 'compute', to: '192.168.81.254' },
});

export const floatingIpUnanswered = problem({
  code: 'floating_ip_unanswered',
  title: 'Floating IP does not answer',
  severity: 'error',
  sentence: ({ from, to }: Way) => `floating IP ${to} does not answer the LAN, seen from ${from}`,
  cause:
    "The router answers for a floating IP on the LAN and translates it to the machine's address (DNAT). Its rule or its address is missing, or a switch of the LAN still believes that the address is elsewhere.",
  fix: () =>
    "if 'router' fails as well, mend that first; else read the end of /var/log/neutron/l3-agent.log on the router's host",
  command: () => 'systemctl restart neutron-l3-agent',
  dependsOn: ['agent_dead', 'router_silent', 'outside_unanswered', 'peer_unreached'],
  example: { from: 'compute', to: '192.168.81.105' },
});
