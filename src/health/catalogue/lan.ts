import { problem } from '../problem.ts';

/** The physical LAN on which provider networks are: what the database says of it, and what is there. */

const CARD = ['mapped_nic_missing', 'mapped_nic_down', 'mapped_nic_no_carrier', 'mapped_nic_is_bridge'];

export const defaultGatewaySilent = problem({
  code: 'default_gateway_silent',
  title: "The host's default gateway does not answer",
  severity: 'error',
  sentence: ({ gateway, device }: { gateway: string; device: string }) =>
    `${gateway}, the default gateway of this host, does not answer on ${device}`,
  cause:
    'What is not on the LAN itself is sent to the default gateway. No machine on the LAN says that it has this address: it is off, the cable is out, or the address is not the right one.',
  fix: () => "see that the gateway runs, or correct the host's default route",
  command: ({ gateway }) => `ip route show default; ip neigh show ${gateway}`,
  dependsOn: [...CARD, 'address_on_bridged_nic', 'address_used_twice'],
  example: { gateway: '192.168.81.254', device: 'eno1' },
});

export const subnetNotTheLan = problem<Elsewhere>({
  code: 'subnet_not_the_lan',
  title: 'The subnet of the provider network is not that of the LAN',
  severity: 'error',
  sentence: ({ subnet, cidr, device, present }) =>
    `subnet ${subnet} is ${cidr}, but the LAN on ${device} is ${present.join(', ')}`,
  cause:
    'The subnet of a provider network describes a LAN that exists: its addresses, its gateway. Routers and machines get addresses from it and talk to the LAN with them. With the addresses of some other LAN nobody there answers, and floating IPs lead nowhere.',
  fix: ({ subnet, present }) =>
    `create the subnet with the LAN's own values, and with a pool of addresses that nobody uses there, in place of ${subnet}; if ${subnet} is meant to be a second range on the same cable (beside ${present.join(', ')}), its gateway must be there`,
  command: ({ network, present, gateway }) =>
    `neutron subnet-create ${network} ${present[0]} --gateway ${gateway ?? 'ADDRESS'} --disable-dhcp --allocation-pool start=FIRST_ADDRESS,end=LAST_ADDRESS`,
  dependsOn: CARD,
  example: {
    network: 'public',
    subnet: 'public',
    cidr: '203.0.113.0/24',
    device: 'eno1',
    present: ['192.168.81.0/24'],
    gateway: '192.168.81.254',
  },
});

interface Elsewhere {
  network: string;
  subnet: string;
  cidr: string;
  device: string;
  /** CIDRs of the card's own addresses. */
  present: readonly string[];
  /** The LAN's router, as far as this host knows it. */
  gateway?: string;
}

export const subnetPrefixDiffers = problem<Elsewhere>({
  code: 'subnet_prefix_differs',
  title: 'The subnet of the provider network is larger or smaller than the LAN',
  severity: 'warning',
  sentence: ({ subnet, cidr, device, present }) =>
    `subnet ${subnet} is ${cidr}, but the LAN on ${device} is ${present.join(', ')}`,
  cause:
    'Who thinks that an address is on the LAN asks for it there; who does not sends it to the gateway. When the two sides disagree on the size of the LAN, some machines of it are not reached from virtual machines, or the other way round.',
  fix: ({ present }) =>
    `create the subnet as ${present[0]}, and keep the addresses that are Neutron's apart by its allocation pool`,
  dependsOn: CARD,
  example: {
    network: 'public',
    subnet: 'public',
    cidr: '192.168.81.0/25',
    device: 'eno1',
    present: ['192.168.81.0/24'],
  },
});

export const providerGatewaySilent = problem<Gateway & { device: string }>({
  code: 'provider_gateway_silent',
  title: 'The gateway of a provider subnet does not answer',
  severity: 'error',
  sentence: ({ gateway, subnet, device }) =>
    `${gateway}, the gateway of subnet ${subnet}, does not answer on ${device}`,
  cause:
    'Routers send what leaves the cloud to the gateway of the external subnet. No machine on that LAN says that it has this address, so nothing gets out, and floating IPs are reached from the LAN alone.',
  fix: ({ subnet, meant }) =>
    `set the gateway of ${subnet} to the address of the LAN's router${meant === undefined ? '' : `, which is ${meant} for this host`}`,
  command: ({ subnet, meant }) => `neutron subnet-update ${subnet} --gateway ${meant ?? 'ADDRESS'}`,
  dependsOn: [
    ...CARD,
    'subnet_not_the_lan',
    'default_gateway_silent',
    'router_namespace_missing',
    'router_interface_missing',
    'router_interface_down',
    'tap_not_in_bridge',
    'uplink_not_in_bridge',
    'uplink_missing',
    'uplink_down',
    'bridge_missing',
    'bridge_down',
  ],
  example: { gateway: '192.168.81.1', subnet: 'public', device: 'eno1', meant: '192.168.81.254' },
});

interface Gateway {
  gateway: string;
  subnet: string;
  /** The LAN's router, when this host knows it. */
  meant?: string;
}

