import type { Scenario, Step } from '../scenario.ts';

const row = (number: number) => `row ${number} of what hurts users`;

const onCompute = (run: string): Step => ({ host: 'compute', run });
const onController = (run: string): Step => ({ host: 'controller', run });
const outside = (run: string): Step => ({ host: 'outside', run });

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: a shell puts the values in
/** Names of the kernel's objects, in a shell. */
const VXLAN = '$(ls /sys/class/net/brq${PRIVATE:0:11}/brif | grep vxlan-)';
const BRIDGE = 'brq${PRIVATE:0:11}';
const ROUTER = 'ip netns exec qrouter-$ROUTER';
const QG = `$(${ROUTER} ls /sys/class/net | grep qg-)`;
const QR = `$(${ROUTER} ls /sys/class/net | grep qr-)`;
const CHAIN_TO_VM1 = 'neutron-linuxbri-i${VM1_PORT:0:10}';
const OUTER_BRIDGE = 'brq${PUBLIC:0:11}';
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: up to here
const INSIDE_VM1 = 'ip netns exec vm1';

/** What the agent set in a tunnel's table. What the kernel learnt is not put back: it would then stand as set by nobody. */
const MACS = "bridge fdb show dev $d | grep 'dst .*permanent' | grep -v ^00:00";

/** Packet filters as they were, and put back. */
const saved = (tables: string, where = ''): string => `${where} ${tables}-save > /run/${tables}.saved`;
const restored = (tables: string, where = ''): string => `${where} ${tables}-restore < /run/${tables}.saved`;

/** The port that the trace before has sent from is gone: its end has the agents write what they think differs. */
const settled = (run: string): string => `sleep 2; ${run}`;

const ICMP_RULE = 'neutron security-group-rule-list --protocol icmp --direction ingress -f value -c id';
const GROUP = "$(neutron port-show $VM1_PORT -f value -c security_groups | tr -cd '0-9a-f-')";
const closeIcmp = onController(`neutron security-group-rule-delete $(${ICMP_RULE})`);
const openIcmp = onController(
  `neutron security-group-rule-create --protocol icmp --direction ingress ${GROUP}`,
);

const WITHIN = ['$VM1_PORT', '$VM2_PORT'];
const OUT = ['$VM2_PORT', '203.0.113.1'];
const IN = ['192.168.81.254', '$FLOATING'];

/** A scenario of the embedded lab that is asked by `neutron trace`. */
const traced = (
  name: string,
  source: string,
  trace: readonly string[],
  first: string,
  fault: readonly Step[],
  undo: readonly Step[] = [],
): Scenario => ({
  name: `trace: ${name}`,
  source,
  lab: 'embedded',
  fault,
  undo,
  ask: { trace },
  first,
  withinSeconds: 8,
});

