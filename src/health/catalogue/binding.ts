import { problem } from '../problem.ts';

/** Why a port cannot be bound to a host. */

const INI = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';

interface NoAgent {
  host: string;
  agentType: string;
  /** Hosts whose agents have reported, where they were looked at. */
  known?: readonly string[];
  /** The one of them that was probably meant. */
  meant?: string;
}

export const noAgent = problem<NoAgent>({
  code: 'no_agent',
  title: 'No Linux bridge agent on the host',
  severity: 'error',
  sentence: ({ host, agentType, known, meant }) =>
    `no ${agentType} of host ${host} has ever reported` +
    (known === undefined ? '' : `; those that have: ${known.join(', ') || 'none'}`) +
    (meant === undefined ? '' : `: did you mean ${meant}?`),
  cause:
    'A port is wired by the Linux bridge agent of the host that its machine runs on. The agents are known by the host names they report, and none has reported this one.',
  fix: ({ host }) =>
    `start neutron-linuxbridge-agent on ${host}, and check with 'neutron agent-list' that it reports exactly this name; Nova and the agent must use the same one, which the option host in nova.conf and neutron.conf sets`,
  command: () => 'systemctl enable --now neutron-linuxbridge-agent',
  dependsOn: ['broker_unreachable', 'broker_refuses_credentials'],
  example: {
    host: 'compute.example.org',
    agentType: 'Linux bridge agent',
    known: ['compute', 'controller'],
    meant: 'compute',
  },
});

export const agentDead = problem({
  code: 'agent_dead',
  title: 'Agent has stopped reporting',
  severity: 'error',
  sentence: ({
    agentType,
    host,
    heard,
  }: {
    agentType: string;
    host: string;
    heard: string;
    binary: string;
  }) => `no live ${agentType} on ${host}: last heard ${heard}`,
  cause:
    'Every agent reports through the message broker, each 30 seconds. The server has not heard this one for longer than agent_down_time, so it is taken for dead: nothing new is wired, routed or served on its host. What already runs goes on.',
  fix: ({ host, binary }) =>
    `on ${host}, read the end of /var/log/neutron/${binary.replace(/^neutron-/, '')}.log, then start the agent again`,
  command: ({ binary }) => `systemctl restart ${binary}`,
  dependsOn: ['broker_unreachable', 'broker_refuses_credentials'],
  example: {
    agentType: 'Linux bridge agent',
    host: 'compute',
    heard: '3 min ago',
    binary: 'neutron-linuxbridge-agent',
  },
});

export const physicalNetworkUnmapped = problem<Unmapped>({
  code: 'physical_network_unmapped',
  title: 'Physical network is not mapped on the host',
  severity: 'error',
  sentence: ({ physicalNetwork, host, mapped, meant }: Unmapped) =>
    `physical network ${physicalNetwork} is not mapped on ${host}; mapped: ${mapped.join(', ') || 'none'}` +
    (meant === undefined ? '' : `: did you mean ${meant}?`),
  cause:
    'A flat or VLAN network names a physical network; each host says in physical_interface_mappings which of its network cards leads there. On this host no card is named for it.',
  fix: ({ physicalNetwork, host }) =>
    `on ${host}, add ${physicalNetwork}:INTERFACE to physical_interface_mappings in section [linux_bridge] of ${INI} and restart neutron-linuxbridge-agent; or create the network with the name that is mapped`,
  example: { physicalNetwork: 'publik', host: 'controller', mapped: ['public'], meant: 'public' },
});

interface Unmapped {
  physicalNetwork: string;
  host: string;
  mapped: readonly string[];
  /** The mapped name that is nearest. */
  meant?: string;
}

