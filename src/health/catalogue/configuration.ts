import { problem } from '../problem.ts';

/** What is wrong with the configuration files, each alone: names, values, and the files themselves. */

/** A line of a file, what is to be said of it, and what was probably meant. */
interface Line {
  readonly file: string;
  readonly line?: number;
  /** A sentence without its full stop. */
  readonly said: string;
  readonly meant?: { readonly written: string; readonly right: string };
}

const sentence = ({ file, line, said }: Line): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${said}`;

const RESTART = 'and restart what reads that file';

/** Text that means nothing to sed and the shell. */
const isPlain = (text: string): boolean => /^[\w.:@, -]+$/.test(text);

/** Puts the right word in the wrong one's place, on its line only. */
const replaceWord = ({ file, line, meant }: Line): string | undefined =>
  line !== undefined && meant !== undefined && isPlain(meant.written) && isPlain(meant.right)
    ? `sed -i '${line}s|\\b${meant.written.replaceAll('.', '\\.')}\\b|${meant.right}|' ${file}`
    : undefined;

const replaceValue = ({ file, line, meant }: Line): string | undefined =>
  line !== undefined && meant !== undefined && isPlain(meant.right)
    ? `sed -i '${line}s|=.*|= ${meant.right}|' ${file}`
    : undefined;

const rename = ({ meant }: Line): string =>
  meant === undefined ? `correct or remove the line, ${RESTART}` : `write ${meant.right}, ${RESTART}`;

export const configFileUnreadable = problem<Line>({
  code: 'config_file_unreadable',
  title: 'Configuration file cannot be read',
  severity: 'error',
  sentence,
  cause: 'A daemon that is started with a file which it cannot read does not start.',
  fix: ({ file }) => `let root read ${file}`,
  command: ({ file }) => `ls -lZ ${file}`,
  example: {
    file: '/etc/neutron/neutron.conf',
    said: 'the configuration file cannot be read: is a directory',
  },
});

export const configLineMalformed = problem<Line>({
  code: 'config_line_malformed',
  title: 'Line of a configuration file that sets nothing',
  severity: 'error',
  sentence,
  cause:
    'A line is either [section], or name = value, or a comment that begins with #, or it begins with a space and continues the value above. This one is none of these, and the daemon that reads it does not start.',
  fix: () => `correct the line, or put # before it, ${RESTART}`,
  command: ({ file, line }) => (line === undefined ? undefined : `sed -n ${line}p ${file}`),
  example: {
    file: '/etc/neutron/neutron.conf',
    line: 7,
    said: 'this line has neither = nor :, so it sets nothing',
  },
});

export const configSectionUnknown = problem<Line>({
  code: 'config_section_unknown',
  title: 'Section that does not exist',
  severity: 'warning',
  sentence,
  cause:
    'Options are looked for in sections by their exact names. Nothing looks into this one, so everything below it has its default.',
  fix: rename,
  command: replaceWord,
  example: {
    file: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
    line: 1,
    said: 'there is no section [linux_bridg]; nothing in it is read. Did you mean [linux_bridge]?',
    meant: { written: 'linux_bridg', right: 'linux_bridge' },
  },
});

export const configOptionUnknown = problem<Line>({
  code: 'config_option_unknown',
  title: 'Option that does not exist',
  severity: 'warning',
  sentence,
  cause:
    'An option is looked for by its exact name in its section. This one is not looked for, so what it was to set has its default.',
  fix: rename,
  command: replaceWord,
  example: {
    file: '/etc/neutron/plugins/ml2/ml2_conf.ini',
    line: 2,
    said: 'there is no option [ml2] typ_drivers. Did you mean type_drivers?',
    meant: { written: 'typ_drivers', right: 'type_drivers' },
  },
});

interface OldNames {
  readonly file: string;
  readonly count: number;
}

const options = (count: number): string => (count === 1 ? '1 option' : `${count} options`);

export const configOptionRenamed = problem({
  code: 'config_option_renamed',
  title: 'Options of an older release, still understood',
  severity: 'info',
  sentence: ({ file, count }: OldNames) =>
    `${file} sets ${options(count)} by names of an older release, which are understood`,
  cause: 'These options have other names since that release. They are read as the new ones; nothing is lost.',
  fix: () => 'nothing needs to be done; the new names may be written at leisure',
  example: { file: '/etc/neutron/metadata_agent.ini', count: 1 },
});

