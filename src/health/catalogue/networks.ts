import { problem } from '../problem.ts';

/** Networks and their subnets. */

const NETWORK = '2f1b6c1c-5a55-4f0e-b4a0-6d1f6a3c9e01';
const SUBNET = '7d1c0c0e-2b0a-4b8a-9c57-3f2e4b1d8a10';

export const networkDisabled = problem({
  code: 'network_disabled',
  title: 'Network is switched off',
  severity: 'warning',
  sentence: ({ network }: { network: string }) =>
    `network ${network} is switched off: its admin_state_up is False`,
  cause: 'Somebody switched the network off. No DHCP is served on it until it is switched on again.',
  fix: () => 'switch it on',
  command: ({ network }) => `neutron net-update ${network} --admin-state-up True`,
  example: { network: NETWORK },
});

export const networkWithoutSubnet = problem({
  code: 'network_without_subnet',
  title: 'Network has no subnet',
  severity: 'warning',
  sentence: ({ network }: { network: string }) =>
    `network ${network} has no subnet, so its ports get no addresses`,
  cause:
    'Addresses, the gateway and DHCP belong to a subnet. Nova refuses to start a machine on a network without one, and a router cannot be connected to it.',
  fix: () => 'make a subnet, with a range of addresses that is used nowhere else',
  command: ({ network }) => `neutron subnet-create ${network} 172.16.1.0/24 --dns-nameserver 9.9.9.9`,
  example: { network: NETWORK },
});

export const networkWithoutDhcpAgent = problem({
  code: 'network_without_dhcp_agent',
  title: 'No DHCP agent serves the network',
  severity: 'error',
  sentence: ({ network, agents }: { network: string; agents: string }) =>
    `no DHCP agent serves network ${network}: ${agents}`,
  cause:
    'A subnet with DHCP is served by a DHCP agent, which the server chooses among those that are alive and switched on. Without one, machines boot without an address, and without metadata.',
  fix: () =>
    "start neutron-dhcp-agent on one of the hosts, and check it with 'neutron agent-list'; the server gives it the network by itself",
  command: () => 'systemctl enable --now neutron-dhcp-agent',
  dependsOn: [
    'agent_dead',
    'agent_disabled',
    'agent_type_missing',
    'broker_unreachable',
    'broker_refuses_credentials',
  ],
  lastsSeconds: 30,
  example: { network: NETWORK, agents: 'none has ever reported' },
});

export const physicalNetworkNowhere = problem<PhysicalNetwork>({
  code: 'physical_network_nowhere',
  title: 'Physical network is mapped on no host',
  severity: 'error',
  sentence: ({ network, physicalNetwork, mapped, meant }) =>
    `network ${network} is on physical network ${physicalNetwork}, which no live host maps; mapped: ${mapped.join(', ') || 'none'}` +
    (meant === undefined ? '' : `: did you mean ${meant}?`),
  cause:
    'A flat or VLAN network names a physical network; each host says in physical_interface_mappings which of its network cards leads there. No host names a card for this one, so no port of this network can be bound anywhere. The name must be the same, letter by letter.',
  fix: ({ physicalNetwork }) =>
    `add ${physicalNetwork}:INTERFACE to physical_interface_mappings in section [linux_bridge] of /etc/neutron/plugins/ml2/linuxbridge_agent.ini on the hosts that lead there and restart neutron-linuxbridge-agent; or delete the network and create it with the name that is mapped`,
  dependsOn: ['agent_dead', 'no_agent'],
  example: { network: NETWORK, physicalNetwork: 'publik', mapped: ['public'], meant: 'public' },
});

interface PhysicalNetwork {
  network: string;
  physicalNetwork: string;
  mapped: readonly string[];
  /** The mapped name that is nearest. */
  meant?: string;
}

export const mtuAboveUnderlay = problem({
  code: 'mtu_above_underlay',
  title: 'Packets of the network are larger than what carries them',
  severity: 'warning',
  sentence: ({ network, mtu, most, type }: { network: string; mtu: number; most: number; type: string }) =>
    `network ${network} has MTU ${mtu}, and its ${type} segment carries at most ${most}`,
  cause:
    'Large packets get lost: ping and ssh work, downloads and web pages hang. The limit follows from global_physnet_mtu, path_mtu and physical_network_mtus, less what a tunnel needs (50 bytes for VXLAN over IPv4); they were changed after the network was made, or it was made by another server.',
  fix: () => 'lower the MTU of the network; machines learn it when they ask DHCP again',
  command: ({ network, most }) => `neutron net-update ${network} --mtu ${most}`,
  example: { network: NETWORK, mtu: 1500, most: 1450, type: 'vxlan' },
});

export const segmentNumbersUsedUp = problem({
  code: 'segment_numbers_used_up',
  title: 'No number is left for new networks',
  severity: 'error',
  sentence: ({ types }: { types: readonly string[] }) =>
    `no segment of type ${types.join(' or ')} is left: the next network cannot be made`,
  cause:
    'Every VLAN or VXLAN network needs a number of its own, from the ranges that the server is configured with. All of them are taken.',
  fix: ({ types }) =>
    `widen ${types.map((type) => (type === 'vlan' ? 'network_vlan_ranges' : 'vni_ranges')).join(' or ')} in /etc/neutron/plugins/ml2/ml2_conf.ini and restart neutron-server, or delete networks that nobody needs`,
  example: { types: ['vxlan'] },
});

