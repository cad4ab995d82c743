import type { Json } from '../python/value.ts';

/** What to do when the argument is met. `store` and `append` take values, the others none. */
export type Action = 'store' | 'append' | 'true' | 'false' | 'constant' | 'count' | 'help' | 'version';

/** Converts one word. Throws InvalidValue with the reason. */
export interface ArgumentType {
  readonly name: string;
  convert(text: string): Json;
}

/** One argument of a command line; no flags means positional. */
export interface Argument {
  readonly flags: readonly string[];
  readonly dest: string;
  readonly action: Action;
  readonly nargs?: '?' | '+' | '*';
  /** Value without the argument; undefined leaves the name out of the result altogether. */
  readonly default?: Json;
  readonly constant?: Json;
  readonly choices?: readonly (string | number)[];
  readonly type?: ArgumentType;
  readonly metavar?: string;
  readonly required?: boolean;
  readonly help?: string;
  /** Understood, but in no usage and no help. */
  readonly hidden?: boolean;
  /** Neutron's own client has no such argument: it is in the help, and in no usage, which scripts may know. */
  readonly ours?: true;
  /** Title of the help section, when it is not the usual one. */
  readonly section?: Section;
  /** Arguments with the same mark exclude each other. */
  readonly exclusive?: string;
}

export interface Section {
  readonly title: string;
  readonly description?: string;
}

type Details = Partial<Omit<Argument, 'flags'>>;

const destination = (flags: readonly string[]): string =>
  (flags.find((flag) => flag.startsWith('--')) ?? flags[0]!).replace(/^-+/, '').replaceAll('-', '_');

/** An option with a value. */
export const option = (flags: string | readonly string[], details: Details = {}): Argument => {
  const list = typeof flags === 'string' ? [flags] : flags;
  return { flags: list, dest: destination(list), action: 'store', default: null, ...details };
};

/** An option that may be repeated, each time adding a value. */
export const repeated = (flags: string | readonly string[], details: Details = {}): Argument =>
  option(flags, { action: 'append', ...details });

/** An option without a value. */
export const flag = (flags: string | readonly string[], details: Details = {}): Argument =>
  option(flags, { action: 'true', default: details.action === 'false', ...details });

/** An option that takes True or False and is passed on as that text; absent when not given. */
export const boolean = (name: string, details: Details = {}): Argument => {
  const { default: _, ...rest } = option(name, details);
  return { ...rest, metavar: '{True,False}', choices: ['True', 'true', 'False', 'false'] };
};

export const positional = (dest: string, metavar: string, details: Details = {}): Argument => ({
  flags: [],
  dest,
  metavar,
  action: 'store',
  default: null,
  ...details,
});

/** The argument and its older spelling with underscores, which is understood but not shown. */
export const withUnderscores = (argument: Argument): Argument[] => [
  argument,
  {
    ...argument,
    flags: argument.flags.map((name) => `--${name.slice(2).replaceAll('-', '_')}`),
    hidden: true,
  },
];
