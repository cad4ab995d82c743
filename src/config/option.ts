/**
 * Declarations of options. One group of one file family is one `group(...)` value in options/; its TypeScript type
 * is inferred, so `config.group(ml2Vxlan).vni_ranges` is a string[].
 */
export type OptionType =
  | 'str'
  | 'int'
  | 'float'
  | 'bool'
  | 'list'
  | 'multi'
  | 'dict'
  | 'port'
  | 'host'
  | 'ip';

interface Extra {
  /** Former names, `group/name` or `name`: read with a one-line notice. */
  readonly formerly?: readonly string[];
  readonly choices?: readonly string[];
  readonly ignoreCase?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Never shown: in notices and logs it is ***. */
  readonly secret?: boolean;
  /** Names of drivers or classes that are built in; a near miss is read as the nearest of them, with a warning. */
  readonly names?: readonly string[];
  /** Shown in the sample file instead of a default that depends on the machine. */
  readonly sample?: string;
}

export interface OptionDefinition<T> extends Extra {
  readonly type: OptionType;
  readonly default: T;
  readonly help: string;
}

const declare =
  <Base>(type: OptionType) =>
  <Default extends Base | null>(defaultValue: Default, help: string, extra: Extra = {}) =>
    ({ type, default: defaultValue, help, ...extra }) as OptionDefinition<
      Default extends null ? Base | null : Base
    >;

export const str = declare<string>('str');
export const int = declare<number>('int');
export const float = declare<number>('float');
export const bool = declare<boolean>('bool');
export const port = declare<number>('port');
/** A host name or an address. */
export const host = declare<string>('host');
export const ip = declare<string>('ip');
export const list = declare<readonly string[]>('list');
export const multi = declare<readonly string[]>('multi');
export const dict = declare<Readonly<Record<string, string>>>('dict');

export interface OptionGroup<Options> {
  /** Section name; DEFAULT for the first section. */
  readonly name: string;
  readonly options: Options;
}

/** A group, whatever its options. */
export type AnyGroup = OptionGroup<Readonly<Record<string, OptionDefinition<unknown>>>>;

export const group = <Options extends Record<string, OptionDefinition<unknown>>>(
  name: string,
  options: Options,
): OptionGroup<Options> => ({ name, options });

export type Values<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends OptionDefinition<infer T> ? T : never;
};

/** Where a value came from: a file and its line, a command-line flag, or the default. */
export interface Origin {
  readonly file?: string;
  readonly line?: number;
  readonly flag?: string;
  readonly default?: true;
}

export type NoticeKind =
  | 'file unreadable'
  | 'line malformed'
  | 'section unknown'
  | 'option unknown'
  | 'option renamed'
  | 'option without effect'
  | 'option repeated'
  | 'value invalid'
  | 'name misspelt'
  | 'name unknown';

/** Something worth telling the operator, and where it stands. */
export interface Notice {
  readonly level: 'error' | 'warning' | 'info';
  readonly text: string;
  readonly origin: Origin;
}

/** What there is to say about a configuration: an unknown or renamed name, a value that does not parse. */
export interface ConfigNotice extends Notice {
  readonly kind: NoticeKind;
  /** What stands in the file and what was probably meant by it, where that is certain enough to be put in its place. */
  readonly meant?: { readonly written: string; readonly right: string };
}

/** A parsed configuration. `group` never fails: values that did not parse are in `notices` and stop the process at start. */
export interface Config {
  group<Options>(definition: OptionGroup<Options>): Values<Options>;
  origin(group: string, option: string): Origin;
  readonly notices: readonly ConfigNotice[];
  readonly files: readonly string[];
}
