import { problem } from '../problem.ts';

/** Why packets do not get along within a network: taps, bridges, tunnels, and the LAN below them. */

const AGENT = ['agent_dead'];
/** The other end of the taps of Neutron's own ports. */
const IN_NAMESPACES = ['router_namespace_missing', 'router_interface_missing', 'dhcp_namespace_missing'];

export const tapMissing = problem({
  code: 'tap_missing',
  title: "A port's device is not on its host",
  severity: 'error',
  sentence: ({ device, port }: { device: string; port: string }) =>
    `there is no ${device}, the device of port ${port}`,
  cause:
    "Nova makes a machine's device, tap…, when it starts it; agents make those of routers and DHCP. Without it the port is plugged in nowhere.",
  fix: () =>
    'start the machine (nova start, or virsh on this host shows why it does not run), or the agent whose port it is',
  dependsOn: IN_NAMESPACES,
  example: { device: 'tape3b0c442-98', port: 'vm1' },
});

export const tapDown = problem({
  code: 'tap_down',
  title: "A port's device is down",
  severity: 'error',
  sentence: ({ device, port }: { device: string; port: string }) => `${device} of port ${port} is down`,
  cause: 'A device that is down carries nothing. The agent sets it up when it wires the port.',
  fix: () => 'set it up',
  command: ({ device }) => `ip link set ${device} up`,
  safe: true,
  dependsOn: ['tap_missing', 'port_disabled'],
  example: { device: 'tape3b0c442-98', port: 'vm1' },
});

export const tapUnplugged = problem({
  code: 'tap_unplugged',
  title: 'Nothing is plugged into a port',
  severity: 'error',
  sentence: ({ device, port }: { device: string; port: string }) =>
    `${device} of port ${port} has no carrier: nobody holds its other end`,
  cause: 'The device is there, and the machine behind it does not run, or has its network card switched off.',
  fix: () => 'see whether the machine runs, and look at its console',
  dependsOn: ['tap_missing', 'tap_down', 'router_interface_down', ...IN_NAMESPACES],
  example: { device: 'tape3b0c442-98', port: 'vm1' },
});

export const tapNotInBridge = problem({
  code: 'tap_not_in_bridge',
  title: "A port's device is not in its network's bridge",
  severity: 'error',
  sentence: ({ device, bridge, master }: { device: string; bridge: string; master: string | null }) =>
    `${device} belongs into bridge ${bridge}, and is in ${master ?? 'none'}`,
  cause:
    'Each network is a Linux bridge, brq…, on every host that carries it: ports on the same host reach each other through it, and the rest through its uplink.',
  fix: () => 'put it there',
  command: ({ device, bridge }) => `ip link set ${device} master ${bridge}`,
  safe: true,
  dependsOn: ['tap_missing', 'bridge_missing'],
  example: { device: 'tape3b0c442-98', bridge: 'brq5f3c9a1e-2b', master: null },
});

export const deviceMtu = problem({
  code: 'device_mtu_differs',
  title: "A device's MTU is not its network's",
  severity: 'warning',
  sentence: ({ device, mtu, wanted }: { device: string; mtu: number; wanted: number }) =>
    `${device} has MTU ${mtu}, and its network ${wanted}`,
  cause:
    'The MTU is the size of the largest packet. Small packets pass a device whose MTU is too small, and large ones vanish: a ping works, and ssh or a web page hangs.',
  fix: () => 'set it',
  command: ({ device, wanted }) => `ip link set ${device} mtu ${wanted}`,
  safe: true,
  dependsOn: ['tap_missing'],
  example: { device: 'tape3b0c442-98', mtu: 1500, wanted: 1450 },
});

export const bridgeMissing = problem({
  code: 'bridge_missing',
  title: "A network's bridge is not on the host",
  severity: 'error',
  sentence: ({ bridge, network }: { bridge: string; network: string }) =>
    `there is no ${bridge}, the bridge of network ${network}`,
  cause:
    "The agent makes a network's bridge on a host when the first port of the network comes there, and cannot where it lacks the card or the tunnel. Its log tells.",
  fix: () => 'let the agent wire the port anew, and read its log if that does not help',
  command: () => 'systemctl restart neutron-linuxbridge-agent',
  dependsOn: [...AGENT, 'physical_network_unmapped', 'tunnel_type_disabled'],
  example: { bridge: 'brq5f3c9a1e-2b', network: 'private' },
});

export const bridgeDown = problem({
  code: 'bridge_down',
  title: "A network's bridge is down",
  severity: 'error',
  sentence: ({ bridge, network }: { bridge: string; network: string }) =>
    `${bridge}, the bridge of network ${network}, is down`,
  cause: 'A bridge that is down carries nothing between its ports.',
  fix: () => 'set it up',
  command: ({ bridge }) => `ip link set ${bridge} up`,
  safe: true,
  example: { bridge: 'brq5f3c9a1e-2b', network: 'private' },
});

export const uplinkMissing = problem({
  code: 'uplink_missing',
  title: 'A network has no way out of the host',
  severity: 'error',
  sentence: ({ device, network }: { device: string; network: string }) =>
    `there is no ${device}, by which network ${network} leaves this host`,
  cause:
    'A network reaches other hosts through a vxlan device, or through the network card of its physical network. That device is gone.',
  fix: () => 'let the agent make it anew; a network card must be found by the kernel first (ip link)',
  command: () => 'systemctl restart neutron-linuxbridge-agent',
  dependsOn: [...AGENT, 'bridge_missing', 'kernel_without_vxlan'],
  example: { device: 'vxlan-17', network: 'private' },
});

