import type { Scenario } from '../scenario.ts';

const GUIDE = 'the guide';
const row = (number: number) => `row ${number} of what hurts users`;

/** A DHCP server of the office, on the LAN's gateway. */
const officeDhcp = (first: string, last: string) => ({
  host: 'outside',
  run: `dnsmasq --conf-file=/dev/null --port=0 --interface=eno1 --bind-interfaces --no-ping \
--dhcp-range=${first},${last},255.255.255.0,1h --dhcp-leasefile=/run/office.leases --pid-file=/run/office.pid`,
});
const REFUSE = '--dport 8472 -j REJECT --reject-with icmp-host-prohibited';
const noOfficeDhcp = { host: 'outside', run: 'kill $(cat /run/office.pid)' };

const gateway = (address: string) => ({
  host: 'controller',
  run: `neutron subnet-update $PUBLIC_SUBNET --gateway ${address}`,
});
const pool = (start: string, end: string) => ({
  host: 'controller',
  run: `neutron subnet-update $PUBLIC_SUBNET --allocation-pool start=${start},end=${end}`,
});
const guidePool = pool('192.168.81.100', '192.168.81.200');
const extra = (change: 'add' | 'del', address: string) => ({
  host: 'outside',
  run: `ip address ${change} ${address} dev eno1`,
});

/** The LAN outside the hosts: the way between them, and the office network that the provider network is. */
export const lan: readonly Scenario[] = [
  {
    name: 'MTU of the tunnel card lowered',
    source: row(7),
    lab: 'embedded',
    fault: [{ host: 'compute', run: 'ip link set eno1 mtu 1400' }],
    undo: [{ host: 'compute', run: 'ip link set eno1 mtu 1500' }],
    ask: { doctor: 'compute' },
    first: 'nic_mtu_small',
  },
  {
    name: 'a narrow link on the way to the other host',
    source: row(7),
    lab: 'embedded',
    fault: [{ host: 'compute', run: 'ip link set eno1 mtu 1400' }],
    undo: [{ host: 'compute', run: 'ip link set eno1 mtu 1500' }],
    ask: { doctor: 'controller' },
    first: 'underlay_mtu_small',
  },
  {
    name: 'the other host is not there',
    source: row(16),
    lab: 'embedded',
    fault: [{ host: 'compute', run: 'ip link set eno1 down' }],
    undo: [{ host: 'compute', run: 'ip link set eno1 up && ip route replace default via 192.168.81.254' }],
    ask: { doctor: 'controller' },
    first: 'peer_unreachable',
  },
  {
    name: "the other host's firewall refuses VXLAN, as that of the guide's distribution does",
    source: row(16),
    lab: 'embedded',
    fault: [{ host: 'compute', run: `iptables -I INPUT -p udp ${REFUSE}` }],
    undo: [{ host: 'compute', run: `iptables -D INPUT -p udp ${REFUSE}` }],
    ask: { doctor: 'controller' },
    first: 'vxlan_refused',
  },
  {
    name: 'local_ip is used twice on the LAN',
    source: row(22),
    lab: 'embedded',
    fault: [extra('add', '192.168.81.65/32')],
    undo: [extra('del', '192.168.81.65/32')],
    ask: { doctor: 'compute' },
    first: 'address_used_twice',
  },
  {
    name: 'default gateway that does not exist',
    source: row(9),
    lab: 'embedded',
    fault: [{ host: 'compute', run: 'ip route replace default via 192.168.81.99' }],
    undo: [{ host: 'compute', run: 'ip route replace default via 192.168.81.254' }],
    ask: { doctor: 'compute' },
    first: 'default_gateway_silent',
  },
  {
    name: 'public CIDR that is not the LAN',
    source: GUIDE,
    lab: 'embedded',
    fault: [
      {
        host: 'controller',
        run: 'neutron subnet-create $PUBLIC 192.168.85.0/24 --name elsewhere --gateway 192.168.85.1 --disable-dhcp',
      },
    ],
    undo: [{ host: 'controller', run: 'neutron subnet-delete elsewhere' }],
    ask: { doctor: 'controller' },
    first: 'subnet_not_the_lan',
  },
  {
    name: 'gateway of the public subnet that does not exist',
    source: row(9),
    lab: 'embedded',
    fault: [gateway('192.168.81.1')],
    undo: [gateway('192.168.81.254')],
    ask: { doctor: 'controller' },
    first: 'provider_gateway_silent',
  },
  {
    name: 'gateway of the public subnet is the controller',
    source: row(9),
    lab: 'embedded',
    fault: [gateway('192.168.81.66')],
    undo: [gateway('192.168.81.254')],
    ask: { doctor: 'controller' },
    first: 'gateway_is_this_host',
  },
  {
    name: 'pool with an address that a machine of the office uses',
    source: GUIDE,
    lab: 'embedded',
    fault: [extra('add', '192.168.81.205/24'), pool('192.168.81.100', '192.168.81.210')],
    undo: [guidePool, extra('del', '192.168.81.205/24')],
    ask: { doctor: 'compute' },
    first: 'pool_address_in_use',
  },
  {
    name: 'pool that holds the hosts themselves',
    source: GUIDE,
    lab: 'embedded',
    fault: [pool('192.168.81.60', '192.168.81.200')],
    undo: [guidePool],
    ask: { doctor: 'controller' },
    first: 'pool_address_in_use',
  },
  {
    name: 'a second DHCP server on the office LAN',
    source: GUIDE,
    lab: 'embedded',
    fault: [officeDhcp('192.168.81.210', '192.168.81.220')],
    undo: [noOfficeDhcp],
    ask: { doctor: 'controller', words: ['--ask-lan'] },
    first: 'two_dhcp_servers',
  },
  {
    name: 'the office gives away addresses of the pool',
    source: GUIDE,
    lab: 'embedded',
    fault: [
      { host: 'controller', run: 'neutron subnet-update $PUBLIC_SUBNET --disable-dhcp' },
      officeDhcp('192.168.81.150', '192.168.81.160'),
    ],
    undo: [noOfficeDhcp, { host: 'controller', run: 'neutron subnet-update $PUBLIC_SUBNET --enable-dhcp' }],
    ask: { doctor: 'compute', words: ['--ask-lan'] },
    first: 'dhcp_range_in_pool',
  },
  {
    name: 'virtual machines on an office LAN with its own DHCP server',
    source: GUIDE,
    lab: 'provider-only',
    fault: [officeDhcp('192.168.81.210', '192.168.81.220')],
    undo: [noOfficeDhcp],
    ask: { doctor: 'compute', words: ['--ask-lan'] },
    first: 'two_dhcp_servers',
  },
];