/** What `neutron trace` must name first: the hop at which intended, installed and observed differ. */
export const trace: readonly Scenario[] = [
  traced(
    'forwarding entries of a tunnel deleted',
    row(16),
    WITHIN,
    'fdb_entry_missing',
    [
      onCompute(
        settled(
          `d=${VXLAN}; ${MACS} > /run/fdb; while read mac _; do bridge fdb del $mac dev $d dst 192.168.81.66; done < /run/fdb`,
        ),
      ),
    ],
    [
      onCompute(
        `d=${VXLAN}; while read mac _; do bridge fdb replace $mac dev $d dst 192.168.81.66; done < /run/fdb`,
      ),
    ],
  ),
  traced(
    'tunnel sends a machine to another host',
    row(17),
    WITHIN,
    'fdb_entry_missing',
    [
      onCompute(
        settled(
          `d=${VXLAN}; ${MACS} > /run/fdb; while read mac _; do bridge fdb replace $mac dev $d dst 192.168.81.99; done < /run/fdb`,
        ),
      ),
    ],
    [
      onCompute(
        `d=${VXLAN}; while read mac _; do bridge fdb replace $mac dev $d dst 192.168.81.66; done < /run/fdb`,
      ),
    ],
  ),
  traced(
    'a tap out of its bridge',
    row(4),
    WITHIN,
    'tap_not_in_bridge',
    [onCompute('ip link set $VM1_TAP nomaster')],
    [onCompute(`ip link set $VM1_TAP master ${BRIDGE}`)],
  ),
  traced(
    'a tap with another MTU than its network',
    row(8),
    WITHIN,
    'device_mtu_differs',
    [onCompute(settled('ip link set $VM1_TAP mtu 1500'))],
    [onCompute('ip link set $VM1_TAP mtu 1450')],
  ),
  traced(
    'a tap is down',
    row(4),
    WITHIN,
    'tap_down',
    [onController(settled('ip link set $VM2_TAP down'))],
    [onController('ip link set $VM2_TAP up')],
  ),
  traced(
    'the machine has its card off',
    row(4),
    WITHIN,
    'tap_unplugged',
    [onController('ip netns exec vm2 ip link set eth0 down')],
    [onController('ip netns exec vm2 sh -c "ip link set eth0 up; ip route replace default via 172.16.1.1"')],
  ),
  traced(
    'the machine has lost its address',
    row(4),
    IN,
    'machine_silent',
    [onCompute(`${INSIDE_VM1} ip address flush dev eth0`)],
    [
      onCompute(
        `${INSIDE_VM1} sh -c "ip address add $VM1/24 dev eth0; ip route replace default via 172.16.1.1"`,
      ),
    ],
  ),
  traced(
    'the tunnel is not in the bridge',
    row(16),
    WITHIN,
    'uplink_not_in_bridge',
    [onCompute(settled(`d=${VXLAN}; echo $d > /run/vxlan; ip link set $d nomaster`))],
    [onCompute(`ip link set $(cat /run/vxlan) master ${BRIDGE}`)],
  ),
  traced(
    'the network card is not in the bridge of the provider network',
    row(9),
    OUT,
    'uplink_not_in_bridge',
    [onController('ip link set eno1 nomaster')],
    [onController(`ip link set eno1 master ${OUTER_BRIDGE}`)],
  ),
  {
    ...traced('the tunnel that answers ARP has lost a neighbour', row(16), WITHIN, 'neighbour_missing', [
      {
        host: 'compute',
        file: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
        replace: /l2_population = True/,
        by: 'l2_population = True\narp_responder = True',
      },
      { host: 'compute', restart: 'linuxbridge-agent' },
      onCompute(
        `for i in $(seq 50); do ip neigh show dev ${VXLAN} | grep -q "^$VM2 " && break; sleep 0.2; done; sleep 12; ip neigh del $VM2 dev ${VXLAN}`,
      ),
    ]),
  },
  traced(
    'the LAN between the hosts takes less than the tunnels need',
    row(7),
    WITHIN,
    'underlay_mtu_small',
    [onCompute('ip link set eno1 mtu 1400')],
    [onCompute('ip link set eno1 mtu 1500')],
  ),
  traced('no group lets ping in', row(11), IN, 'security_group_drops', [closeIcmp], [openIcmp]),
  traced(
    'a group without ssh',
    row(11),
    ['$VM2_PORT', '$VM1_PORT', '--protocol', 'tcp', '--port', '22'],
    'security_group_drops',
    [
      onController(
        `neutron port-show $VM1_PORT -f value -c security_groups | tr -cd '0-9a-f-' > /run/group; neutron security-group-create closed; neutron port-update $VM1_PORT --security-group closed`,
      ),
    ],
    [
      onController(
        'neutron port-update $VM1_PORT --security-group $(cat /run/group); neutron security-group-delete closed',
      ),
    ],
  ),
  traced(
    'a rule of a group is not in the kernel',
    row(12),
    IN,
    'filter_drops_allowed',
    [onCompute(settled(`${saved('iptables')}; iptables -D ${CHAIN_TO_VM1} -p icmp -j RETURN`))],
    [onCompute(restored('iptables'))],
  ),
  traced(
    'the ipset of a group lacks its members',
    row(15),
    [...WITHIN, '--protocol', 'tcp', '--port', '22'],
    'filter_drops_allowed',
    [
      onController(
        settled(
          'ipset save > /run/ipset.saved; for s in $(ipset list -n | grep NIPv4); do ipset flush $s; done',
        ),
      ),
    ],
    [onController('ipset restore -exist < /run/ipset.saved')],
  ),
  traced(
    'a rule that was deleted is still in the kernel',
    row(14),
    IN,
    'filter_passes_forbidden',
    [closeIcmp, onCompute(`sleep 2; iptables -I ${CHAIN_TO_VM1} 1 -p icmp -j RETURN`)],
    [openIcmp],
  ),
  traced(
    'bridged packets bypass iptables',
    row(12),
    IN,
    'bridge_filtering_off',
    [onCompute('sysctl -w net.bridge.bridge-nf-call-iptables=0')],
    [onCompute('sysctl -w net.bridge.bridge-nf-call-iptables=1')],
  ),
  traced(
    'the spoofing filter has another MAC',
    row(15),
    WITHIN,
    'spoofing_filter_drops',
    [
      onCompute(
        settled(
          `${saved('ebtables')}; c=neutronMAC-$VM1_TAP; ebtables -t nat -F $c; ebtables -t nat -A $c -i $VM1_TAP --among-src fa:16:3e:00:00:01, -j RETURN; ebtables -t nat -A $c -j DROP`,
        ),
      ),
    ],
    [onCompute(restored('ebtables'))],
  ),
  traced(
    "the router's interface is down",
    row(9),
    OUT,
    'router_interface_down',
    [onController(`${ROUTER} ip link set ${QR} down`)],
    [onController(`${ROUTER} ip link set ${QR} up`)],
  ),
  traced(
    'the router has lost the gateway address of its subnet',
    row(9),
    OUT,
    'router_address_missing',
    [onController(`${ROUTER} ip address del 172.16.1.1/24 dev ${QR}`)],
    [onController(`${ROUTER} ip address add 172.16.1.1/24 brd + dev ${QR}`)],
  ),
  traced(
    'the router has no default route',
    row(9),
    OUT,
    'router_route_missing',
    [onController(`${ROUTER} ip route del default`)],
    [onController(`${ROUTER} ip route add default via 192.168.81.254 dev ${QG} proto static`)],
  ),
  traced(
    'the router does not forward',
    row(9),
    OUT,
    'router_forwarding_off',
    [onController(`${ROUTER} sysctl -w net.ipv4.ip_forward=0`)],
    [onController(`${ROUTER} sysctl -w net.ipv4.ip_forward=1`)],
  ),
  traced(
    'the rules of SNAT are gone',
    row(9),
    OUT,
    'router_nat_missing',
    [onController(`${saved('iptables', ROUTER)}; ${ROUTER} iptables -t nat -F neutron-l3-agent-snat`)],
    [onController(restored('iptables', ROUTER))],
  ),
  traced(
    'the rules of DNAT are gone',
    row(9),
    IN,
    'router_nat_missing',
    [onController(`${saved('iptables', ROUTER)}; ${ROUTER} iptables -t nat -F neutron-l3-agent-PREROUTING`)],
    [onController(restored('iptables', ROUTER))],
  ),
  traced(
    'the address of a floating IP is gone',
    row(9),
    IN,
    'floating_ip_address_missing',
    [onController(`${ROUTER} ip address del $FLOATING/32 dev ${QG}`)],
    [onController(`${ROUTER} ip address add $FLOATING/32 brd $FLOATING dev ${QG}`)],
  ),
  traced(
    'the namespace of the router is gone',
    row(25),
    OUT,
    'router_namespace_missing',
    [onController('ip netns delete qrouter-$ROUTER; sleep 1')],
    [onController('neutron router-update $ROUTER --description anew')],
  ),
  traced(
    'the gateway of the LAN is silent',
    row(10),
    OUT,
    'provider_gateway_silent',
    [outside('sysctl -w net.ipv4.conf.all.arp_ignore=8')],
    [outside('sysctl -w net.ipv4.conf.all.arp_ignore=0')],
  ),
  traced(
    'the router is switched off',
    row(9),
    OUT,
    'router_disabled',
    [onController('neutron router-update $ROUTER --admin-state-up False')],
    [onController('neutron router-update $ROUTER --admin-state-up True')],
  ),
  traced(
    'the floating IP belongs to no machine',
    row(9),
    IN,
    'floating_ip_unused',
    [onController('neutron floatingip-disassociate $FLOATINGIP')],
    [onController('neutron floatingip-associate $FLOATINGIP $VM1_PORT')],
  ),
  traced(
    'the DHCP server of the network has died',
    row(4),
    ['$VM1_PORT', '172.16.1.2', '--protocol', 'udp', '--port', '67'],
    'dnsmasq_not_running',
    [onController('kill -9 $(cat /var/lib/neutron/dhcp/$PRIVATE/pid)')],
    [onController('neutron subnet-update $PRIVATE_SUBNET --dns-nameserver 192.0.2.53')],
  ),
  traced(
    'the metadata proxy has died',
    row(5),
    ['$VM1_PORT', '169.254.169.254', '--protocol', 'tcp', '--port', '80'],
    'metadata_proxy_silent',
    [onController('kill -9 $(cat /var/lib/neutron/external/pids/$ROUTER.pid.haproxy)')],
    [
      onController(
        'neutron router-update $ROUTER --admin-state-up False; neutron router-update $ROUTER --admin-state-up True',
      ),
    ],
  ),
  {
    ...traced('the agent of a host has died', row(18), WITHIN, 'agent_dead', [
      { host: 'compute', kill: 'linuxbridge-agent' },
    ]),
    withinSeconds: 20,
  },
];
