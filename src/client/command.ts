import { type Argument, flag, option } from './argparse/argument.ts';
import type { Namespace } from './argparse/namespace.ts';
import type { Api } from './http/api.ts';
import type { Log } from './log.ts';

/** One command of the program: what it is for, what it takes, what it does. */
export interface Command {
  /** The first sentence of its help. */
  readonly about: string;
  /** Everything it takes, in the order of its usage line, except --help. */
  readonly arguments: readonly Argument[];
  /** Throws ClientError with the text to show. */
  run(call: Call): Promise<void>;
  /** Takes --wait, as it changes what agents must apply. */
  readonly waits?: true;
  /** Gives arguments what the parser left over for them; returns the rest. */
  claim?(args: Namespace, unknown: readonly string[]): readonly string[];
}

/** One use of a command. */
export interface Call {
  readonly args: Namespace;
  /** Words that the command's arguments do not cover: further attributes of the object, or filters. */
  readonly extra: readonly string[];
  readonly api: Api;
  readonly log: Log;
  /** For how many seconds to wait until the agents have applied the change; undefined for not at all. */
  readonly wait?: number | undefined;
  print(text: string): void;
}

/** A noun's commands by name. */
export type Commands = Readonly<Record<string, Command>>;

export const helpArgument = flag(['-h', '--help'], {
  action: 'help',
  default: undefined,
  help: 'show this help message and exit',
});

const requestFormat = (name: string, details: Partial<Argument> = {}): Argument =>
  option(name, { choices: ['json'], hidden: true, ...details });

/** Accepted by every command for the sake of old scripts: there is one format. */
const requestFormats = [
  requestFormat('--request-format', { default: 'json' }),
  requestFormat('--request_format'),
];

export interface ActionDefinition {
  readonly about: string;
  readonly arguments?: readonly Argument[];
  /** The output options, for commands that print a table. */
  readonly output?: readonly Argument[];
  readonly waits?: true;
  run(call: Call): Promise<void>;
}

/** A command that is none of the generic kinds. */
export const action = (definition: ActionDefinition): Command => ({
  about: definition.about,
  arguments: [...(definition.output ?? []), ...requestFormats, ...(definition.arguments ?? [])],
  ...(definition.waits ? { waits: true } : {}),
  run: definition.run,
});
