import { problem } from '../problem.ts';

/** Programs, processes, files and ports of a host. */

interface Missing {
  program: string;
  usedFor: string;
  install: string;
}

const missing = {
  title: 'Program is not installed',
  sentence: ({ program, usedFor }: Missing) => `there is no program ${program}, by which ${usedFor}`,
  cause:
    "Neutron's agents do their work by programs of the system. This one is not where they look for programs (PATH), or may not be executed.",
  fix: () => 'install the package that has it',
  command: ({ install }: Missing) => install,
} as const;

export const programMissing = problem({
  ...missing,
  code: 'program_missing',
  severity: 'error',
  example: {
    program: 'haproxy',
    usedFor: 'virtual machines get their metadata',
    install: 'apt-get install -y haproxy',
  },
});

export const programMissingForSome = problem({
  ...missing,
  code: 'program_missing_for_some',
  title: 'Program is not installed that some networks need',
  severity: 'warning',
  example: {
    program: 'radvd',
    usedFor: 'routers announce IPv6 subnets',
    install: 'apt-get install -y radvd',
  },
});

export const dnsmasqTooOld = problem({
  code: 'dnsmasq_too_old',
  title: 'dnsmasq is too old',
  severity: 'error',
  sentence: ({ version, needed }: { version: string; needed: string; install: string }) =>
    `dnsmasq is version ${version}; ${needed} or later is needed`,
  cause:
    'The DHCP agent starts dnsmasq with options that older versions do not know, so that no machine gets an address.',
  fix: () => 'install a newer dnsmasq',
  command: ({ install }) => install,
  example: { version: '2.66', needed: '2.67', install: 'apt-get install -y dnsmasq-base' },
});

interface Daemon {
  program: string;
  file: string;
}

const notRunning = {
  severity: 'error',
  sentence: ({ program, file }: Daemon) => `${program} is configured on this host (${file}) and does not run`,
  fix: ({ program }: Daemon) =>
    `start it and have it started at boot; if it ends again, the end of its log says why (/var/log/neutron, journalctl -u ${program})`,
  command: ({ program }: Daemon) => `systemctl enable --now ${program}`,
} as const;

/** With these no daemon starts. */
const UNSTARTABLE = [
  'config_file_unreadable',
  'config_line_malformed',
  'config_value_invalid',
  'transport_url_invalid',
  'directory_not_writable',
  'disk_full',
];

const otherHalf = (running: 'neutron-api' | 'neutron-rpc-server') =>
  running === 'neutron-api' ? 'neutron-rpc-server' : 'neutron-api';

export const serverNotRunning = problem({
  ...notRunning,
  code: 'server_not_running',
  title: 'neutron-server does not run',
  cause:
    'The server answers every command and tells the agents what to do. Without it nothing can be changed; what runs goes on.',
  dependsOn: [
    ...UNSTARTABLE,
    'port_taken',
    'user_missing',
    'plugin_ini_missing',
    'config_not_for_neutron',
    'tenant_type_not_loaded',
    'config_range_invalid',
    'noauth_beyond_loopback',
    'database_url_invalid',
    'database_unreachable',
    'database_refuses_user',
    'database_missing',
    'database_not_migrated',
    'database_other_release',
    'database_unmarked',
    'database_file_unusable',
  ],
  example: { program: 'neutron-server', file: '/etc/neutron/plugins/ml2/ml2_conf.ini' },
});

