import { problem } from '../problem.ts';

/** Values of the configuration that contradict each other, in one file or across several. */

const AGENT_INI = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';
const ML2_CONF = '/etc/neutron/plugins/ml2/ml2_conf.ini';

export const tenantTypeNotLoaded = problem({
  code: 'tenant_type_not_loaded',
  title: 'Type of project networks is not loaded',
  severity: 'error',
  sentence: ({ type, loaded }: { type: string; loaded: readonly string[] }) =>
    `tenant_network_types names ${type}, which is not among type_drivers (${loaded.join(', ')})`,
  cause:
    'type_drivers lists the kinds of networks that the server can make at all, tenant_network_types those that projects get. A kind that is not loaded cannot be given to anybody, and the server does not start.',
  fix: ({ type }) =>
    `add ${type} to type_drivers in section [ml2] of ${ML2_CONF}, or take it out of tenant_network_types, and restart neutron-server`,
  example: { type: 'vxlan', loaded: ['flat', 'vlan'] },
});

export const tenantRangesMissing = problem({
  code: 'tenant_ranges_missing',
  title: 'No numbers for project networks',
  severity: 'error',
  sentence: ({ type, section, option }: { type: string; section: string; option: string }) =>
    `project networks are of type ${type}, and [${section}] ${option} is not set`,
  cause:
    'Every network of this type has a number of its own, which the server takes from that range. Without a range there are none, and net-create fails.',
  fix: ({ section, option, type }) =>
    `set ${option} in section [${section}] of ${ML2_CONF}, for example ${option} = ${type === 'vlan' ? 'public:100:199' : '1:1000'}, and restart neutron-server`,
  example: { type: 'vxlan', section: 'ml2_type_vxlan', option: 'vni_ranges' },
});

export const l2PopulationOneSided = problem({
  code: 'l2_population_one_sided',
  title: 'l2population on one side only',
  severity: 'error',
  sentence: ({ server, host }: { server: boolean; host: string }) =>
    server
      ? `mechanism_drivers has l2population, and the agent of ${host} has l2_population = False`
      : `the agent of ${host} has l2_population = True, and mechanism_drivers has no l2population`,
  cause:
    'With l2population the server tells every host behind which host each machine is, and the hosts do not search for it by multicast. When only one side does it, one host waits for what the other never sends: machines on different hosts do not reach each other.',
  fix: ({ server }) =>
    server
      ? `set l2_population = True in section [vxlan] of ${AGENT_INI} and restart neutron-linuxbridge-agent`
      : `add l2population to mechanism_drivers in section [ml2] of ${ML2_CONF} and restart neutron-server`,
  example: { server: true, host: 'compute' },
});

export const physicalNetworkUnknownHere = problem({
  code: 'config_physical_network_unmapped',
  title: 'Physical network of the server that no network card here leads to',
  severity: 'warning',
  sentence: ({ option, name, mapped, meant }: Unmapped) =>
    `${option} names ${name}, which physical_interface_mappings of this host does not have (${mapped.join(', ') || 'it is empty'})` +
    (meant === undefined ? '' : `: did you mean ${meant}?`),
  cause:
    'A flat or VLAN network is made on a physical network by its name, and each host says which of its network cards leads there. A name that stands on one side only cannot be used: ports on such a network are not bound on this host.',
  fix: ({ name, meant }) =>
    meant === undefined
      ? `add ${name}:INTERFACE to physical_interface_mappings in section [linux_bridge] of ${AGENT_INI}, or take ${name} out of ${ML2_CONF}`
      : `write the same name in ${ML2_CONF} and in ${AGENT_INI}, and restart neutron-server and neutron-linuxbridge-agent`,
  example: { option: 'flat_networks', name: 'publik', mapped: ['public'], meant: 'public' },
});

interface Unmapped {
  readonly option: string;
  readonly name: string;
  readonly mapped: readonly string[];
  readonly meant?: string;
}

export const metadataSecretDiffers = problem({
  code: 'metadata_secret_differs',
  title: 'Two different secrets for metadata',
  severity: 'error',
  sentence: ({ one, other }: { one: string; other: string }) =>
    `metadata_proxy_shared_secret in ${one} is not the one in ${other}`,
  cause:
    'The metadata agent signs what it asks Nova with this secret, and Nova checks the signature with its own. When they differ Nova refuses every request, and machines start without their keys, name and user data.',
  fix: ({ one, other }) =>
    `write the same secret in ${one} and in ${other}, then restart neutron-metadata-agent and nova-api`,
  command: ({ one, other }) => `grep -n metadata_proxy_shared_secret ${one} ${other}`,
  example: { one: '/etc/neutron/metadata_agent.ini', other: '/etc/nova/nova.conf' },
});