export const uplinkDown = problem({
  code: 'uplink_down',
  title: "A network's way out of the host is down",
  severity: 'error',
  sentence: ({ device, network }: { device: string; network: string }) =>
    `${device}, by which network ${network} leaves this host, is down`,
  cause: 'A device that is down carries nothing.',
  fix: () => 'set it up',
  command: ({ device }) => `ip link set ${device} up`,
  safe: true,
  dependsOn: ['uplink_missing'],
  example: { device: 'vxlan-17', network: 'private' },
});

export const uplinkNotInBridge = problem({
  code: 'uplink_not_in_bridge',
  title: "A network's way out of the host is not in its bridge",
  severity: 'error',
  sentence: ({ device, bridge, master }: { device: string; bridge: string; master: string | null }) =>
    `${device} belongs into bridge ${bridge}, and is in ${master ?? 'none'}`,
  cause:
    'A network reaches other hosts through a vxlan device, or the network card of its physical network, in its bridge. Here the two are not joined: ports on this host reach only each other.',
  fix: () => 'put it there',
  command: ({ device, bridge }) => `ip link set ${device} master ${bridge}`,
  dependsOn: ['uplink_missing', 'bridge_missing'],
  example: { device: 'vxlan-17', bridge: 'brq5f3c9a1e-2b', master: null },
});

export const fdbEntryMissing = problem({
  code: 'fdb_entry_missing',
  title: 'The tunnel does not know where a machine is',
  severity: 'error',
  sentence: ({ device, mac, port, tunnel, instead }: Forwarding) =>
    instead.length === 0
      ? `${device} has no forwarding entry for ${mac} of port ${port}, which is behind ${tunnel}`
      : `${device} sends what is for ${mac} of port ${port} to ${instead.join(', ')}, and it is behind ${tunnel}`,
  cause:
    'With l2population the server tells each host behind which tunnel address a MAC is; the agent writes that into the forwarding table (fdb) of the vxlan device. Without the entry, packets for that machine do not leave this host.',
  fix: () =>
    'write the entry; the agent does so by itself within a minute, unless it never heard of it: then restart it',
  command: ({ device, mac, tunnel }) => `bridge fdb replace ${mac} dev ${device} dst ${tunnel}`,
  safe: true,
  dependsOn: [...AGENT, 'uplink_missing'],
  example: {
    device: 'vxlan-17',
    mac: 'fa:16:3e:12:34:56',
    port: 'vm2',
    tunnel: '192.168.81.66',
    instead: [],
  },
});

interface Forwarding {
  readonly device: string;
  readonly mac: string;
  readonly port: string;
  readonly tunnel: string;
  /** Where the kernel sends it now. */
  readonly instead: readonly string[];
}

export const floodEntryMissing = problem({
  code: 'flood_entry_missing',
  title: 'The tunnel floods a host not',
  severity: 'warning',
  sentence: ({ device, tunnel }: { device: string; tunnel: string }) =>
    `${device} does not send broadcasts to ${tunnel}`,
  cause:
    'Broadcasts, such as the DHCP request of a machine that starts, are sent to every host of the network. This one is not among them.',
  fix: () => 'add the entry; the agent does so by itself within a minute',
  command: ({ device, tunnel }) => `bridge fdb append 00:00:00:00:00:00 dev ${device} dst ${tunnel}`,
  safe: true,
  dependsOn: [...AGENT, 'uplink_missing', 'fdb_entry_missing'],
  example: { device: 'vxlan-17', tunnel: '192.168.81.66' },
});

export const neighbourMissing = problem({
  code: 'neighbour_missing',
  title: 'The tunnel answers no ARP for a machine',
  severity: 'error',
  sentence: ({ device, address, mac, instead }: Neighbour) =>
    instead === null
      ? `${device} answers ARP for the machines behind it, and has no neighbour entry for ${address}`
      : `${device} answers ARP for ${address} with ${instead}, and it is ${mac}`,
  cause:
    'With arp_responder the vxlan device itself answers who has an address, from its neighbour table, and passes the question not on. Without the entry nobody answers.',
  fix: () => 'write the entry; the agent does so by itself within a minute',
  command: ({ device, address, mac }) =>
    `ip neigh replace ${address} lladdr ${mac} dev ${device} nud permanent`,
  safe: true,
  dependsOn: [...AGENT, 'uplink_missing'],
  example: { device: 'vxlan-17', address: '172.16.1.4', mac: 'fa:16:3e:12:34:56', instead: null },
});

interface Neighbour {
  readonly device: string;
  readonly address: string;
  readonly mac: string;
  /** The MAC that it answers with now. */
  readonly instead: string | null;
}

export const machineSilent = problem({
  code: 'machine_silent',
  title: 'A machine does not answer for its address',
  severity: 'error',
  sentence: ({ address, from }: { address: string; from: string }) =>
    `nobody answers ARP for ${address} on its own network, asked from ${from}`,
  cause:
    'Every machine that is up and has its address answers ARP, whatever its security groups say. This one has not configured the address, has not started yet, or does not run.',
  fix: () => 'look at its console: did it get its address by DHCP?',
  dependsOn: [
    'tap_missing',
    'tap_down',
    'tap_unplugged',
    'tap_not_in_bridge',
    'uplink_missing',
    'uplink_down',
    'uplink_not_in_bridge',
    'fdb_entry_missing',
    'neighbour_missing',
    'peer_unreachable',
    'bridge_missing',
    'bridge_down',
    'spoofing_filter_drops',
  ],
  example: { address: '172.16.1.4', from: 'qdhcp-5f3c9a1e on controller' },
});
