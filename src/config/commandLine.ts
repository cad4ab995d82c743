import { parseArgs } from 'node:util';
import type { Flag } from './given.ts';

/** Flags that every OpenStack program has, and the option each one sets. */
const VALUES: Readonly<Record<string, string>> = {
  'log-file': 'log_file',
  logfile: 'log_file',
  'log-dir': 'log_dir',
  logdir: 'log_dir',
  'log-config-append': 'log_config_append',
  'log-date-format': 'log_date_format',
  'syslog-log-facility': 'syslog_log_facility',
  'state-path': 'state_path',
};
const SWITCHES: Readonly<Record<string, string>> = {
  debug: 'debug',
  'use-syslog': 'use_syslog',
  'use-journal': 'use_journal',
  'use-json': 'use_json',
  'watch-log-file': 'watch_log_file',
};

/** A file, or a directory whose *.conf files are read. */
export interface Source {
  readonly kind: 'config-file' | 'config-dir';
  readonly path: string;
}

export interface CommandLine {
  /** In the order of the command line: a later one counts more. */
  readonly sources: readonly Source[];
  readonly flags: readonly Flag[];
  readonly positionals: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
}

/** The command line cannot be understood; the text says why. */
export class UsageError extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'UsageError';
  }
}

export const usage = (program: string): string =>
  [
    `usage: ${program} [--config-file PATH]... [--config-dir DIR]... [options]`,
    '',
    'options:',
    '  --config-file PATH      file to read; may be repeated, the last one counts most',
    '  --config-dir DIR        directory whose *.conf files are read in alphabetical order',
    '  -d, --debug             log at DEBUG level; --nodebug turns it off',
    '  --log-file PATH         write the log there',
    '  --log-dir DIR           write the log there, in a file named after the program',
    '  --log-date-format FORMAT, --use-json, --use-syslog, --use-journal, --watch-log-file',
    '  --state_path DIR        base directory for state files',
    '  --version               print the version and exit',
    '  -h, --help              print this and exit',
  ].join('\n');

const repeated = { type: 'string', multiple: true } as const;

/** Options of every program, for parseArgs: where its configuration stands. */
export const CONFIG_OPTIONS = { 'config-file': repeated, 'config-dir': repeated } as const;

/** The parsed ones as arguments again, for a program that hands them on to loadConfig. */
export const configArguments = (
  values: Partial<Record<keyof typeof CONFIG_OPTIONS, readonly string[] | undefined>>,
): string[] => [
  ...(values['config-file'] ?? []).map((path) => `--config-file=${path}`),
  ...(values['config-dir'] ?? []).map((path) => `--config-dir=${path}`),
];

/** oslo.config writes some flags with underscores; both are taken. */
export const dashed = (argument: string): string =>
  argument.replace(/^--[^=]+/, (name) => name.replaceAll('_', '-'));

/** Reads a daemon's arguments. Throws UsageError. */
export function parseCommandLine(argv: readonly string[], allowPositionals = false): CommandLine {
  const options = {
    ...CONFIG_OPTIONS,
    help: { type: 'boolean', short: 'h' } as const,
    version: { type: 'boolean' } as const,
    ...Object.fromEntries(Object.keys(VALUES).map((name) => [name, { type: 'string' } as const])),
    ...Object.fromEntries(
      Object.keys(SWITCHES).flatMap((name) => [
        [
          name,
          name === 'debug' ? ({ type: 'boolean', short: 'd' } as const) : ({ type: 'boolean' } as const),
        ],
        [`no${name}`, { type: 'boolean' } as const],
      ]),
    ),
  };
  const read = () => {
    try {
      return parseArgs({ args: argv.map(dashed), options, allowPositionals, strict: true, tokens: true });
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  };
  const { values, positionals, tokens } = read();
  const sources = tokens.flatMap((token): Source[] =>
    token.kind === 'option' && (token.name === 'config-file' || token.name === 'config-dir')
      ? [{ kind: token.name, path: token.value! }]
      : [],
  );
  const flags = Object.entries(values).flatMap(([name, value]): Flag[] => {
    const option = VALUES[name];
    if (option !== undefined) return [{ key: `DEFAULT/${option}`, value: String(value), flag: `--${name}` }];
    const off = name.startsWith('no');
    const toggled = SWITCHES[off ? name.slice(2) : name];
    return toggled === undefined
      ? []
      : [{ key: `DEFAULT/${toggled}`, value: off ? 'False' : 'True', flag: `--${name}` }];
  });
  return {
    sources,
    flags,
    positionals,
    help: values.help === true,
    version: values.version === true,
  };
}