export const subnetUsedUp = problem({
  code: 'subnet_used_up',
  title: 'Subnet has no address left',
  severity: 'error',
  sentence: ({ subnet, cidr, size }: { subnet: string; cidr: string; size: string }) =>
    `all ${size} addresses of subnet ${subnet} (${cidr}) are taken: no further port can be made on it`,
  cause:
    'Each port takes an address of the allocation pool: machines, the DHCP agent, router interfaces, floating IPs and gateways. Nova reports it as "No more IP addresses available" or simply as a machine in ERROR.',
  fix: () =>
    'delete ports or floating IPs that nobody uses, widen the allocation pool, or add a second subnet to the network',
  command: ({ subnet }) => `neutron port-list --fixed-ips subnet_id=${subnet}`,
  example: { subnet: SUBNET, cidr: '192.168.81.0/24', size: '31' },
});

export const subnetNearlyUsedUp = problem({
  code: 'subnet_nearly_used_up',
  title: 'Subnet has few addresses left',
  severity: 'warning',
  sentence: ({ subnet, cidr, left, size }: { subnet: string; cidr: string; left: string; size: string }) =>
    `of the ${size} addresses of subnet ${subnet} (${cidr}) ${left} are left`,
  cause:
    'Each port takes an address of the allocation pool. When none is left, no machine can be started there.',
  fix: () => 'widen the allocation pool, or add a second subnet to the network, before they are gone',
  command: ({ subnet }) => `neutron port-list --fixed-ips subnet_id=${subnet}`,
  dependsOn: ['subnet_used_up'],
  example: { subnet: SUBNET, cidr: '192.168.81.0/24', left: '2', size: '31' },
});

export const gatewayInPool = problem({
  code: 'gateway_in_pool',
  title: 'Gateway lies in the allocation pool',
  severity: 'error',
  sentence: ({ subnet, gateway, pool }: { subnet: string; gateway: string; pool: string }) =>
    `the gateway ${gateway} of subnet ${subnet} lies in its allocation pool ${pool}: a machine can be given its address`,
  cause:
    'Two machines with one address take the traffic from each other. When the second one has the address of the gateway, the whole network loses its way out.',
  fix: () => 'take the gateway’s address out of the allocation pool',
  example: { subnet: SUBNET, gateway: '192.168.81.254', pool: '192.168.81.100-192.168.81.254' },
});

export const gatewayOutsideSubnet = problem({
  code: 'gateway_outside_subnet',
  title: 'Gateway is not on the subnet',
  severity: 'error',
  sentence: ({ subnet, gateway, cidr }: { subnet: string; gateway: string; cidr: string }) =>
    `the gateway ${gateway} of subnet ${subnet} is not one of its addresses (${cidr})`,
  cause:
    'A machine can hand packets only to a neighbour on its own subnet. With a gateway elsewhere it reaches nothing beyond its network.',
  fix: () => 'set the gateway to an address of the subnet',
  example: { subnet: SUBNET, gateway: '192.168.18.254', cidr: '192.168.81.0/24' },
});

export const subnetWithoutGateway = problem({
  code: 'subnet_without_gateway',
  title: 'Subnet has no gateway',
  severity: 'info',
  sentence: ({ subnet }: { subnet: string }) =>
    `subnet ${subnet} has no gateway: its machines get no default route from it`,
  cause:
    'It was made with --no-gateway. That is right for a network that leads nowhere, and for nothing else.',
  fix: () => 'set a gateway if its machines shall reach other networks',
  example: { subnet: SUBNET },
});

export const subnetWithoutNameserver = problem({
  code: 'subnet_without_nameserver',
  title: 'Subnet names no DNS server',
  severity: 'info',
  sentence: ({ subnet }: { subnet: string }) =>
    `subnet ${subnet} names no DNS server: its machines are told to ask the DHCP agent, which knows other names only if dnsmasq_dns_servers or dnsmasq_local_resolv says where to ask`,
  cause:
    'Machines reach addresses such as 9.9.9.9 and no names: "Temporary failure in name resolution", while ping by number works.',
  fix: () => 'name a DNS server that the machines reach; they learn it when they ask DHCP again',
  command: ({ subnet }) => `neutron subnet-update ${subnet} --dns-nameserver 9.9.9.9`,
  example: { subnet: SUBNET },
});

export const subnetWithoutDhcp = problem({
  code: 'subnet_without_dhcp',
  title: 'Subnet has no DHCP',
  severity: 'info',
  sentence: ({ subnet }: { subnet: string }) =>
    `subnet ${subnet} has DHCP switched off: its machines must be told their addresses in another way`,
  cause:
    'It was made with --disable-dhcp, which is right for the external network. A machine on such a subnet boots without an address, unless its image reads it from the configuration drive.',
  fix: () => 'switch DHCP on if machines are started on it',
  command: ({ subnet }) => `neutron subnet-update ${subnet} --enable-dhcp`,
  example: { subnet: SUBNET },
});
