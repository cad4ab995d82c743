import { problem } from '../problem.ts';

/** What is wrong with the configuration files as files: where they are, what they are called, who may read them. */

export const configFileMisnamed = problem({
  code: 'config_file_misnamed',
  title: 'Configuration file under a wrong name',
  severity: 'error',
  sentence: ({ path, right }: { path: string; right: string }) =>
    `nothing reads ${path}; the name of this file is ${right}`,
  cause:
    'A daemon is started with the exact name of its file. Under another name the file might as well not be there, and the daemon that needs it does not start, or runs without what stands in it.',
  fix: ({ right }) => `give the file its name, then start the daemon that reads ${right}`,
  command: ({ path, right }) => `mv -b ${path} ${right}`,
  safe: true,
  example: {
    path: '/etc/neutron/plugins/ml2/linuxbridge_agent.in',
    right: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
  },
});

export const configFileIgnored = problem({
  code: 'config_file_ignored',
  title: 'File beside the one that counts, with nearly its name',
  severity: 'info',
  sentence: ({ path, right }: { path: string; right: string }) =>
    `nothing reads ${path}; what counts is ${right}`,
  cause: 'Two files with nearly the same name are easily taken for each other when one of them is changed.',
  fix: () => 'if something was written into the wrong one, move it; then remove that file',
  command: ({ path, right }) => `diff ${path} ${right}`,
  example: {
    path: '/etc/neutron/plugins/ml2/linuxbridge_agent.in',
    right: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
  },
});

export const neutronConfMissing = problem({
  code: 'neutron_conf_missing',
  title: 'No neutron.conf on this host',
  severity: 'error',
  sentence: ({ path, host }: { path: string; host: string }) =>
    `${host} has configuration of agents, but no ${path}`,
  cause:
    'Every daemon of Neutron reads neutron.conf first: there it learns where the message broker is (transport_url). Without it an agent never reaches the server, is not in the list of agents, and no port can be bound on its host.',
  fix: () =>
    'copy neutron.conf from the controller, or write one with transport_url in its section [DEFAULT]',
  command: ({ path }) => `scp controller:/etc/neutron/neutron.conf ${path}`,
  example: { path: '/etc/neutron/neutron.conf', host: 'compute' },
});

export const pluginIniMissing = problem({
  code: 'plugin_ini_missing',
  title: 'plugin.ini is missing',
  severity: 'error',
  sentence: ({ path }: { path: string; target: string }) =>
    `${path} does not exist, with which neutron-server is started`,
  cause:
    "The server's service reads neutron.conf and plugin.ini, which is a link to the file of the plugin, ml2_conf.ini. Without the link the server does not start.",
  fix: () => 'make the link, then start neutron-server',
  command: ({ path, target }) => `ln -s ${target} ${path}`,
  safe: true,
  example: { path: '/etc/neutron/plugin.ini', target: '/etc/neutron/plugins/ml2/ml2_conf.ini' },
});

export const pluginIniElsewhere = problem({
  code: 'plugin_ini_elsewhere',
  title: 'plugin.ini is not the file of the plugin',
  severity: 'warning',
  sentence: ({ path, target }: { path: string; target: string }) =>
    `${path} is a file of its own, so neutron-server does not read ${target}`,
  cause:
    'The server is started with plugin.ini. It should be a link to ml2_conf.ini, so that what is written there counts; this one differs from it.',
  fix: ({ path, target }) => `put what differs into ${target} and make ${path} a link to it`,
  command: ({ path, target }) => `diff ${path} ${target}`,
  example: { path: '/etc/neutron/plugin.ini', target: '/etc/neutron/plugins/ml2/ml2_conf.ini' },
});

export const configInWrongFile = problem({
  code: 'config_in_wrong_file',
  title: 'Section or option in a file where nothing reads it',
  severity: 'warning',
  sentence: ({ what, file, line, right }: { what: string; file: string; line: number; right: string }) =>
    `${file}:${line}: nothing reads ${what} here; it belongs into ${right}`,
  cause:
    'Each daemon reads neutron.conf and one file of its own. This stands in the file of a daemon that does not know it, so it has no effect, and the daemon that it is for has its default.',
  fix: ({ right }) => `move it into ${right} and restart the daemon that reads that`,
  command: ({ file, line }) => `sed -n '${line},+9p' ${file}`,
  example: {
    what: '[linux_bridge]',
    file: '/etc/neutron/plugins/ml2/ml2_conf.ini',
    line: 14,
    right: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
  },
});

export const configNotForNeutron = problem({
  code: 'config_not_for_neutron',
  title: 'User neutron cannot read a configuration file',
  severity: 'error',
  sentence: ({ path, user, mode }: { path: string; user: string; mode: string }) =>
    `user ${user}, as which neutron-server runs, cannot read ${path} (${mode})`,
  cause:
    'The server does not run as root. A file or folder that was made by root with narrow permissions is closed to it, and it does not start.',
  fix: ({ user }) => `let the group of ${user} read it`,
  command: ({ path, user }) => `chgrp ${user} ${path} && chmod g+rX ${path}`,
  safe: true,
  example: { path: '/etc/neutron/neutron.conf', user: 'neutron', mode: 'root:root 600' },
});

export const configSecretsOpen = problem({
  code: 'config_secrets_open',
  title: 'Everybody on this host can read passwords',
  severity: 'warning',
  sentence: ({ path, options }: OpenFile) =>
    `${path} holds ${options.join(', ')}, and every user of this host can read it`,
  cause:
    'Whoever can log in to this host, or breaks into any service on it, can read the passwords and act as Neutron.',
  fix: () => 'take the right to read it from others; root and the group neutron keep theirs',
  command: ({ path, group }) =>
    `${group === undefined ? '' : `chgrp ${group} ${path} && `}chmod o-rwx ${path}`,
  safe: true,
  example: {
    path: '/etc/neutron/neutron.conf',
    options: ['[keystone_authtoken] password'],
    group: 'neutron',
  },
});

interface OpenFile {
  readonly path: string;
  readonly options: readonly string[];
  /** The group that may go on reading it, where there is one. */
  readonly group: string | undefined;
}
