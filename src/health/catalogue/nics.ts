import { problem } from '../problem.ts';

/** Network cards and addresses that the configuration of a host names. */

const INI = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';
const MAPPINGS = 'physical_interface_mappings';

interface Mapped {
  physicalNetwork: string;
  device: string;
}

export const mappingMalformed = problem({
  code: 'mapping_malformed',
  title: 'Mapping of a physical network cannot be read',
  severity: 'error',
  sentence: ({ option, pair }: { option: string; pair: string }) =>
    `'${pair}' in ${option} is not of the form PHYSICAL_NETWORK:DEVICE`,
  cause:
    'The option pairs the name of each physical network with the network card that leads there. The agent does not start while a pair cannot be read.',
  fix: ({ option }) =>
    `correct ${option} in section [linux_bridge] of ${INI}, for example public:eno1, and restart neutron-linuxbridge-agent`,
  example: { option: MAPPINGS, pair: 'public eno1' },
});

export const mappingTwice = problem({
  code: 'mapping_twice',
  title: 'Physical network or device is mapped twice',
  severity: 'error',
  sentence: ({ option, word, pairs }: { option: string; word: string; pairs: readonly string[] }) =>
    `${option} names ${word} more than once: ${pairs.join(', ')}`,
  cause:
    'A physical network has one device on a host, and a device leads to one physical network. The agent does not start while a name stands there twice.',
  fix: ({ option }) =>
    `leave one pair of them in ${option} in section [linux_bridge] of ${INI}, and restart neutron-linuxbridge-agent`,
  example: { option: MAPPINGS, word: 'eno1', pairs: ['public:eno1', 'lan:eno1'] },
});

interface NoSuchNic extends Mapped {
  present: readonly string[];
  /** The card that was probably meant. */
  meant?: string;
}

export const mappedNicMissing = problem<NoSuchNic>({
  code: 'mapped_nic_missing',
  title: 'Mapped network card does not exist',
  severity: 'error',
  sentence: ({ physicalNetwork, device, present, meant }) =>
    `there is no ${device}, to which physical network ${physicalNetwork} is mapped; there are: ${present.join(', ') || 'none'}` +
    (meant === undefined ? '' : `: did you mean ${meant}?`),
  cause:
    'The mapping names the network card that leads to the physical network. Names of cards change with the machine, its slots and its kernel: a file copied from another host often names a card that this host does not have. The agent does not start.',
  fix: ({ physicalNetwork, meant }) =>
    `set ${MAPPINGS} = ${physicalNetwork}:${meant ?? 'DEVICE'} in section [linux_bridge] of ${INI}, and restart neutron-linuxbridge-agent`,
  example: { physicalNetwork: 'public', device: 'eth0', present: ['eno1'], meant: 'eno1' },
});

export const mappedNicIsBridge = problem({
  code: 'mapped_nic_is_bridge',
  title: 'Mapped device is a bridge itself',
  severity: 'error',
  sentence: ({ physicalNetwork, device }: Mapped & { members: readonly string[] }) =>
    `${device}, to which physical network ${physicalNetwork} is mapped, is a bridge device itself`,
  cause:
    'The agent puts the mapped network card into a bridge that it makes for the network. A bridge cannot be put into a bridge, so the agent does not start.',
  fix: ({ physicalNetwork, device, members }) =>
    `in section [linux_bridge] of ${INI}, name the card${members.length > 0 ? ` (${members.join(' or ')} is in ${device})` : ''}, or keep the bridge with bridge_mappings = ${physicalNetwork}:${device} instead of ${MAPPINGS}; restart neutron-linuxbridge-agent`,
  example: { physicalNetwork: 'public', device: 'br0', members: ['eno1'] },
});

export const mappedBridgeMissing = problem({
  code: 'mapped_bridge_missing',
  title: 'Mapped bridge does not exist',
  severity: 'error',
  sentence: ({ physicalNetwork, device }: Mapped) =>
    `${device}, to which bridge_mappings maps physical network ${physicalNetwork}, is no bridge of this host`,
  cause:
    'bridge_mappings names bridges that the administrator makes, before the agent starts. It does not start without.',
  fix: () => `make the bridge, or map the network card by ${MAPPINGS} instead`,
  command: ({ device }) => `ip link add ${device} type bridge && ip link set ${device} up`,
  example: { physicalNetwork: 'public', device: 'br0' },
});