export const tunnelTypeDisabled = problem({
  code: 'tunnel_type_disabled',
  title: 'Host takes part in no tunnels of this type',
  severity: 'error',
  sentence: ({ type, host }: { type: string; host: string }) => `${type} needs local_ip on ${host}`,
  cause:
    'Networks of this type travel between hosts inside packets of their own. A host takes part when its agent has enable_vxlan = True and local_ip, an address of that host which the other hosts reach. This agent reports neither.',
  fix: ({ host }) =>
    `on ${host}, set enable_vxlan = True and local_ip to an address of that host in section [vxlan] of ${INI} and restart neutron-linuxbridge-agent`,
  dependsOn: ['kernel_without_vxlan'],
  example: { type: 'vxlan', host: 'compute' },
});

export const vnicTypeUnsupported = problem({
  code: 'vnic_type_unsupported',
  title: 'Linux bridges cannot carry this type of port',
  severity: 'error',
  sentence: ({ vnicType, supported }: { vnicType: string; supported: readonly string[] }) =>
    `vnic_type ${vnicType} is not one it can bind (${supported.join(', ')})`,
  cause:
    'A port asks by binding:vnic_type how it is to be plugged in; no mechanism driver that is loaded can do that.',
  fix: () => 'set binding:vnic_type to normal, or load a mechanism driver for that type',
  example: { vnicType: 'direct', supported: ['normal'] },
});

export const noDriver = problem({
  code: 'no_driver',
  title: 'No mechanism driver that wires ports',
  severity: 'error',
  sentence: ({ loaded }: { loaded: readonly string[] }) =>
    loaded.length === 0
      ? 'no mechanism driver is loaded'
      : `none of the loaded mechanism drivers binds ports: ${loaded.join(', ')}`,
  cause:
    'The server asks its mechanism drivers, one after the other, which of them can wire a port on its host. The list in the option mechanism_drivers names none that can.',
  fix: () =>
    'set mechanism_drivers = linuxbridge,l2population in section [ml2] of /etc/neutron/plugins/ml2/ml2_conf.ini and restart neutron-server',
  example: { loaded: ['l2population'] },
});

export const routerDistributed = problem({
  code: 'router_distributed',
  title: 'Distributed router on Linux bridges',
  severity: 'error',
  sentence: ({ router }: { router: string }) =>
    `router ${router} is distributed, which needs Open vSwitch and L3 agents in the modes dvr and dvr_snat; Linux bridges cannot carry it`,
  cause:
    'Distributed routers put a part of the router on every host, by flows of Open vSwitch. Linux bridges have none.',
  fix: () => 'make it a centralized router',
  command: ({ router }) =>
    `neutron router-update ${router} --admin-state-up False && neutron router-update ${router} --distributed False && neutron router-update ${router} --admin-state-up True`,
  example: { router: 'router1' },
});

export const networkWithoutSegments = problem({
  code: 'network_without_segments',
  title: 'Network has no segment',
  severity: 'error',
  sentence: ({ network }: { network: string }) =>
    `network ${network} has no segment, so no host can reach it`,
  cause:
    'A segment says how a network travels between hosts: flat, VLAN or VXLAN, with its number. Every network gets one when it is made; the rows of this one are missing from the database.',
  fix: () => 'make the network anew; its ports and subnets have to move there',
  example: { network: '2f1b6c1c-5a55-4f0e-b4a0-6d1f6a3c9e01' },
});

export const bindingOutdated = problem({
  code: 'binding_outdated',
  title: 'Port failed to bind earlier, and could be bound now',
  severity: 'error',
  sentence: ({ port, host }: { port: string; host: string }) =>
    `port ${port} could not be bound to ${host} when that was tried; what was in the way is gone now`,
  cause:
    'A port is bound when it is made or changed, and stays binding_failed until somebody changes it again. The reason of then no longer holds: its agent has come back, or its mapping was put right.',
  fix: () => 'have it bound again by a change; a machine that failed to start has to be started again',
  command: ({ port, host }) => `neutron port-update ${port} --binding:host_id ${host}`,
  example: { port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11', host: 'compute' },
});