export const gatewayIsThisHost = problem<Gateway>({
  code: 'gateway_is_this_host',
  title: 'The gateway of a provider subnet is a host that forwards nothing',
  severity: 'error',
  sentence: ({ gateway, subnet }) =>
    `${gateway}, the gateway of subnet ${subnet}, is this host itself, which forwards no packets`,
  cause:
    "Routers send what leaves the cloud to the gateway of the external subnet: the LAN's router. This host takes the packets and drops them, because net.ipv4.ip_forward is 0.",
  fix: ({ subnet }) =>
    `set the gateway of ${subnet} to the address of the LAN's router; or, if this host is meant to be that router, switch forwarding on`,
  command: ({ subnet, meant }) => `neutron subnet-update ${subnet} --gateway ${meant ?? 'ADDRESS'}`,
  example: { gateway: '192.168.81.66', subnet: 'public' },
});

const PLACEHOLDER = [{ start: 'FIRST_ADDRESS', end: 'LAST_ADDRESS' }];

export const poolAddressInUse = problem<Pool & { used: readonly string[] }>({
  code: 'pool_address_in_use',
  title: 'Addresses of the allocation pool are in use on the LAN',
  severity: 'error',
  sentence: ({ subnet, used }) =>
    `the allocation pool of subnet ${subnet} holds addresses that machines of the LAN use: ${used.join(', ')}`,
  cause:
    'Neutron gives the addresses of the pool to routers, floating IPs and virtual machines without asking the LAN. An address that somebody there has already works for one of the two now and then.',
  fix: ({ subnet }) =>
    `make the pool of ${subnet} a range that the LAN's DHCP server and its administrator keep free; the line below only leaves out what is used now`,
  command: ({ subnet, rest }) =>
    `neutron subnet-update ${subnet} ${(rest.length > 0 ? rest : PLACEHOLDER).map(({ start, end }) => `--allocation-pool start=${start},end=${end}`).join(' ')}`,
  dependsOn: ['subnet_not_the_lan'],
  example: {
    subnet: 'public',
    used: ['192.168.81.150 (02:00:5e:10:00:01)'],
    rest: [
      { start: '192.168.81.100', end: '192.168.81.149' },
      { start: '192.168.81.151', end: '192.168.81.200' },
    ],
  },
});

interface Pool {
  subnet: string;
  /** The allocation pools without what is in use. */
  rest: readonly { readonly start: string; readonly end: string }[];
}

interface OtherServer {
  subnet: string;
  server: string;
  device: string;
}

export const twoDhcpServers = problem({
  code: 'two_dhcp_servers',
  title: 'Two DHCP servers on one LAN',
  severity: 'error',
  sentence: ({ subnet, server, device }: OtherServer) =>
    `the LAN on ${device} has a DHCP server at ${server}, and Neutron serves DHCP there too, for subnet ${subnet}`,
  cause:
    "Neutron's DHCP server answers the machines of Neutron alone, by their MACs; the other one answers everybody, virtual machines too, which then get an address of which Neutron knows nothing, so that it drops their packets. Which of the two is faster changes.",
  fix: ({ subnet }) =>
    `switch DHCP off for subnet ${subnet}, which routers and floating IPs do not need; if virtual machines are plugged into this network, let the other server leave out their MACs`,
  command: ({ subnet }) => `neutron subnet-update ${subnet} --disable-dhcp`,
  example: { subnet: 'public', server: '192.168.81.1', device: 'eno1' },
});

export const dhcpRangeInPool = problem({
  code: 'dhcp_range_in_pool',
  title: "The LAN's DHCP server gives away addresses of the allocation pool",
  severity: 'error',
  sentence: ({ subnet, server, offered }: OtherServer & { offered: string }) =>
    `the DHCP server ${server} of the LAN offers ${offered}, which is in the allocation pool of subnet ${subnet}`,
  cause:
    'Neutron gives the addresses of the pool to routers and floating IPs, the DHCP server of the LAN gives them to laptops and telephones: neither asks the other. Sooner or later two machines have the same address.',
  fix: ({ subnet }) =>
    `make the pool of ${subnet} a range that the DHCP server leaves out, or have the DHCP server leave out the pool`,
  command: ({ subnet }) =>
    `neutron subnet-update ${subnet} --allocation-pool start=FIRST_ADDRESS,end=LAST_ADDRESS`,
  example: { subnet: 'public', server: '192.168.81.1', device: 'eno1', offered: '192.168.81.120' },
});

export const externalNetworkServesDhcp = problem({
  code: 'external_network_serves_dhcp',
  title: 'DHCP is served on an external network',
  severity: 'info',
  sentence: ({ subnet, network }: { subnet: string; network: string }) =>
    `subnet ${subnet} of the external network ${network} has enable_dhcp on`,
  cause:
    'Neutron then runs a DHCP server on the physical LAN. It answers only the ports of Neutron, so it does no harm as long as the LAN has no other; routers and floating IPs do not need it.',
  fix: () =>
    "unless virtual machines are plugged into this network, switch it off; 'neutron-doctor --ask-lan' says whether the LAN has another DHCP server",
  command: ({ subnet }) => `neutron subnet-update ${subnet} --disable-dhcp`,
  dependsOn: ['two_dhcp_servers'],
  example: { subnet: 'public', network: 'public' },
});
