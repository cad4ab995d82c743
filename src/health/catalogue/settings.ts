import { problem } from '../problem.ts';

/** Single settings that cannot work, or that do something else than one thinks. */

const CONF = '/etc/neutron/neutron.conf';
const ML2_CONF = '/etc/neutron/plugins/ml2/ml2_conf.ini';

export const corePluginNotMl2 = problem({
  code: 'core_plugin_not_ml2',
  title: 'core_plugin is not ml2',
  severity: 'warning',
  sentence: ({ value }: { value: string | null }) =>
    value === null ? 'core_plugin is not set' : `core_plugin is ${value}`,
  cause:
    "The core plugin is what makes networks and ports. Linux bridges are served by ml2; Python's Neutron does not start without this option.",
  fix: () => `set core_plugin = ml2 in section [DEFAULT] of ${CONF} and restart neutron-server`,
  command: ({ value }) =>
    value === null ? `sed -i '0,/^\\[DEFAULT\\]/s//[DEFAULT]\\ncore_plugin = ml2/' ${CONF}` : undefined,
  example: { value: null },
});

export const configRangeInvalid = problem({
  code: 'config_range_invalid',
  title: 'Range of numbers that cannot be read',
  severity: 'error',
  sentence: ({ option, reason }: { option: string; reason: string }) => `${option}: ${reason}`,
  cause:
    'Networks take their numbers from these ranges. The server does not start with one that it cannot read: numbers are joined by a colon, several ranges by commas.',
  fix: ({ option }) =>
    `correct ${option} in ${ML2_CONF} (${option === 'vni_ranges' ? 'vni_ranges = 1:1000' : 'network_vlan_ranges = public:100:199'}) and restart neutron-server`,
  command: ({ option }) => `grep -n ${option} ${ML2_CONF}`,
  example: { option: 'vni_ranges', reason: "Invalid network tunnel range: '1-1000' - it is not min:max" },
});

export const linuxbridgeNotLoaded = problem({
  code: 'linuxbridge_not_loaded',
  title: 'Mechanism driver linuxbridge is not loaded',
  severity: 'error',
  sentence: ({ loaded }: { loaded: readonly string[] }) =>
    `mechanism_drivers is ${loaded.join(', ') || 'empty'}, without linuxbridge`,
  cause:
    'The mechanism driver is what hands a port to the Linux bridge agent of its host. Without it no port can be bound: each ends as binding_failed.',
  fix: () =>
    `add linuxbridge to mechanism_drivers in section [ml2] of ${ML2_CONF} and restart neutron-server`,
  example: { loaded: ['openvswitch'] },
});

export const driverUnsuited = problem({
  code: 'driver_unsuited',
  title: 'Driver that does not work with Linux bridges',
  severity: 'error',
  sentence: ({ program, option, value }: Driver) =>
    `${program}: ${option} ${value === null ? 'is not set' : `is ${value}`}`,
  cause:
    'This option says by which means the agent plugs in its devices or filters traffic. On hosts with Linux bridges only some of them work; with another one the agent does not start.',
  fix: ({ program, option, right, file }) => `set ${option} = ${right} in ${file} and restart ${program}`,
  example: {
    program: 'neutron-dhcp-agent',
    option: 'interface_driver',
    value: 'openvswitch',
    right: 'linuxbridge',
    file: '/etc/neutron/dhcp_agent.ini',
  },
});

interface Driver {
  readonly program: string;
  readonly option: string;
  readonly value: string | null;
  readonly right: string;
  readonly file: string;
}

export const dnsmasqConfigFileMissing = problem({
  code: 'dnsmasq_config_file_missing',
  title: 'dnsmasq_config_file does not exist',
  severity: 'error',
  sentence: ({ path }: { path: string }) => `dnsmasq_config_file is ${path}, which does not exist`,
  cause:
    'dnsmasq gives machines their addresses. It is started with this file, and does not start when it cannot read it: no machine gets an address.',
  fix: () => 'create the file, or remove the option from dhcp_agent.ini; then restart neutron-dhcp-agent',
  command: ({ path }) => `touch ${path}`,
  safe: true,
  example: { path: '/etc/neutron/dnsmasq-neutron.conf' },
});

