import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CONFIG_OPTIONS, configArguments, dashed } from '../../../../config/commandLine.ts';
import type { Caller } from '../../identity.ts';
import type { Target } from '../template.ts';

export const HELP = `usage: neutron-policy check [options] ACTION...
       neutron-policy list [options] [WORD...]

check tells whether a caller may do something, and which rule decides it. An ACTION is the name of a rule:
create_network, update_port:mac_address, get_router:ha. Exit status 0: allowed, 1: denied, 2: cannot be told.

  --role ROLE           a role of the caller; may be repeated. Keystone gives an admin the roles member and
                        reader, too, and a member the role reader: name each
  --project ID          the project of the caller's token
  --user ID             the caller
  --system              the token is of the whole system, not of a project
  --target KEY=VALUE    a value of the object, e.g. project_id=ID, shared=true, or of what it belongs to,
                        e.g. network:project_id=ID; may be repeated. None at all: an object of the caller's project
  --target-json JSON    the object as JSON, or @FILE
  --json                the answer as JSON

list prints the rules in force, or those whose name holds a WORD, each with where it comes from.

  --config-file PATH    as for neutron-server: [oslo_policy] names the policy files, which stand beside it
  --config-dir DIR`;

export interface CheckArguments {
  readonly command: 'check';
  readonly actions: readonly string[];
  readonly caller: Caller;
  /** Absent: an object of the caller's project. */
  readonly target?: Target;
  readonly json: boolean;
  readonly config: readonly string[];
}

export interface ListArguments {
  readonly command: 'list';
  readonly words: readonly string[];
  readonly config: readonly string[];
}

/** The command line cannot be understood. */
export class WrongArguments extends Error {}

/** What KEY=VALUE means: true, false, none and whole numbers are no texts. */
function parsedValue(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (/^(none|null)$/i.test(text)) return null;
  return /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

function pairsOf(pairs: readonly string[]): [string, unknown][] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new WrongArguments(`--target ${pair}: KEY=VALUE is expected`);
    return [pair.slice(0, at), parsedValue(pair.slice(at + 1))];
  });
}

function jsonTarget(given: string): Target {
  let value: unknown;
  try {
    value = JSON.parse(given.startsWith('@') ? readFileSync(given.slice(1), 'utf8') : given);
  } catch (error) {
    throw new WrongArguments(`--target-json: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongArguments('--target-json: an object is expected');
  }
  return value as Target;
}

/** project_id and tenant_id are one, also those of parents: whichever is given stands for both. */
const withBothNames = (target: Target): Target => ({
  ...Object.fromEntries(
    Object.entries(target).flatMap(([name, value]) => {
      const [, parent, kind] = /^(.*:)?(tenant|project)_id$/.exec(name) ?? [];
      return kind === undefined
        ? []
        : [[`${parent ?? ''}${kind === 'tenant' ? 'project' : 'tenant'}_id`, value]];
    }),
  ),
  ...target,
});

/** Reads neutron-policy's arguments. @throws WrongArguments */
export function parseArguments(argv: readonly string[]): CheckArguments | ListArguments | 'help' | 'version' {
  const many = { type: 'string', multiple: true } as const;
  const one = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const read = () =>
    parseArgs({
      args: argv.map(dashed),
      allowPositionals: true,
      options: {
        help: { ...flag, short: 'h' },
        version: flag,
        ...CONFIG_OPTIONS,
        role: many,
        project: one,
        user: one,
        system: flag,
        target: many,
        'target-json': one,
        json: flag,
      },
    });
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read();
  } catch (error) {
    throw new WrongArguments((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) return 'help';
  if (values.version) return 'version';
  const [command, ...rest] = positionals;
  const config = configArguments(values);
  if (command === 'list') return { command, words: rest, config };
  if (command !== 'check') throw new WrongArguments(`'${command ?? ''}' is neither check nor list`);
  if (rest.length === 0) throw new WrongArguments('which ACTION? For example: create_network:shared');
  const json = values['target-json'];
  const given = {
    ...(json === undefined ? {} : jsonTarget(json)),
    ...Object.fromEntries(pairsOf(values.target ?? [])),
  };
  const isGiven = json !== undefined || values.target !== undefined;
  return {
    command,
    actions: rest,
    caller: {
      userId: values.user ?? null,
      userName: null,
      userDomainId: null,
      userDomainName: null,
      projectId: values.project ?? '',
      projectName: null,
      projectDomainId: null,
      projectDomainName: null,
      roles: values.role ?? [],
      ...(values.system ? { systemScope: 'all' } : {}),
    },
    ...(isGiven ? { target: withBothNames(given) } : {}),
    json: values.json === true,
    config,
  };
}
