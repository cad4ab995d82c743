/** What is tried in a namespace that ends with the try: shell scripts, in their order, each building on those before. */

/** Rules that the agents write, by what they need; `-A CHAIN` is put before each. */
export const RULES = {
  filter: [
    { rule: '-m physdev --physdev-in tap0 --physdev-is-bridged -j ACCEPT', module: 'xt_physdev' },
    { rule: '-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN', module: 'xt_conntrack' },
    { rule: '-m state --state INVALID -j DROP', module: 'xt_conntrack' },
    { rule: '-m mac --mac-source fa:16:3e:00:00:01 -j RETURN', module: 'xt_mac' },
    { rule: '-m comment --comment x -j RETURN', module: 'xt_comment' },
    { rule: '-p tcp -m multiport --dports 1,2 -j RETURN', module: 'xt_multiport' },
    { rule: '-m mark --mark 0x1/0xffff -j ACCEPT', module: 'xt_mark' },
  ],
  raw: [{ rule: '-m physdev --physdev-in tap0 -j CT --zone 1', module: 'xt_CT' }],
  nat: [
    { rule: '-p tcp --dport 80 -j REDIRECT --to-ports 9697', module: 'xt_REDIRECT' },
    { rule: '-j SNAT --to-source ADDRESS', module: 'xt_nat' },
    { rule: '-m conntrack ! --ctstate DNAT -j ACCEPT', module: 'xt_conntrack' },
  ],
  mangle: [
    { rule: '-j MARK --set-xmark 0x1/0xffff', module: 'xt_mark' },
    { rule: '-j CONNMARK --save-mark', module: 'xt_connmark' },
    { rule: '-p udp --dport 68 -j CHECKSUM --checksum-fill', module: 'xt_CHECKSUM' },
  ],
} as const;

const CHAINS: Readonly<Record<string, string>> = {
  filter: 'FORWARD',
  raw: 'PREROUTING',
  mangle: 'POSTROUTING',
};
const natChain = (rule: string) => (rule.includes('REDIRECT') ? 'PREROUTING' : 'POSTROUTING');

export type Family = 4 | 6;
export const toolOf = (family: Family) => (family === 4 ? 'iptables' : 'ip6tables');

interface RuleTry {
  readonly family: Family;
  readonly rule: string;
  readonly module: string;
  readonly script: string;
}

/** One try for each rule in each family, and for the match of address sets, whose sets the try of ipset made. */
export const ruleTries: readonly RuleTry[] = ([4, 6] as const).flatMap((family) => [
  ...Object.entries(RULES).flatMap(([table, rules]) =>
    rules.map(({ rule, module }) => ({
      family,
      rule: `table ${table}: ${rule.replace(' ADDRESS', '')}`,
      module,
      script: `${toolOf(family)} -w 2 -t ${table} -A ${CHAINS[table] ?? natChain(rule)} ${rule.replace('ADDRESS', family === 4 ? '192.0.2.1' : '2001:db8::1')}`,
    })),
  ),
  {
    family,
    rule: 'table filter: -m set --match-set',
    module: 'xt_set',
    script: `${toolOf(family)} -w 2 -A FORWARD -m set --match-set ntsdoctor${family} src -j RETURN`,
  },
]);

/** One try for a device, a namespace or a set. */
export const DEVICE_TRIES = {
  veth: 'ip link add ntsd-a type veth peer name ntsd-b',
  bridge: 'ip link add ntsd-br type bridge; ip link set ntsd-br up; ip link set lo up',
  tap: 'ip tuntap add dev ntsd-tap mode tap',
  namespace: 'ip netns add ntsd-ns; ip -n ntsd-ns link set lo up; ip netns delete ntsd-ns',
  vxlan: 'ip link add ntsd-vx type vxlan id 1 dstport 8472 nolearning proxy',
  vlan: 'ip link add ntsd-v0 type veth peer name ntsd-v1; ip link add link ntsd-v0 name ntsd-v0.7 type vlan id 7',
  br_netfilter: 'test -e /proc/sys/net/bridge/bridge-nf-call-iptables',
  ip_forward: 'echo 1 > /proc/sys/net/ipv4/ip_forward',
  ipset4: 'ipset create ntsdoctor4 hash:net family inet; ipset add ntsdoctor4 192.0.2.0/24',
  ipset6: 'ipset create ntsdoctor6 hash:net family inet6; ipset add ntsdoctor6 2001:db8::/64',
  ebtables: `printf '%s\\n' '*nat' ':neutronMAC-tap0 RETURN' ':neutronARP-tap0 RETURN' \\
'-A neutronMAC-tap0 -i tap0 --among-src fa:16:3e:00:00:01 -j RETURN' \\
'-A neutronARP-tap0 -p ARP --arp-ip-src 192.0.2.1 -j ACCEPT' '-A neutronARP-tap0 -j DROP' \\
'-A PREROUTING -p ARP -i tap0 -j neutronARP-tap0' COMMIT | ebtables-restore --noflush; ebtables-save | grep -q among-src`,
} as const;
