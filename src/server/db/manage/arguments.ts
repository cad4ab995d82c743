import { parseArgs } from 'node:util';
import { CONFIG_OPTIONS, configArguments, dashed } from '../../../config/commandLine.ts';

const COMMANDS = [
  'current',
  'history',
  'branches',
  'heads',
  'check_migration',
  'upgrade',
  'downgrade',
  'stamp',
  'revision',
  'has_offline_migrations',
] as const;

export type Command = (typeof COMMANDS)[number];

export interface Arguments {
  readonly command: Command;
  readonly revision?: string;
  /** What the configuration is read from. */
  readonly config: readonly string[];
  readonly databaseConnection?: string;
  readonly subproject: string;
  readonly verbose: boolean;
  readonly sql: boolean;
  readonly expand: boolean;
  readonly contract: boolean;
}

export const USAGE = `usage: neutron-db-manage [-h] [--config-dir DIR] [--config-file PATH]
                         [--subproject SUBPROJECT]
                         [--database-connection DATABASE_CONNECTION]
                         [--database-engine DATABASE_ENGINE]
                         {${COMMANDS.join(',')}}
                         ...`;

export const HELP = `${USAGE}

  upgrade heads [--expand|--contract] [--sql]   create the schema, or see that it is there
  current [--verbose]                           revisions the database is at
  history, heads, branches, check_migration     revisions there are
  stamp heads|REVISION                          write a revision down without changing a table
  has_offline_migrations                        exit status 1 when servers must be stopped for an upgrade`;

/** Ways to write a command beside its name. */
const ALIASES: Readonly<Record<string, Command>> = { check: 'check_migration' };

const isCommand = (name: string): name is Command => (COMMANDS as readonly string[]).includes(name);

/** Reads neutron-db-manage's arguments; a string is what is wrong with them. */
export function parseArguments(
  argv: readonly string[],
): Arguments | 'help' | 'version' | { readonly error: string } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  let parsed: ReturnType<typeof read>;
  const read = () =>
    parseArgs({
      args: argv.map(dashed),
      allowPositionals: true,
      options: {
        help: { ...flag, short: 'h' },
        version: flag,
        ...CONFIG_OPTIONS,
        subproject: text,
        'database-connection': text,
        'database-engine': text,
        verbose: { ...flag, short: 'v' },
        sql: flag,
        expand: flag,
        contract: flag,
        delta: text,
        debug: { ...flag, short: 'd' },
      },
    });
  try {
    parsed = read();
  } catch (error) {
    return { error: (error as Error).message };
  }
  const { values, positionals } = parsed;
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  const [name, revision, ...rest] = positionals;
  if (name === undefined) return { error: 'the following arguments are required: command' };
  const command = ALIASES[name] ?? name;
  if (!isCommand(command)) {
    const choices = COMMANDS.map((one) => `'${one}'`).join(', ');
    return { error: `argument command: invalid choice: '${name}' (choose from ${choices})` };
  }
  if (rest.length > 0) return { error: `unrecognized arguments: ${rest.join(' ')}` };
  const connection = values['database-connection'];
  const target = revision ?? (values.delta === undefined ? undefined : `+${values.delta}`);
  return {
    command,
    ...(target === undefined ? {} : { revision: target }),
    config: configArguments(values),
    ...(connection === undefined ? {} : { databaseConnection: connection }),
    subproject: values.subproject ?? 'neutron',
    verbose: values.verbose === true,
    sql: values.sql === true,
    expand: values.expand === true,
    contract: values.contract === true,
  };
}