export const novaMetadataProxyOff = problem({
  code: 'nova_metadata_proxy_off',
  title: 'Nova takes no metadata requests from Neutron',
  severity: 'error',
  sentence: ({ path }: { path: string }) =>
    `${path} has no service_metadata_proxy = True in its section [neutron]`,
  cause:
    'Nova then takes the address of the metadata agent for that of a machine, and finds none: every request for metadata is answered 404.',
  fix: ({ path }) => `set service_metadata_proxy = True in section [neutron] of ${path} and restart nova-api`,
  command: ({ path }) => `grep -n service_metadata_proxy ${path}`,
  example: { path: '/etc/nova/nova.conf' },
});

export const servicePasswordDiffers = problem({
  code: 'service_password_differs',
  title: 'Two different passwords for one user',
  severity: 'warning',
  sentence: ({ user, one, other }: { user: string; one: string; other: string }) =>
    `the password of user ${user} in ${one} is not the one in ${other}`,
  cause: 'Keystone knows one password of a user. Whoever has the other one is refused.',
  fix: ({ user }) => `write the password that Keystone has for ${user} in both places`,
  command: ({ user }) => `openstack user set --password-prompt ${user}`,
  example: {
    user: 'neutron',
    one: '/etc/neutron/neutron.conf [keystone_authtoken]',
    other: '/etc/nova/nova.conf [neutron]',
  },
});

export const hostNameDiffers = problem({
  code: 'host_name_differs',
  title: 'One host under two names',
  severity: 'error',
  sentence: ({ one, oneHost, other, otherHost }: HostNames) =>
    `${one} calls this host ${oneHost}, ${other} calls it ${otherHost}`,
  cause:
    'The server finds the Linux bridge agent that is to wire a port by the name of the host. When the agents of a host, or Nova, use another name, no agent is found there and the port ends as binding_failed.',
  fix: () =>
    'set the option host in /etc/neutron/neutron.conf, or nowhere, and not in the files of single agents; Nova must use the same name; then restart what has another one',
  command: () => 'grep -rn "^ *host *=" /etc/neutron /etc/nova',
  example: {
    one: 'neutron-l3-agent',
    oneHost: 'controller.example',
    other: 'neutron-linuxbridge-agent',
    otherHost: 'controller',
  },
});

interface HostNames {
  readonly one: string;
  readonly oneHost: string;
  readonly other: string;
  readonly otherHost: string;
}

export const securityGroupsNotEnforced = problem({
  code: 'security_groups_not_enforced',
  title: 'Security groups are not enforced on this host',
  severity: 'warning',
  sentence: ({ host, setting }: { host: string; setting: string }) =>
    `the Linux bridge agent of ${host} has ${setting}, so security groups do nothing there`,
  cause:
    'The API takes security groups and their rules, and no filter is made of them on this host: every port of every machine is open to everybody who reaches it.',
  fix: () =>
    `set enable_security_group = True and firewall_driver = iptables in section [securitygroup] of ${AGENT_INI} and restart neutron-linuxbridge-agent`,
  example: { host: 'compute', setting: 'firewall_driver = noop' },
});

export const routersNotServed = problem({
  code: 'routers_not_served',
  title: 'An L3 agent, and a server without routers',
  severity: 'warning',
  sentence: ({ plugins }: { plugins: readonly string[] }) =>
    `l3_agent.ini is set up on this host, and service_plugins (${plugins.join(', ') || 'empty'}) has no router`,
  cause:
    'Routers and floating IPs are offered by the service plugin router. Without it the server answers 404 for them, and the L3 agent has nothing to do.',
  fix: () =>
    'set service_plugins = router in section [DEFAULT] of /etc/neutron/neutron.conf and restart neutron-server',
  example: { plugins: [] },
});

export const physnetMtuTooLarge = problem({
  code: 'physnet_mtu_too_large',
  title: 'MTU of the configuration is more than the network card carries',
  severity: 'error',
  sentence: ({
    option,
    value,
    device,
    mtu,
  }: {
    option: string;
    value: number;
    device: string;
    mtu: number;
  }) => `${option} is ${value}, and ${device} carries packets of ${mtu} bytes`,
  cause:
    'Machines are told an MTU that is derived from this option. Their full packets do not fit through the network card and are lost: ping and connecting work, and downloads or ssh hang.',
  fix: ({ option, mtu, device }) =>
    `set ${option} = ${mtu} on the server, or the MTU of ${device} and of the switch behind it to what the option says; then restart neutron-server`,
  command: ({ device, value }) => `ip link set ${device} mtu ${value}`,
  example: { option: 'global_physnet_mtu', value: 9000, device: 'eno1', mtu: 1500 },
});