export const mappedNicDown = problem({
  code: 'mapped_nic_down',
  title: 'Mapped network card is switched off',
  severity: 'error',
  sentence: ({ physicalNetwork, device }: Mapped) =>
    `${device}, to which physical network ${physicalNetwork} is mapped, is down`,
  cause:
    'A network card carries packets only when it is switched on (state UP). Networks on this physical network work on no port of this host.',
  fix: () => 'switch it on, and have the configuration of the system switch it on at boot',
  command: ({ device }) => `ip link set ${device} up`,
  safe: true,
  example: { physicalNetwork: 'public', device: 'eno1' },
});

export const mappedNicNoCarrier = problem({
  code: 'mapped_nic_no_carrier',
  title: 'Mapped network card has no link',
  severity: 'error',
  sentence: ({ physicalNetwork, device }: Mapped) =>
    `${device}, to which physical network ${physicalNetwork} is mapped, sees nobody at the other end of its cable`,
  cause:
    'The card is switched on, but the cable is out or broken, or the port of the switch is off. Networks on this physical network work on no port of this host.',
  fix: () =>
    'look at the cable, the port of the switch, and the lamp beside the socket; or map the card that has the cable',
  dependsOn: ['mapped_nic_down'],
  example: { physicalNetwork: 'public', device: 'eno2' },
});

export const mappedNicElsewhere = problem({
  code: 'mapped_nic_elsewhere',
  title: 'Mapped network card is in a bridge or bond of others',
  severity: 'error',
  sentence: ({ physicalNetwork, device, master }: Mapped & { master: string; kind: string }) =>
    `${device}, to which physical network ${physicalNetwork} is mapped, is already in ${master}`,
  cause:
    'A network card can be in one bridge only. The agent wants it in the bridge of its network, somebody else (libvirt, the configuration of the system, another agent) put it elsewhere; one of the two loses its network.',
  fix: ({ physicalNetwork, device, master, kind }) =>
    kind === 'bridge'
      ? `use that bridge: bridge_mappings = ${physicalNetwork}:${master} in section [linux_bridge] of ${INI}; or take ${device} out of it for good`
      : `map ${master} itself: ${MAPPINGS} = ${physicalNetwork}:${master} in section [linux_bridge] of ${INI}`,
  example: { physicalNetwork: 'public', device: 'eno1', master: 'virbr0', kind: 'bridge' },
});

export const addressOnBridgedNic = problem({
  code: 'address_on_bridged_nic',
  title: 'Address is on a network card that is in a bridge',
  severity: 'error',
  sentence: ({
    device,
    bridge,
    addresses,
  }: {
    device: string;
    bridge: string;
    addresses: readonly string[];
  }) => `${addresses.join(', ')} is on ${device}, which is in bridge ${bridge}: it belongs on ${bridge}`,
  cause:
    'Once a card is in a bridge, what arrives on it goes to the bridge. The agent moves the addresses there; something (a DHCP client, NetworkManager, ifup) has put one on the card again. Packets for it are lost, or answers go out the wrong way.',
  fix: () =>
    'move the address to the bridge, and keep the configuration of the system from giving the card an address while it is in a bridge',
  command: ({ device, bridge, addresses }) =>
    addresses
      .map((one) => `ip address replace ${one} dev ${bridge}; ip address del ${one} dev ${device}`)
      .join('; '),
  dependsOn: ['mapped_nic_elsewhere'],
  example: { device: 'eno1', bridge: 'brq83029102-f9', addresses: ['192.168.81.66/24'] },
});

export const localIpMissing = problem({
  code: 'local_ip_missing',
  title: 'local_ip is no address of this host',
  severity: 'error',
  sentence: ({ localIp, present }: { localIp: string; present: readonly string[] }) =>
    `local_ip = ${localIp} is on no interface of this host; its addresses: ${present.join(', ') || 'none'}`,
  cause:
    "Hosts send each other the packets of private networks to their local_ip, so each host's file has its own. Often the file was copied from the other host, or the address has changed. The agent does not start.",
  fix: () =>
    `set local_ip in section [vxlan] of ${INI} to the address of this host that the other hosts reach, and restart neutron-linuxbridge-agent`,
  dependsOn: ['host_without_address'],
  example: { localIp: '192.168.81.66', present: ['192.168.81.65'] },
});