export const l2AgentNotRunning = problem({
  ...notRunning,
  code: 'l2_agent_not_running',
  title: 'Linux bridge agent does not run',
  cause:
    'The agent plugs virtual machines, DHCP servers and routers of this host into their networks. Without it no port of this host is bound or wired; what is wired goes on.',
  dependsOn: [
    ...UNSTARTABLE,
    'config_file_misnamed',
    'driver_unsuited',
    'rpc_keys_missing',
    'mapping_malformed',
    'mapping_twice',
    'mapped_nic_missing',
    'mapped_nic_is_bridge',
    'mapped_bridge_missing',
    'local_ip_missing',
    'local_ip_unset',
  ],
  example: { program: 'neutron-linuxbridge-agent', file: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini' },
});

export const agentNotRunning = problem({
  ...notRunning,
  code: 'agent_not_running',
  title: 'Agent does not run',
  cause:
    'Each agent does one thing on its host: addresses (DHCP), routers and floating IPs (L3), metadata. Without it nothing new of that kind is done here; what runs goes on.',
  dependsOn: [...UNSTARTABLE, 'config_file_misnamed', 'driver_unsuited', 'rpc_keys_missing'],
  example: { program: 'neutron-dhcp-agent', file: '/etc/neutron/dhcp_agent.ini' },
});

export const serverHalfRuns = problem({
  code: 'server_half_runs',
  title: "Only one half of Python's server runs",
  severity: 'error',
  sentence: ({ running }: { running: 'neutron-api' | 'neutron-rpc-server' }) =>
    `${running} runs and ${otherHalf(running)} does not`,
  cause:
    "Debian runs Python's server in two: neutron-api answers commands, neutron-rpc-server answers agents. With the one alone either no command is answered, or agents get no answer and are shown as dead.",
  fix: ({ running }) =>
    `start the other half, or, if neutron-ts is to take its place, follow docs/migration.md: systemctl enable --now ${otherHalf(running)}`,
  command: ({ running }) => `systemctl enable --now ${otherHalf(running)}`,
  example: { running: 'neutron-api' },
});

export const daemonTwice = problem({
  code: 'daemon_runs_twice',
  title: 'Daemon runs twice',
  severity: 'error',
  sentence: ({ program, processes }: { program: string; processes: readonly string[] }) =>
    `${program} runs ${processes.length} times on this host: ${processes.join(', ')}`,
  cause:
    'Two of the same agent take turns in undoing what the other did, and both report under one name. Often one was started by hand, or the Python one still runs beside ours.',
  fix: ({ program }) =>
    `end those that systemd did not start ('systemctl status ${program}' names the one that it did)`,
  example: {
    program: 'neutron-linuxbridge-agent',
    processes: ['process 812 (neutron-ts)', 'process 4711 (Python)'],
  },
});

export const daemonOlderThanFiles = problem({
  code: 'daemon_older_than_files',
  title: 'Configuration has changed since the daemon started',
  severity: 'info',
  sentence: ({ program, files }: { program: string; files: readonly string[] }) =>
    `${program} runs with what stood in ${files.join(' and ')} before the last change`,
  cause: 'A daemon reads its configuration when it starts. What was changed since does not count yet.',
  fix: ({ program }) => `restart ${program} for the change to count`,
  command: ({ program }) => `systemctl restart ${program}`,
  example: { program: 'neutron-dhcp-agent', files: ['/etc/neutron/dhcp_agent.ini'] },
});

export const userMissing = problem({
  code: 'user_missing',
  title: 'User of a daemon does not exist',
  severity: 'error',
  sentence: ({ program, user }: { program: string; user: string }) =>
    `${program} is to run as user ${user}, who does not exist on this host`,
  cause:
    'The unit of systemd names a user for the daemon. systemd starts it as that user only, and so not at all.',
  fix: () => 'make the user: the file in etc/sysusers.d of the checkout describes it',
  command: () => 'cp /opt/neutron-ts/etc/sysusers.d/* /etc/sysusers.d/ && systemd-sysusers',
  example: { program: 'neutron-server', user: 'neutron' },
});

export const directoryNotWritable = problem({
  code: 'directory_not_writable',
  title: 'Directory cannot be written',
  severity: 'error',
  sentence: ({ directory, user, use, why }: { directory: string; user: string; use: string; why: string }) =>
    `user ${user} cannot write to ${directory}, where ${use}: ${why}`,
  cause:
    'The daemons keep their state, their logs and the files of dnsmasq, haproxy and keepalived in directories of their own. Without them a daemon does not start, or fails at its first network.',
  fix: () =>
    'make the directory, and give it to that user; on a disk that is mounted read-only, look for errors of the disk',
  command: ({ directory, user }) => `install -d -o ${user} ${directory}`,
  example: {
    directory: '/var/lib/neutron',
    user: 'neutron',
    use: 'the daemons keep their state',
    why: 'it belongs to root with mode 755',
  },
});

export const diskFull = problem({
  code: 'disk_full',
  title: 'Disk is full',
  severity: 'error',
  sentence: ({ directory, free }: { directory: string; free: string }) =>
    `the disk of ${directory} is full: ${free} left`,
  cause:
    'Daemons cannot write their state and logs on a full disk; databases stop, and what is written half is broken.',
  fix: ({ directory }) => `make room on the disk of ${directory}`,
  command: ({ directory }) => `du -xh ${directory} | sort -h | tail`,
  example: { directory: '/var/lib/neutron', free: '3 MB' },
});

export const descriptorsShort = problem({
  code: 'descriptors_short',
  title: 'Daemon is about to run out of file descriptors',
  severity: 'warning',
  sentence: ({ program, open, limit }: { program: string; open: number; limit: number }) =>
    `${program} has ${open} of at most ${limit} files and connections open`,
  cause:
    'Every connection and file takes a descriptor. At the limit nothing new can be opened: requests fail, agents lose the broker.',
  fix: ({ program }) =>
    `set LimitNOFILE=65536 for ${program} with 'systemctl edit ${program}', and restart it`,
  example: { program: 'neutron-server', open: 980, limit: 1024 },
});

export const portTaken = problem({
  code: 'port_taken',
  title: 'Port is taken by another program',
  severity: 'error',
  sentence: ({ port, user, holder }: { port: string; user: string; holder: string }) =>
    `${port}, which ${user} needs, is held by ${holder}`,
  cause: 'One port can be held by one program only. Whoever comes second does not start.',
  fix: ({ holder, user }) => `end ${holder} or give it another port; then start ${user}`,
  command: ({ port }) =>
    `ss -lnp${port.startsWith('UDP') ? 'u' : 't'} 'sport = :${/\d+/.exec(port)?.[0] ?? ''}'`,
  example: { port: 'TCP port 9696', user: 'neutron-server', holder: 'python3 (process 4711)' },
});

export const namespacesWithoutAgent = problem({
  code: 'namespaces_without_agent',
  title: 'Namespaces are left that no agent here looks after',
  severity: 'warning',
  sentence: ({ kind, namespaces }: { kind: string; namespaces: readonly string[] }) =>
    `${namespaces.length} namespaces of ${kind}s are left on this host, which has no agent for them: ${namespaces.slice(0, 3).join(', ')}${namespaces.length > 3 ? ', …' : ''}`,
  cause:
    'They belong to routers or DHCP servers that an agent ran here before it was removed. They still answer with their addresses, which somebody else may have by now.',
  fix: () => 'delete them when their routers or networks run on another host, or are gone',
  command: ({ namespaces }) => namespaces.map((one) => `ip netns delete ${one}`).join('; '),
  example: { kind: 'DHCP server', namespaces: ['qdhcp-6d1c8a2e-7f3b-4e9f-9a51-0c2b8f6f4d3a'] },
});

export const namespaceBroken = problem({
  code: 'namespace_broken',
  title: 'Leftover of a namespace',
  severity: 'warning',
  sentence: ({ namespaces }: { namespaces: readonly string[] }) =>
    `${namespaces.join(', ')} in /run/netns is no namespace any more`,
  cause:
    'The name of a namespace is a file, which stays when the namespace goes in an unusual way. Commands that name it fail.',
  fix: () => 'delete the name; the agent makes the namespace again if it is needed',
  command: ({ namespaces }) => namespaces.map((one) => `ip netns delete ${one}`).join('; '),
  safe: true,
  example: { namespaces: ['qrouter-0b6f6b0c-5c5e-4c0e-8a4e-6f3a2d1c9b7e'] },
});
