import { nodeProgram } from '../../../../src/lab/paths.ts';
import type { Scenario, Step } from '../scenario.ts';

/** What is wrong with a host itself, and neutron-doctor on that host says so. */

const INI = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';
const LAB = { lab: 'embedded' } as const;

/** An edit of compute's agent file, after which its agent is started again. */
const configured = (replace: RegExp, by: string): readonly Step[] => [
  { host: 'compute', file: INI, replace, by },
  { host: 'compute', restart: 'linuxbridge-agent' },
];

const on = (host: string, run: string): Step => ({ host, run });

/** A script that hides a program of the system behind something else, for this host alone. */
const hide = (program: string, behind: string) => `mount --bind ${behind} $(readlink -f ${program})`;
const show = (program: string) => `umount $(readlink -f ${program})`;

/** Holds a TCP port on every address until it is killed. */
const hold = (port: number) =>
  `setsid ${nodeProgram} -e 'require("net").createServer().listen(${port})' </dev/null >/dev/null 2>&1 & echo $! > /run/holder; sleep 1; kill -0 $(cat /run/holder)`;
/** Compute's own address, and the device that it is on: the card, or a bridge once a network is on the card. */
const ADDRESS = '192.168.81.65/24';
const HOLDER = `ip -o -4 address show to ${ADDRESS} | awk '{print $2}'`;
const release = 'kill $(cat /run/holder)';

