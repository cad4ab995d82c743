import type { Scenario, Step } from '../scenario.ts';

const row = (number: number) => `row ${number} of what hurts users`;

const onCompute = (run: string): Step => ({ host: 'compute', run });
const onController = (run: string): Step => ({ host: 'controller', run });

const L2 = { diagnosis: 'agents/$LINUXBRIDGE_AGENT_COMPUTE' };
const L3 = { diagnosis: 'agents/$L3_AGENT_CONTROLLER' };
const DHCP = { diagnosis: 'agents/$DHCP_AGENT_CONTROLLER' };

/** The machine on the other host, in the set of its security group and in the tunnel's forwarding table. */
const MEMBER = 'set -- $(ipset save | grep -m1 "^add NIPv4.* $VM2$" | cut -d\' \' -f2,3)';
const ENTRY = `bridge fdb show | sed -En "s/^($VM2_MAC dev vxlan-\\S+ dst \\S+).*/\\1/p"`;

/** What something else changes under the agents, found by their comparison when they are asked. */
export const compare: readonly Scenario[] = [
  {
    name: 'compare: a forwarding entry was deleted',
    source: row(16),
    lab: 'embedded',
    fault: [onCompute(`${ENTRY} > /run/entry; bridge fdb del $(cat /run/entry)`)],
    undo: [onCompute('bridge fdb replace $(cat /run/entry); rm /run/entry')],
    ask: L2,
    first: 'drift_fdb',
  },
  {
    name: 'compare: a script flushed a chain of security groups',
    source: row(12),
    lab: 'embedded',
    fault: [onCompute('iptables-save -t filter > /run/filter; iptables -F neutron-linuxbri-sg-chain')],
    undo: [onCompute('iptables-restore < /run/filter; rm /run/filter')],
    ask: L2,
    first: 'drift_firewall',
  },
  {
    name: 'compare: a member of a security group is missing in its set',
    source: row(15),
    lab: 'embedded',
    fault: [onCompute(`${MEMBER}; echo $1 $2 > /run/member; ipset del $1 $2`)],
    undo: [onCompute('ipset -exist add $(cat /run/member); rm /run/member')],
    ask: L2,
    first: 'drift_ipset',
  },
  {
    name: 'compare: bridged packets bypass the packet filters while the agent runs',
    source: row(12),
    lab: 'embedded',
    fault: [onCompute('sysctl -qw net.bridge.bridge-nf-call-iptables=0')],
    undo: [onCompute('sysctl -qw net.bridge.bridge-nf-call-iptables=1')],
    ask: L2,
    first: 'drift_bridge_filtering',
  },
  {
    name: "compare: a machine's tap has another MTU",
    source: row(7),
    lab: 'embedded',
    fault: [onCompute('ip link set $VM1_TAP mtu 1500')],
    undo: [onCompute('ip link set $VM1_TAP mtu 1450')],
    ask: L2,
    first: 'drift_tap',
  },
  {
    name: "compare: a floating IP's address was taken off the router",
    source: row(9),
    lab: 'embedded',
    fault: [
      onController(
        'ip -n qrouter-$ROUTER -o addr show to $FLOATING | awk \'{print $4, "dev", $2}\' > /run/floating; ip -n qrouter-$ROUTER addr del $(cat /run/floating)',
      ),
    ],
    undo: [
      onController('ip -n qrouter-$ROUTER addr replace $(cat /run/floating) brd $FLOATING; rm /run/floating'),
    ],
    ask: L3,
    first: 'drift_interfaces',
  },
  {
    name: "compare: a router's translation was flushed",
    source: row(9),
    lab: 'embedded',
    fault: [
      onController(
        'ip netns exec qrouter-$ROUTER iptables-save -t nat > /run/nat; ip netns exec qrouter-$ROUTER iptables -t nat -F neutron-l3-agent-float-snat',
      ),
    ],
    undo: [onController('ip netns exec qrouter-$ROUTER iptables-restore < /run/nat; rm /run/nat')],
    ask: L3,
    first: 'drift_nat',
  },
  {
    name: 'compare: a router does not forward',
    source: row(9),
    lab: 'embedded',
    fault: [onController('ip netns exec qrouter-$ROUTER sysctl -qw net.ipv4.ip_forward=0')],
    undo: [onController('ip netns exec qrouter-$ROUTER sysctl -qw net.ipv4.ip_forward=1')],
    ask: L3,
    first: 'drift_forwarding',
  },
  {
    name: "compare: a machine is gone from dnsmasq's file",
    source: row(4),
    lab: 'embedded',
    fault: [
      onController('cd /var/lib/neutron/dhcp/$PRIVATE; cp -p host /run/host; sed -i "/$VM1\\b/d" host'),
    ],
    undo: [onController('mv /run/host /var/lib/neutron/dhcp/$PRIVATE/host')],
    ask: DHCP,
    first: 'drift_dnsmasq',
  },
  {
    name: 'compare: the socket of the metadata agent was cleaned away',
    source: row(5),
    lab: 'embedded',
    fault: [onController('rm /var/lib/neutron/metadata_proxy')],
    undo: [{ host: 'controller', restart: 'metadata-agent' }],
    ask: { diagnosis: 'agents/$METADATA_AGENT_CONTROLLER' },
    first: 'drift_metadata_socket',
  },
];