export const localIpUnset = problem({
  code: 'local_ip_unset',
  title: 'local_ip is not set',
  severity: 'error',
  sentence: ({ present }: { present: readonly string[] }) =>
    `enable_vxlan is on and local_ip is not set; addresses of this host: ${present.join(', ') || 'none'}`,
  cause:
    "Hosts send each other the packets of private networks to their local_ip, so each host's file has its own. The agent does not start without.",
  fix: () =>
    `set local_ip in section [vxlan] of ${INI} to the address of this host that the other hosts reach, or enable_vxlan = False where there are no private networks; restart neutron-linuxbridge-agent`,
  dependsOn: [
    'config_file_misnamed',
    'config_value_invalid',
    'config_section_unknown',
    'config_option_unknown',
  ],
  example: { present: ['192.168.81.65'] },
});

export const localIpUnreachable = problem({
  code: 'local_ip_unreachable',
  title: 'Other hosts cannot reach local_ip',
  severity: 'error',
  sentence: ({ localIp, device, why }: { localIp: string; device: string; why: string }) =>
    `local_ip = ${localIp} is on ${device}, ${why}`,
  cause:
    'Hosts send each other the packets of private networks to their local_ip. It must be on an interface that is up and leads to the other hosts: not on loopback, nor on a device that Neutron made for virtual machines.',
  fix: () =>
    `set local_ip in section [vxlan] of ${INI} to the address of this host that the other hosts reach, and restart neutron-linuxbridge-agent; or bring that interface up`,
  dependsOn: ['mapped_nic_down', 'mapped_nic_no_carrier', 'host_without_address'],
  example: { localIp: '127.0.0.1', device: 'lo', why: 'the loopback of this host alone' },
});

export const subnetOnTwoNics = problem({
  code: 'subnet_on_two_nics',
  title: 'Two interfaces are in one subnet',
  severity: 'warning',
  sentence: ({ subnet, devices }: { subnet: string; devices: readonly string[] }) =>
    `${devices.join(' and ')} both have an address in ${subnet}`,
  cause:
    'Linux then answers for the addresses of both on either, and sends by one of them only. Where rp_filter is 1 it drops what comes in by the other: connections work now and then, or one way.',
  fix: () => 'keep the address on one of the interfaces, or make a bond of them',
  dependsOn: ['address_on_bridged_nic'],
  example: { subnet: '192.168.81.0/24', devices: ['eno1', 'eno2'] },
});

export const reversePathDrops = problem({
  code: 'reverse_path_drops',
  title: 'Packets of other hosts are dropped for coming in by another card',
  severity: 'error',
  sentence: ({
    localIp,
    device,
    peer,
    out,
  }: {
    localIp: string;
    device: string;
    peer: string;
    out: string;
  }) =>
    `packets of ${peer} to local_ip = ${localIp} come in by ${device} and are dropped: the way to ${peer} is by ${out}`,
  cause:
    'With rp_filter = 1 the kernel drops a packet that comes in by another interface than the one by which it would answer. The tunnels of private networks to that host are dead.',
  fix: ({ device }) =>
    `set local_ip to the address that the way to the other hosts has, or a route by ${device}; or let the kernel accept such packets`,
  command: ({ device }) => `sysctl -w net.ipv4.conf.${device}.rp_filter=2`,
  dependsOn: ['subnet_on_two_nics'],
  example: { localIp: '10.0.0.66', device: 'eno2', peer: '10.0.0.65', out: 'eno1' },
});

export const hostWithoutAddress = problem({
  code: 'host_without_address',
  title: 'Host has no address',
  severity: 'error',
  sentence: ({ devices }: { devices: readonly string[] }) =>
    `no interface of this host has an address by which others reach it: ${devices.join(', ') || 'there is none'}`,
  cause:
    "The host had an address, or you would not have come here. It was lost when a card went into a bridge, or the system's configuration has not given it one: nobody reaches the host, the broker or the database.",
  fix: () =>
    'give the host its address again as its system does (ifup, netplan apply, nmcli connection up), on the bridge if the card is in one',
  dependsOn: ['mapped_nic_down', 'mapped_nic_no_carrier'],
  example: { devices: ['eno1'] },
});

export const oneNicForAll = problem({
  code: 'one_nic_for_all',
  title: 'One network card carries everything',
  severity: 'info',
  sentence: ({ device }: { device: string }) =>
    `${device} carries the management of this host, the private networks and the physical network of virtual machines`,
  cause:
    "This works. While the first network on it is created the host's own address moves from the card to a bridge, a busy virtual machine slows the host's own traffic, and a mistake on that network cuts you off: keep a console at hand.",
  fix: () => 'nothing is wrong; a second card for the physical network keeps the two apart',
  example: { device: 'eno1' },
});