export const mtuForcedByDnsmasq = problem({
  code: 'mtu_forced_by_dnsmasq',
  title: 'One MTU for all networks, by a DHCP option',
  severity: 'info',
  sentence: ({ path, line, mtu }: { path: string; line: number; mtu: number }) =>
    `${path}:${line}: DHCP option 26 gives every machine the MTU ${mtu}, whatever its network has`,
  cause:
    'Guides for releases that knew no MTU set this to make room for VXLAN. Each network now has its own MTU, which its machines are told: 1450 for VXLAN over 1500. The option gives the same number to machines on networks that carry more, and to all when the network below is changed.',
  fix: () =>
    'nothing needs to be done while the number is right; better remove the line and let each network tell its own MTU, then restart neutron-dhcp-agent',
  command: ({ path, line }) => `sed -n ${line}p ${path}`,
  example: { path: '/etc/neutron/dnsmasq-neutron.conf', line: 1, mtu: 1450 },
});

export const mtuForcedTooLarge = problem({
  code: 'mtu_forced_too_large',
  title: 'DHCP gives machines an MTU that their network does not carry',
  severity: 'error',
  sentence: ({ path, line, mtu, networks }: ForcedMtu) =>
    `${path}:${line}: DHCP option 26 gives every machine the MTU ${mtu}, and networks carry less: ${networks.join(', ')}`,
  cause:
    'Machines send packets as large as they were told, and those that the network does not carry are lost: ping and connecting work, and downloads or ssh hang. Without this option each machine is told the MTU of its own network.',
  fix: () => 'remove the line, restart neutron-dhcp-agent, and let the machines ask DHCP again',
  command: ({ path, line }) => `sed -i ${line}d ${path}`,
  example: { path: '/etc/neutron/dnsmasq-neutron.conf', line: 1, mtu: 1500, networks: ['private (1450)'] },
});

interface ForcedMtu {
  readonly path: string;
  readonly line: number;
  readonly mtu: number;
  /** Names and MTUs of those that carry less. */
  readonly networks: readonly string[];
}

export const novaMetadataHostUnset = problem({
  code: 'nova_metadata_host_unset',
  title: 'nova_metadata_host is not set',
  severity: 'info',
  sentence: () => 'nova_metadata_host is not set, so the metadata agent asks Nova on 127.0.0.1',
  cause: "That is right only where Nova's API runs on the same host as the metadata agent.",
  fix: () =>
    'where it does not, set nova_metadata_host in metadata_agent.ini and restart neutron-metadata-agent',
  example: {},
});

export const externalNetworkBridgeSet = problem({
  code: 'external_network_bridge_set',
  title: 'external_network_bridge is no longer read',
  severity: 'warning',
  sentence: ({ value }: { value: string }) =>
    `external_network_bridge = ${value} has no effect: gateways of routers are not plugged into ${value}`,
  cause:
    'In old releases the L3 agent plugged the gateways of routers into this bridge. Now the Linux bridge agent plugs them into the bridge of the external network, which leads to the network card of its physical network.',
  fix: () =>
    'create the external network with --provider:network_type flat and --provider:physical_network, map that name to the network card in physical_interface_mappings, and remove the option',
  example: { value: 'br-ex' },
});

export const namespacesSwitchedOff = problem({
  code: 'namespaces_switched_off',
  title: 'use_namespaces = False is no longer possible',
  severity: 'warning',
  sentence: ({ file }: { file: string }) =>
    `${file} has use_namespaces = False; namespaces are used all the same`,
  cause:
    'Routers and DHCP servers of different projects may have the same addresses, so each lives in a network namespace of its own. That can no longer be switched off.',
  fix: () => 'remove the option',
  command: ({ file }) => `sed -i '/^use_namespaces/d' ${file}`,
  example: { file: '/etc/neutron/dhcp_agent.ini' },
});

