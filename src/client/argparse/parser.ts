import { HelpRequest, InvalidValue, UsageError } from '../errors.ts';
import { type Json, repr } from '../python/value.ts';
import type { Argument } from './argument.ts';
import { Namespace } from './namespace.ts';
import { usage } from './usage.ts';

/** What a command line holds: the known values, and the words that nothing claimed. */
export interface Parsed {
  readonly values: Namespace;
  readonly unknown: string[];
}

interface Word {
  /** undefined: it looks like an option but is none of ours. */
  readonly argument: Argument | undefined;
  readonly flag: string;
  readonly attached: string | undefined;
}

/**
 * Parses like Python 3.11's `argparse.parse_known_args`: abbreviated options, `--name=value`, joined short options,
 * options and positionals in any order. Throws UsageError with argparse's texts, HelpRequest for --help and --version.
 */
export const parse = (program: string, known: readonly Argument[], words: readonly string[]): Parsed => {
  try {
    return new Parse(known, words).run();
  } catch (error) {
    throw error instanceof InvalidValue ? usageError(program, known, error) : error;
  }
};

/** A value that is not valid, with the usage before it. */
export const usageError = (
  program: string,
  known: readonly Argument[],
  { message }: InvalidValue,
): UsageError => new UsageError(`${usage(program, known)}${program}: error: ${message}`);

const takesValue = (argument: Argument): boolean =>
  argument.action === 'store' || argument.action === 'append';

/** The name argparse gives an argument in its messages. */
const displayName = (argument: Argument): string =>
  argument.flags.length > 0 ? argument.flags.join('/') : (argument.metavar ?? argument.dest);

const failure = (argument: Argument, reason: string): InvalidValue =>
  new InvalidValue(`argument ${displayName(argument)}: ${reason}`);

class Parse {
  readonly #known: readonly Argument[];
  readonly #words: readonly string[];
  readonly #byFlag = new Map<string, Argument>();
  readonly #options = new Map<number, Word>();
  readonly #values = new Namespace();
  readonly #unknown: string[] = [];
  readonly #seen = new Set<Argument>();
  /** Seen with a value other than their default: what mutual exclusion looks at. */
  readonly #given = new Set<Argument>();
  #positionals: Argument[];
  #pattern = '';

  constructor(known: readonly Argument[], words: readonly string[]) {
    this.#known = known;
    this.#words = words;
    this.#positionals = known.filter((argument) => argument.flags.length === 0);
    for (const argument of known) {
      for (const flag of argument.flags) this.#byFlag.set(flag, argument);
      if (argument.default !== undefined && !this.#values.has(argument.dest))
        this.#values.set(argument.dest, argument.default);
    }
  }

  run(): Parsed {
    this.#classify();
    const last = Math.max(-1, ...this.#options.keys());
    let index = 0;
    while (index <= last) {
      let next = index;
      while (!this.#options.has(next)) next++;
      if (index !== next) {
        const after = this.#consumePositionals(index);
        if (after > index) {
          index = after;
          continue;
        }
      }
      this.#unknown.push(...this.#words.slice(index, next));
      index = this.#consumeOption(next);
    }
    index = this.#consumePositionals(index);
    this.#unknown.push(...this.#words.slice(index));
    const missing = this.#known.filter((argument) => this.#isRequired(argument) && !this.#seen.has(argument));
    if (missing.length > 0)
      throw new InvalidValue(`the following arguments are required: ${missing.map(displayName).join(', ')}`);
    return { values: this.#values, unknown: this.#unknown };
  }

  #isRequired(argument: Argument): boolean {
    if (argument.flags.length > 0) return argument.required === true;
    return argument.nargs !== '?' && argument.nargs !== '*';
  }

  /** Marks each word as option (O), argument (A) or the separator (-). */
  #classify(): void {
    const separator = this.#words.indexOf('--');
    const end = separator < 0 ? this.#words.length : separator;
    for (let index = 0; index < end; index++) {
      const word = this.#asOption(this.#words[index]!);
      if (word) this.#options.set(index, word);
      this.#pattern += word ? 'O' : 'A';
    }
    if (separator >= 0) this.#pattern += `-${'A'.repeat(this.#words.length - separator - 1)}`;
  }

  #asOption(word: string): Word | undefined {
    if (!word.startsWith('-')) return undefined;
    const exact = this.#byFlag.get(word);
    if (exact) return { argument: exact, flag: word, attached: undefined };
    if (word.length === 1) return undefined;
    const equals = word.indexOf('=');
    const [name, value] = equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
    const assigned = this.#byFlag.get(name);
    if (assigned && value !== undefined) return { argument: assigned, flag: name, attached: value };
    const candidates = this.#candidates(word, name, value);
    if (candidates.length > 1)
      throw new InvalidValue(
        `ambiguous option: ${word} could match ${candidates.map(({ flag }) => flag).join(', ')}`,
      );
    if (candidates[0]) return candidates[0];
    if (/^-\d+$|^-\d*\.\d+$/.test(word) || word.includes(' ')) return undefined;
    return { argument: undefined, flag: word, attached: undefined };
  }

  #candidates(word: string, name: string, value: string | undefined): Word[] {
    const found: Word[] = [];
    for (const [flag, argument] of this.#byFlag) {
      if (word.startsWith('--')) {
        if (flag.startsWith(name)) found.push({ argument, flag, attached: value });
      } else if (flag === word.slice(0, 2)) found.push({ argument, flag, attached: word.slice(2) });
      else if (flag.startsWith(word)) found.push({ argument, flag, attached: undefined });
    }
    return found;
  }

