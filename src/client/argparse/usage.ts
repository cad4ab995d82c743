import type { Argument } from './argument.ts';

/** Columns that help and usage may fill, as argparse reckons: $COLUMNS or the terminal's, less two. */
export const helpWidth = (): number =>
  (Number.parseInt(process.env.COLUMNS ?? '', 10) || process.stdout.columns || 80) - 2;

/** What an option's value is called: `METAVAR`, `{a,b}` or the name itself. */
export const valueName = (argument: Argument): string =>
  argument.metavar ?? (argument.choices ? `{${argument.choices.join(',')}}` : fallbackName(argument));

const fallbackName = (argument: Argument): string =>
  argument.flags.length > 0 ? argument.dest.toUpperCase() : argument.dest;

/** The value as the usage shows it, with its multiplicity. */
export const valueUsage = (argument: Argument): string => {
  if (argument.action !== 'store' && argument.action !== 'append') return '';
  const name = valueName(argument);
  if (argument.nargs === '?') return `[${name}]`;
  if (argument.nargs === '+') return `${name} [${name} ...]`;
  return argument.nargs === '*' ? `[${name} ...]` : name;
};

const partOf = (argument: Argument): string => {
  if (argument.flags.length === 0) return valueUsage(argument);
  const value = valueUsage(argument);
  return value === '' ? argument.flags[0]! : `${argument.flags[0]} ${value}`;
};

/** What a usage line consists of: `[--name NAME]`, `[--a | --b]`, `NAME`. */
const parts = (known: readonly Argument[]): string[] => {
  const result: string[] = [];
  const shown = known.filter((argument) => !argument.hidden && !argument.ours);
  for (let index = 0; index < shown.length; index++) {
    const argument = shown[index]!;
    const group = [argument];
    while (argument.exclusive !== undefined && shown[index + 1]?.exclusive === argument.exclusive)
      group.push(shown[++index]!);
    const text = group.map(partOf).join(' | ');
    const bare = group.length === 1 && (argument.flags.length === 0 || argument.required);
    result.push(bare ? text : `[${text}]`);
  }
  return result;
};

/** What is not broken across lines: up to the first bracket that ends a word. */
const unbreakable = (all: readonly string[]): string[] =>
  all.join(' ').match(/\(.*?\)+(?=\s|$)|\[.*?\]+(?=\s|$)|\S+/g) ?? [];

/** The usage, wrapped as argparse wraps it, ending in a newline. */
export const usage = (program: string, known: readonly Argument[]): string => {
  const width = Math.max(helpWidth(), 11);
  const options = unbreakable(parts(known.filter((argument) => argument.flags.length > 0)));
  const words = unbreakable(parts(known.filter((argument) => argument.flags.length === 0)));
  const prefix = 'usage: ';
  const single = [program, ...options, ...words].join(' ');
  if (prefix.length + single.length <= width) return `${prefix}${single}\n`;
  const lead = prefix.length + program.length;
  if (lead > 0.75 * width) {
    const together = fill([...options, ...words], prefix.length, prefix.length, width);
    const lines =
      together.length > 1
        ? [
            ...fill(options, prefix.length, prefix.length, width),
            ...fill(words, prefix.length, prefix.length, width),
          ]
        : together;
    return `${[prefix + program, ...lines].join('\n')}\n`;
  }
  const indent = lead + 1;
  const first = fill(options.length > 0 ? options : words, indent, indent, width);
  const rest = options.length > 0 ? fill(words, indent, indent, width) : [];
  const lines = [...first, ...rest];
  return `${prefix}${program} ${lines.join('\n').trimStart()}\n`;
};

const fill = (items: readonly string[], indent: number, start: number, width: number): string[] => {
  const lines: string[] = [];
  let line: string[] = [];
  let length = start - 1;
  for (const item of items) {
    if (length + 1 + item.length > width && line.length > 0) {
      lines.push(' '.repeat(indent) + line.join(' '));
      line = [];
      length = indent - 1;
    }
    line.push(item);
    length += item.length + 1;
  }
  if (line.length > 0) lines.push(' '.repeat(indent) + line.join(' '));
  return lines;
};