export const doctor: readonly Scenario[] = [
  {
    ...LAB,
    name: 'a bridge is mapped instead of the network card',
    source: 'pains 3',
    fault: [
      on('compute', 'ip link add br0 type bridge && ip link set br0 up'),
      ...configured(/public:eno1/, 'public:br0'),
    ],
    undo: [on('compute', 'ip link delete br0')],
    ask: { doctor: 'compute' },
    first: 'mapped_nic_is_bridge',
  },
  {
    ...LAB,
    name: 'the mapped network card does not exist on this host',
    source: 'pains 2',
    fault: configured(/public:eno1/, 'public:eth0'),
    ask: { doctor: 'compute' },
    first: 'mapped_nic_missing',
  },
  {
    ...LAB,
    name: 'the mapping lacks its colon',
    source: 'pains 2',
    fault: configured(/public:eno1/, 'public=eno1'),
    ask: { doctor: 'compute' },
    first: 'mapping_malformed',
  },
  {
    ...LAB,
    name: 'two physical networks are mapped to one card',
    source: 'pains 2',
    fault: configured(/public:eno1/, 'public:eno1,office:eno1'),
    ask: { doctor: 'compute' },
    first: 'mapping_twice',
  },
  {
    ...LAB,
    name: 'the mapped network card is down',
    source: 'pains 1',
    fault: [on('compute', 'ip link set eno1 down')],
    undo: [on('compute', 'ip link set eno1 up && ip route replace default via 192.168.81.254')],
    ask: { doctor: 'compute' },
    first: 'mapped_nic_down',
  },
  {
    ...LAB,
    name: 'the mapped network card is in a bridge of libvirt',
    source: 'pains 3',
    fault: [
      on(
        'compute',
        'ip link add eno2 type veth peer name wire2 && ip link add virbr0 type bridge && ip link set eno2 master virbr0 && for d in eno2 wire2 virbr0; do ip link set $d up; done',
      ),
      ...configured(/public:eno1/, 'public:eno1,office:eno2'),
    ],
    undo: [on('compute', 'ip link delete eno2 && ip link delete virbr0')],
    ask: { doctor: 'compute' },
    first: 'mapped_nic_elsewhere',
  },
  {
    ...LAB,
    name: 'a DHCP client puts the address back onto the card in the bridge',
    source: 'guide: one NIC for everything',
    fault: [on('controller', 'ip address add 192.168.81.66/24 dev eno1')],
    undo: [on('controller', 'ip address delete 192.168.81.66/24 dev eno1')],
    ask: { doctor: 'controller' },
    first: 'address_on_bridged_nic',
  },
  {
    ...LAB,
    name: 'the host has lost its address',
    source: 'guide: one NIC for everything',
    fault: [on('compute', `${HOLDER} > /run/holder && ip address delete ${ADDRESS} dev $(cat /run/holder)`)],
    undo: [
      on(
        'compute',
        `ip address add ${ADDRESS} dev $(cat /run/holder) && ip route replace default via 192.168.81.254`,
      ),
    ],
    ask: { doctor: 'compute' },
    first: 'host_without_address',
  },
  {
    ...LAB,
    name: "local_ip is the other host's: the file was copied",
    source: 'guide: local_ip',
    fault: configured(/local_ip = .*/, 'local_ip = 192.168.81.66'),
    ask: { doctor: 'compute' },
    first: 'local_ip_missing',
  },
  {
    ...LAB,
    name: 'local_ip is not set',
    source: 'pains 2',
    fault: configured(/local_ip = .*\n/, ''),
    ask: { doctor: 'compute' },
    first: 'local_ip_unset',
  },
  {
    ...LAB,
    name: 'local_ip is the loopback',
    source: 'pains 2',
    fault: configured(/local_ip = .*/, 'local_ip = 127.0.0.1'),
    ask: { doctor: 'compute' },
    first: 'local_ip_unreachable',
  },
  {
    ...LAB,
    name: 'bridged packets bypass the packet filters',
    source: 'pains 12',
    fault: [on('compute', 'sysctl -qw net.bridge.bridge-nf-call-iptables=0')],
    undo: [on('compute', 'sysctl -qw net.bridge.bridge-nf-call-iptables=1')],
    ask: { doctor: 'compute' },
    first: 'bridge_filtering_off',
  },
  {
    ...LAB,
    name: "another firewall drops in FORWARD before Neutron's rules",
    source: 'pains 11',
    fault: [on('compute', 'iptables -I FORWARD -j DROP')],
    undo: [on('compute', 'iptables -D FORWARD -j DROP')],
    ask: { doctor: 'compute' },
    first: 'forward_drops_guests',
  },
  {
    ...LAB,
    name: "the host's firewall drops VXLAN",
    source: 'pains 16',
    fault: [on('compute', 'iptables -A INPUT -p udp -m udp --dport 8472 -j DROP')],
    undo: [on('compute', 'iptables -D INPUT -p udp -m udp --dport 8472 -j DROP')],
    ask: { doctor: 'compute' },
    first: 'vxlan_port_filtered',
  },
  {
    ...LAB,
    name: 'rules stand in the other variant of iptables',
    source: 'pains 13',
    fault: [on('compute', 'iptables-legacy -A INPUT -s 203.0.113.77 -j DROP')],
    undo: [on('compute', 'iptables-legacy -D INPUT -s 203.0.113.77 -j DROP')],
    ask: { doctor: 'compute' },
    first: 'iptables_mixed',
  },
  {
    ...LAB,
    name: 'another program holds the port of the API',
    source: 'pains 18',
    fault: [{ host: 'controller', kill: 'server' }, on('controller', hold(9696))],
    undo: [on('controller', release)],
    ask: { doctor: 'controller' },
    first: 'port_taken',
  },
  {
    ...LAB,
    name: 'the DHCP agent does not run',
    source: 'pains 4',
    fault: [{ host: 'controller', kill: 'dhcp-agent' }],
    ask: { doctor: 'controller' },
    first: 'agent_not_running',
  },
  {
    ...LAB,
    name: 'the Linux bridge agent does not run',
    source: 'pains 1',
    fault: [{ host: 'compute', kill: 'linuxbridge-agent' }],
    ask: { doctor: 'compute' },
    first: 'l2_agent_not_running',
  },
  {
    ...LAB,
    name: 'haproxy is not installed',
    source: 'pains 5',
    fault: [on('controller', hide('/usr/sbin/haproxy', '/dev/null'))],
    undo: [on('controller', show('/usr/sbin/haproxy'))],
    ask: { doctor: 'controller' },
    first: 'program_missing',
  },
  {
    ...LAB,
    name: 'dnsmasq is too old',
    source: 'pains 4',
    fault: [
      on(
        'controller',
        `printf '#!/bin/sh\\necho Dnsmasq version 2.48\\n' > /run/dnsmasq && chmod 755 /run/dnsmasq && ${hide('/usr/sbin/dnsmasq', '/run/dnsmasq')}`,
      ),
    ],
    undo: [on('controller', show('/usr/sbin/dnsmasq'))],
    ask: { doctor: 'controller' },
    first: 'dnsmasq_too_old',
  },
  {
    ...LAB,
    name: 'the disk of the state is mounted read-only',
    source: 'pains 18',
    fault: [on('compute', 'mount -t tmpfs -o ro tmpfs /var/lib/neutron')],
    undo: [on('compute', 'umount /var/lib/neutron')],
    ask: { doctor: 'compute' },
    first: 'directory_not_writable',
  },
  {
    ...LAB,
    name: 'the disk of the state is full',
    source: 'pains 18',
    fault: [on('compute', 'mount -t tmpfs -o size=1m tmpfs /var/lib/neutron')],
    undo: [on('compute', 'umount /var/lib/neutron')],
    ask: { doctor: 'compute' },
    first: 'disk_full',
  },
  {
    ...LAB,
    name: 'the namespace of a DHCP server is left where no DHCP agent is',
    source: 'pains 25',
    fault: [on('compute', 'ip netns add qdhcp-$PRIVATE')],
    undo: [on('compute', 'ip netns delete qdhcp-$PRIVATE')],
    ask: { doctor: 'compute' },
    first: 'namespaces_without_agent',
  },
];
