import { type Declared, declarations, namesOf, normalGroup } from './declared.ts';
import { type Entry, normalName, type ParsedFile } from './file.ts';
import { collectGiven, effective, type Flag, type Given } from './given.ts';
import { legacyTransportUrl, TRANSPORT_NAMES } from './legacyTransport.ts';
import { nearestOnes } from './nearest.ts';
import { fileNotices } from './notices.ts';
import type { Config, ConfigNotice, OptionDefinition, OptionGroup, Origin, Values } from './option.ts';
import { substitute } from './substitute.ts';
import { parseValue, withoutRemark } from './value.ts';

const TRANSPORT_URL = 'DEFAULT/transport_url';

const asText = (value: unknown): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value);

/** The old rabbit_* options stand in for transport_url where that is not given. */
function withLegacyTransport(
  files: readonly (readonly Entry[])[],
  given: Map<string, readonly Given[]>,
): void {
  if (given.has(TRANSPORT_URL)) return;
  const url = legacyTransportUrl(files.flat());
  const first = TRANSPORT_NAMES.flatMap((name) => given.get(name) ?? [])[0];
  if (url === undefined || first === undefined) return;
  given.set(TRANSPORT_URL, [{ ...first, value: url }]);
}

/**
 * Makes a Config of parsed files, the last of which counts most, and of flags, which count more than any file.
 * Everything given is converted and judged here and now; what is wrong is in `notices`.
 */
export function resolveConfig(
  files: readonly ParsedFile[],
  names: readonly string[],
  flags: readonly Flag[],
  earlier: readonly ConfigNotice[] = [],
): Config {
  const entries = files.map((file) => file.entries);
  const given = new Map(collectGiven(entries, flags));
  withLegacyTransport(entries, given);
  const notices: ConfigNotice[] = [...earlier, ...files.flatMap(fileNotices(given))];
  const known = new Map<string, unknown>();
  const groups = new Map<object, unknown>();

  const lookup = (group: string) => (name: string) => {
    const [first, second] = name.split('.') as [string, string | undefined];
    const keys = second === undefined ? [`${group}/${first}`, `DEFAULT/${first}`] : [`${first}/${second}`];
    const found = keys
      .map((key) => declarations.present.get(normalName(key)))
      .find((one) => one !== undefined);
    return found === undefined ? undefined : asText(read(found));
  };

  function convert(text: string, declared: Declared, origin: Origin): unknown {
    const { definition, group, name } = declared;
    const parsed = parseValue(text, definition);
    if ('value' in parsed) return correctNames(parsed.value, declared, origin);
    const shown = definition.secret === true ? '***' : `'${text}'`;
    const right = withoutRemark(text);
    const mended = right !== text && definition.secret !== true && 'value' in parseValue(right, definition);
    notices.push({
      kind: 'value invalid',
      level: 'error',
      text: `[${group}] ${name} = ${shown} does not parse: ${parsed.expected} is expected.`,
      origin,
      ...(mended ? { meant: { written: text, right } } : {}),
    });
    return definition.default;
  }

  function correctNames(value: unknown, { definition, group, name }: Declared, origin: Origin): unknown {
    const { names: drivers } = definition;
    if (drivers === undefined) return value;
    const correct = (word: string): string => {
      if (word === '' || drivers.includes(word)) return word;
      const [meant, other] = nearestOnes(word, drivers);
      const certain = meant !== undefined && other === undefined;
      const text = certain
        ? `[${group}] ${name}: there is no '${word}'; reading it as '${meant}'. Correct the file.`
        : `[${group}] ${name}: '${word}' is not built in (built in: ${drivers.join(', ')}).`;
      notices.push({
        kind: certain ? 'name misspelt' : 'name unknown',
        level: 'warning',
        text,
        origin,
        ...(certain ? { meant: { written: word, right: meant } } : {}),
      });
      return certain ? meant : word;
    };
    return Array.isArray(value) ? value.map(correct) : typeof value === 'string' ? correct(value) : value;
  }

  function compute(declared: Declared): unknown {
    const { definition, group } = declared;
    const replace = (text: string) => substitute(text, lookup(group));
    if (definition.type === 'multi') {
      const all = namesOf(declared).flatMap((key) => given.get(key) ?? []);
      if (all.length > 0) return all.map((one) => convert(replace(one.value), declared, one.origin));
    }
    const one = effective(given, namesOf(declared));
    if (one !== undefined) return convert(replace(one.value), declared, one.origin);
    return typeof definition.default === 'string' ? replace(definition.default) : definition.default;
  }

  function read(declared: Declared): unknown {
    const key = `${declared.group}/${declared.name}`;
    if (!known.has(key)) {
      // An option that refers to itself sees its default.
      known.set(key, declared.definition.default);
      known.set(key, compute(declared));
    }
    return known.get(key);
  }

  for (const key of given.keys()) {
    const declared = declarations.present.get(key);
    for (const one of declared ? [declared] : (declarations.former.get(key) ?? [])) read(one);
  }

  return {
    group<Options>(definition: OptionGroup<Options>): Values<Options> {
      const ready = groups.get(definition);
      if (ready !== undefined) return ready as Values<Options>;
      const options = definition.options as Readonly<Record<string, OptionDefinition<unknown>>>;
      const values = Object.fromEntries(
        Object.entries(options).map(([name, one]) => [
          name,
          read({ group: definition.name, name, definition: one }),
        ]),
      );
      groups.set(definition, values);
      return values as Values<Options>;
    },
    origin(group: string, option: string): Origin {
      const declared = declarations.present.get(`${group}/${option}`);
      const names =
        declared === undefined ? [`${normalGroup(group)}/${normalName(option)}`] : namesOf(declared);
      return effective(given, names)?.origin ?? { default: true };
    },
    notices,
    files: names,
  };
}