  #consumeOption(index: number): number {
    let { argument, flag, attached } = this.#options.get(index)!;
    const pending: (() => void)[] = [];
    let after = index + 1;
    for (;;) {
      if (argument === undefined) {
        this.#unknown.push(this.#words[index]!);
        return index + 1;
      }
      const current = argument;
      if (attached === undefined) {
        const count = this.#count(current, this.#pattern.slice(after));
        const values = this.#words.slice(after, after + count);
        after += count;
        pending.push(() => this.#take(current, values));
        break;
      }
      if (takesValue(current)) {
        const value: string = attached;
        pending.push(() => this.#take(current, [value]));
        break;
      }
      const joined: Argument | undefined =
        flag[1] === '-' || attached === '' ? undefined : this.#byFlag.get(`-${attached[0]}`);
      if (joined === undefined) throw failure(current, `ignored explicit argument ${repr(attached)}`);
      pending.push(() => this.#take(current, []));
      argument = joined;
      flag = `-${attached[0]}`;
      attached = attached.slice(1) || undefined;
    }
    for (const take of pending) take();
    return after;
  }

  #count(argument: Argument, pattern: string): number {
    if (!takesValue(argument)) return 0;
    const expected = argument.nargs ?? '1';
    const match = { '1': /^A/, '?': /^A?/, '+': /^A+/, '*': /^A*/ }[expected].exec(pattern);
    if (match) return match[0].length;
    throw failure(argument, expected === '+' ? 'expected at least one argument' : 'expected one argument');
  }

  #consumePositionals(index: number): number {
    const pattern = this.#pattern.slice(index);
    for (let count = this.#positionals.length; count > 0; count--) {
      const expression = this.#positionals.slice(0, count).map(positionalPattern).join('');
      const match = new RegExp(`^${expression}`).exec(pattern);
      if (!match) continue;
      let start = index;
      for (const [position, argument] of this.#positionals.slice(0, count).entries()) {
        const length = match[position + 1]!.length;
        const words = this.#words.slice(start, start + length);
        start += length;
        this.#take(argument, words);
      }
      this.#positionals = this.#positionals.slice(count);
      return start;
    }
    return index;
  }

  #take(argument: Argument, words: readonly string[]): void {
    this.#seen.add(argument);
    const isDefault = argument.nargs === '?' && words.length === 0;
    const value = isDefault ? (argument.default ?? null) : this.#convert(argument, words);
    if (!isDefault) {
      this.#given.add(argument);
      for (const other of this.#known)
        if (other !== argument && this.#given.has(other) && excludes(other, argument))
          throw failure(argument, `not allowed with argument ${displayName(other)}`);
    }
    this.#store(argument, value);
  }

  #convert(argument: Argument, words: readonly string[]): Json {
    const values = words.filter((word) => word !== '--').map((word) => convertOne(argument, word));
    return argument.nargs === '+' || argument.nargs === '*' ? values : (values[0] ?? null);
  }

  #store(argument: Argument, value: Json): void {
    const { dest, action } = argument;
    const before = this.#values.get(dest);
    if (action === 'store') this.#values.set(dest, value);
    else if (action === 'append') this.#values.set(dest, [...(Array.isArray(before) ? before : []), value]);
    else if (action === 'true' || action === 'false') this.#values.set(dest, action === 'true');
    else if (action === 'constant') this.#values.set(dest, argument.constant ?? null);
    else if (action === 'count') this.#values.set(dest, (typeof before === 'number' ? before : 0) + 1);
    else throw new HelpRequest(action);
  }
}

const excludes = (a: Argument, b: Argument): boolean =>
  a.exclusive !== undefined && a.exclusive === b.exclusive;

const positionalPattern = (argument: Argument): string =>
  ({ '1': '(-*A-*)', '?': '(-*A?-*)', '+': '(-*A[A-]*)', '*': '(-*[A-]*)' })[argument.nargs ?? '1'];

const convertOne = (argument: Argument, word: string): Json => {
  let value: Json = word;
  try {
    if (argument.type) value = argument.type.convert(word);
  } catch (error) {
    throw error instanceof InvalidValue ? failure(argument, error.message) : error;
  }
  const { choices } = argument;
  if (choices && !choices.some((choice) => choice === value))
    throw failure(argument, `invalid choice: ${repr(value)} (choose from ${choices.map(repr).join(', ')})`);
  return value;
};