export const configOptionWithoutEffect = problem({
  code: 'config_option_without_effect',
  title: 'Options of an older release that set nothing any more',
  severity: 'info',
  sentence: ({ file, count }: OldNames) => `${file} sets ${options(count)} that nothing reads any more`,
  cause: 'Guides for older releases set them. What they chose between is no longer a choice.',
  fix: () => 'nothing needs to be done; the lines may be removed',
  example: { file: '/etc/neutron/neutron.conf', count: 3 },
});

export const configOptionRepeated = problem<Line>({
  code: 'config_option_repeated',
  title: 'Option set twice in one file',
  severity: 'warning',
  sentence,
  cause: 'Of several lines for one option the last counts. Whoever reads or changes the first one is misled.',
  fix: () => `remove one of the two lines, ${RESTART}`,
  command: ({ file, line }) => (line === undefined ? undefined : `sed -n ${line}p ${file}`),
  example: {
    file: '/etc/neutron/neutron.conf',
    line: 9,
    said: '[DEFAULT] bind_port was already set at line 4; this later line counts',
  },
});

export const configValueInvalid = problem<Line>({
  code: 'config_value_invalid',
  title: 'Value that does not parse',
  severity: 'error',
  sentence: (args) =>
    `${sentence(args)}${args.meant === undefined ? '' : `: did you mean ${args.meant.right}?`}`,
  cause:
    'The value is not of the kind that the option takes, so the daemon that reads it does not start. A remark behind a value is taken for a part of it: remarks stand on lines of their own that begin with #.',
  fix: ({ meant }) =>
    meant === undefined ? `correct the value, ${RESTART}` : `leave only ${meant.right}, ${RESTART}`,
  command: replaceValue,
  example: {
    file: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
    line: 6,
    said: "[vxlan] local_ip = '192.168.81.65(compute)' does not parse: an IP address is expected",
    meant: { written: '192.168.81.65(compute)', right: '192.168.81.65' },
  },
});

export const configValueWithRemark = problem({
  code: 'config_value_with_remark',
  title: 'Remark taken for a part of a value',
  severity: 'warning',
  sentence: ({ file, line, option }: { file: string; line: number; option: string }) =>
    `${file}:${line}: what stands behind the value of ${option} looks like a remark, and is read as a part of it`,
  cause:
    'Everything behind the = is the value, also what was meant for people. A password or an address with a remark at its end is another one. Remarks stand on lines of their own that begin with #.',
  fix: () => `move the remark to a line of its own that begins with #, ${RESTART}`,
  command: ({ file, line }) => `sed -n ${line}p ${file}`,
  example: {
    file: '/etc/neutron/metadata_agent.ini',
    line: 13,
    option: '[DEFAULT] metadata_proxy_shared_secret',
  },
});

export const configNameMisspelt = problem<Line>({
  code: 'config_name_misspelt',
  title: 'Misspelt name of a driver, understood here',
  severity: 'info',
  sentence,
  cause:
    "Only one of the names that are built in is as near as this, so it is read as that one. Python's Neutron would not start with it.",
  fix: rename,
  command: replaceWord,
  example: {
    file: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
    line: 14,
    said: "[securitygroup] firewall_driver: there is no 'neutron.agent.linux.iptables_firewall.IptablesFirewallDrive'; reading it as 'neutron.agent.linux.iptables_firewall.IptablesFirewallDriver'",
    meant: {
      written: 'neutron.agent.linux.iptables_firewall.IptablesFirewallDrive',
      right: 'neutron.agent.linux.iptables_firewall.IptablesFirewallDriver',
    },
  },
});

export const configNameUnknown = problem<Line>({
  code: 'config_name_unknown',
  title: 'Name of a driver or plugin that is not built in',
  severity: 'warning',
  sentence,
  cause: 'Drivers and plugins are chosen by name; nothing of this name is part of this system.',
  fix: () => `write one of the names that are built in, or remove it, ${RESTART}`,
  example: {
    file: '/etc/neutron/neutron.conf',
    line: 4,
    said: "[DEFAULT] service_plugins: 'lbaas' is not built in (built in: router, qos, trunk)",
  },
});
