import type { Argument, ArgumentType } from '../argparse/argument.ts';
import type { Namespace } from '../argparse/namespace.ts';
import { parse } from '../argparse/parser.ts';
import { integer, keyValues, text, truth } from '../argparse/types.ts';
import { ClientError } from '../errors.ts';
import { type Dict, isDict, type Json } from '../python/value.ts';

const types: Readonly<Record<string, ArgumentType>> = {
  bool: truth,
  dict: keyValues(),
  int: integer,
  str: text,
};

/** One `--name` with its `type=`, `list=true`, `action=clear` and values, while it is being read. */
interface Extra {
  readonly flag: string;
  type?: ArgumentType;
  isList: boolean;
  isClear: boolean;
  values: number;
}

/**
 * Reads words that no argument covers as attributes: `--name value`, `--name type=int 3`, `--name list=true a b`,
 * `--name action=clear` (null), `--name` alone (true). Throws ClientError or UsageError.
 */
export const extraValues = (words: readonly string[]): Dict => {
  const invalid = (): ClientError => new ClientError(`Invalid values_specs ${words.join(' ')}`);
  const extras: Extra[] = [];
  const kept: string[] = [];
  let spelled = '';
  for (const word of words[0] === '--' ? words.slice(1) : words) {
    const current = extras.at(-1);
    if (word.startsWith('---')) throw invalid();
    if (word.startsWith('--')) {
      if (current) finish(current, kept, invalid);
      const flag = word.split('=')[0]!;
      if (extras.some((extra) => extra.flag === flag))
        throw new ClientError(`Duplicated options ${words.join(' ')}`);
      extras.push({ flag, isList: false, isClear: false, values: word.includes('=') ? 1 : 0 });
      spelled = word;
    } else if (word.startsWith('type=') && current?.type === undefined) {
      if (!current) throw invalid();
      const name = word.split('=')[1]!;
      if (!types[name])
        throw new ClientError(`Invalid value_specs ${words.join(' ')}: type ${name} is not supported`);
      current.type = types[name];
      continue;
    } else if (current && word === 'list=true') {
      current.isList = true;
      continue;
    } else if (current && word === 'action=clear') {
      current.isClear = true;
      continue;
    } else {
      if (!current || spelled.includes('=') || (word.startsWith('-') && !isNumber(word))) throw invalid();
      current.values++;
    }
    kept.push(word);
  }
  const last = extras.at(-1);
  if (last) finish(last, kept, invalid);
  return convert(extras, kept);
};

const isNumber = (word: string): boolean =>
  word.trim() !== '' && !Number.isNaN(Number(word.replace(/[jJ]$/, '')));

const finish = (extra: Extra, kept: string[], invalid: () => ClientError): void => {
  if (extra.values === 0 && (extra.type || extra.isList)) throw invalid();
  if (extra.values === 0 && extra.isClear) kept.pop();
};

const convert = (extras: readonly Extra[], words: readonly string[]): Dict => {
  const known = extras.map((extra): Argument => {
    const isList = extra.values > 1 || extra.isList;
    const isFlag = extra.values === 0 && !extra.isClear;
    return {
      flags: [extra.flag],
      dest: extra.flag.replace(/^--/, '').replaceAll('-', '_'),
      action: isFlag && !isList ? 'true' : 'store',
      default: isFlag && !isList ? false : null,
      ...(isList ? { nargs: '+' } : {}),
      ...(extra.type ? { type: extra.type } : {}),
    };
  });
  const { values } = parse('neutron', known, words);
  const result: Dict = {};
  for (const { dest } of known) result[dest] = values.get(dest) ?? null;
  return result;
};

/** Moves list values that a known argument also takes over to that argument; returns the rest. */
export const mergeInto = (args: Namespace, extra: Dict): Dict => {
  const rest: Dict = {};
  for (const [name, value] of Object.entries(extra)) {
    const known = args.get(name);
    const mergeable =
      Array.isArray(known) && Array.isArray(value) && value.length > 0 && sameKind(known[0], value[0]);
    if (mergeable) args.set(name, [...known, ...value]);
    else rest[name] = value;
  }
  return rest;
};

const sameKind = (known: Json | undefined, value: Json | undefined): boolean =>
  known === undefined || (typeof known === typeof value && isDict(known) === isDict(value));
