import type { Scenario } from '../scenario.ts';

const row = (number: number) => `row ${number} of what hurts users`;
const GUIDE = 'the guide';

const onCompute = (run: string) => ({ host: 'compute', run });
const onController = (run: string) => ({ host: 'controller', run });
/** On the private network of the cloud, through its router. */
const PRIVATE = ['--network', 'private', '--router', 'router'];

/** What packets of probe ports run into, before there is a machine that could complain. */
export const verify: readonly Scenario[] = [
  {
    name: 'verify: the DHCP agent is dead',
    source: row(4),
    lab: 'embedded',
    fault: [{ host: 'controller', kill: 'dhcp-agent' }],
    ask: { verify: [] },
    first: 'agent_dead',
    withinSeconds: 40,
  },
  {
    name: 'verify: a firewall of the host drops DHCP requests',
    source: row(4),
    lab: 'embedded',
    fault: [onCompute('iptables -I FORWARD -p udp --dport 67 -j DROP')],
    undo: [onCompute('iptables -D FORWARD -p udp --dport 67 -j DROP')],
    ask: { verify: PRIVATE },
    first: 'filter_drops_allowed',
    withinSeconds: 40,
  },
  {
    name: 'verify: the office has a DHCP server, too',
    source: GUIDE,
    lab: 'embedded',
    fault: [
      {
        host: 'outside',
        run: 'dnsmasq --conf-file=/dev/null --port=0 --interface=eno1 --bind-interfaces --no-ping --dhcp-range=192.168.81.210,192.168.81.220,255.255.255.0,1h --dhcp-leasefile=/run/verify.leases --pid-file=/run/verify.pid',
      },
    ],
    undo: [{ host: 'outside', run: 'kill $(cat /run/verify.pid)' }],
    ask: { verify: ['--network', 'public'] },
    first: 'lease_of_stranger',
    withinSeconds: 40,
  },
  {
    name: 'verify: the metadata secret is not that of Nova',
    source: GUIDE,
    lab: 'embedded',
    fault: [
      {
        host: 'controller',
        file: '/etc/neutron/metadata_agent.ini',
        replace: /^metadata_proxy_shared_secret\s*=.*$/m,
        by: 'metadata_proxy_shared_secret = METADATA_SECRET',
      },
      { host: 'controller', restart: 'metadata-agent' },
    ],
    ask: { verify: PRIVATE },
    first: 'metadata_refused',
    withinSeconds: 40,
  },
  {
    name: 'verify: Nova serves no metadata where it is looked for',
    source: row(5),
    lab: 'embedded',
    fault: [
      {
        host: 'controller',
        file: '/etc/neutron/metadata_agent.ini',
        replace: /^\[DEFAULT\]$/m,
        by: '[DEFAULT]\nnova_metadata_port = 8776',
      },
      { host: 'controller', restart: 'metadata-agent' },
    ],
    ask: { verify: PRIVATE },
    first: 'nova_metadata_unreachable',
    withinSeconds: 40,
  },
  {
    name: 'verify: the metadata agent is dead',
    source: row(5),
    lab: 'embedded',
    fault: [{ host: 'controller', kill: 'metadata-agent' }],
    ask: { verify: [] },
    first: 'agent_dead',
    withinSeconds: 40,
  },
  {
    name: 'verify: VXLAN is filtered between the hosts',
    source: row(16),
    lab: 'embedded',
    fault: [onCompute('iptables -I INPUT -p udp --dport 8472 -j DROP')],
    undo: [onCompute('iptables -D INPUT -p udp --dport 8472 -j DROP')],
    ask: { verify: [] },
    first: 'peer_unreached',
    withinSeconds: 60,
  },
  {
    name: 'verify: the MTU below the tunnel is too small',
    source: row(7),
    lab: 'embedded',
    fault: [onCompute('ip link set eno1 mtu 1400')],
    undo: [onCompute('ip link set eno1 mtu 1500')],
    ask: { verify: [] },
    first: 'underlay_mtu_small',
    withinSeconds: 40,
  },
  {
    name: 'verify: a rule of somebody else lets everything in',
    source: row(12),
    lab: 'embedded',
    fault: [onCompute('iptables -I FORWARD -m physdev --physdev-is-bridged -j ACCEPT')],
    undo: [onCompute('iptables -D FORWARD -m physdev --physdev-is-bridged -j ACCEPT')],
    ask: { verify: PRIVATE },
    first: 'closed_port_reached',
    withinSeconds: 40,
  },
  {
    name: 'verify: a rule of somebody else keeps the router from translating',
    source: row(9),
    lab: 'embedded',
    fault: [onController('ip netns exec qrouter-$ROUTER iptables -t nat -I POSTROUTING -j ACCEPT')],
    undo: [onController('ip netns exec qrouter-$ROUTER iptables -t nat -D POSTROUTING -j ACCEPT')],
    ask: { verify: PRIVATE },
    first: 'router_nat_missing',
    withinSeconds: 40,
  },
  {
    name: 'verify: a rule of somebody else keeps the router from forwarding',
    source: row(9),
    lab: 'embedded',
    fault: [onController('ip netns exec qrouter-$ROUTER iptables -I FORWARD -j DROP')],
    undo: [onController('ip netns exec qrouter-$ROUTER iptables -D FORWARD -j DROP')],
    ask: { verify: PRIVATE },
    first: 'outside_unanswered',
    withinSeconds: 40,
  },
  {
    name: 'verify: no metadata on a network without a router',
    source: row(5),
    lab: 'provider-only',
    fault: [
      {
        host: 'controller',
        file: '/etc/neutron/dhcp_agent.ini',
        replace: /^enable_isolated_metadata\s*=.*$/m,
        by: 'enable_isolated_metadata = False',
      },
      { host: 'controller', restart: 'dhcp-agent' },
    ],
    ask: { verify: [] },
    first: 'metadata_proxy_silent',
    withinSeconds: 40,
  },
];