export const noauthBeyondLoopback = problem({
  code: 'noauth_beyond_loopback',
  title: 'No authentication on an address that others reach',
  severity: 'error',
  sentence: ({ address }: { address: string }) => `auth_strategy is noauth, and bind_host is ${address}`,
  cause:
    "Without authentication everybody who reaches the server is its administrator. The server refuses to do that on an address other than this host's own loopback, and does not start.",
  fix: () => `set auth_strategy = keystone, or bind_host = 127.0.0.1, in section [DEFAULT] of ${CONF}`,
  example: { address: '0.0.0.0' },
});

export const novaNotTold = problem({
  code: 'nova_not_told',
  title: 'Nova is not told when ports are ready',
  severity: 'warning',
  sentence: () => 'Nova is to be told of ports, and section [nova] does not say where and as whom',
  cause:
    'Nova waits with the start of a machine until Neutron says that its port is wired. Without credentials Neutron cannot say it: the start fails after five minutes (vif_plugging_timeout).',
  fix: () =>
    `set auth_url, auth_type, project_name, username, password and the domains in section [nova] of ${CONF}; without Nova set notify_nova_on_port_status_changes and notify_nova_on_port_data_changes to False`,
  example: {},
});

export const transportUrlMissing = problem({
  code: 'transport_url_missing',
  title: 'The agents of this host are not told where the server is',
  severity: 'error',
  sentence: ({ host, value }: { host: string; value: string | undefined }) =>
    value === undefined
      ? `transport_url is not set on ${host}, where no server runs`
      : `transport_url leads to ${value}, this host itself, where no server runs`,
  cause:
    'Agents find the server by transport_url. Without it they look on their own host, find nobody there, and are never in the list of agents.',
  fix: () =>
    `set transport_url in section [DEFAULT] of ${CONF} as it is on the controller, and restart the agents`,
  command: () => `scp controller:${CONF} ${CONF}`,
  dependsOn: ['neutron_conf_missing'],
  example: { host: 'compute', value: undefined },
});

export const lockPathUnwritable = problem({
  code: 'lock_path_missing',
  title: 'Directory of lock files does not exist',
  severity: 'info',
  sentence: ({ path }: { path: string }) => `[oslo_concurrency] lock_path is ${path}, which does not exist`,
  cause:
    "Python's Neutron keeps lock files there; this one needs none. A tool of Python's that takes the same file fails when it may not make the directory.",
  fix: () => 'nothing needs to be done; the directory may be made',
  command: ({ path }) => `install -d -o neutron -g neutron ${path}`,
  example: { path: '/var/lib/neutron/lock' },
});

export const apiWorkersUnused = problem({
  code: 'api_workers_unsuited',
  title: 'Number of server processes that does not suit this host',
  severity: 'info',
  sentence: ({ option, value, why }: { option: string; value: number; why: string }) =>
    `${option} is ${value}: ${why}`,
  cause:
    'api_workers and rpc_workers ask for several processes of the server. One process does the work of many; more of them than cores only take memory and connections to the database.',
  fix: () => `remove the option from ${CONF}: unset is right for most`,
  example: { option: 'api_workers', value: 64, why: 'this host has 4 cores' },
});

export const metadataSecretMissing = problem({
  code: 'metadata_secret_missing',
  title: 'No secret for metadata',
  severity: 'warning',
  sentence: () => 'metadata_proxy_shared_secret is not set in metadata_agent.ini',
  cause:
    'Nova takes a request for metadata only with a signature that is made with this secret. Without one anybody could pretend to be any machine, so Nova refuses.',
  fix: () =>
    'set the secret that stands in section [neutron] of nova.conf also in metadata_agent.ini, and restart neutron-metadata-agent',
  example: {},
});
