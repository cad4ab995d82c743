import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AnyGroup, OptionDefinition } from './option.ts';
import { optionFiles } from './optionFiles.ts';

const KINDS: Readonly<Record<OptionDefinition<unknown>['type'], string>> = {
  str: 'text',
  int: 'whole number',
  float: 'number',
  bool: 'True or False',
  list: 'values, separated by commas',
  multi: 'text, the line may be repeated',
  dict: 'key:value pairs, separated by commas',
  port: 'port number',
  host: 'host name or IP address',
  ip: 'IP address',
};

function valueText(value: unknown): string {
  if (value === null) return '<none>';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return value.join(',');
  return String(value);
}

function optionLines(group: string, name: string, option: OptionDefinition<unknown>): string[] {
  const { min, max, choices, names, formerly, secret } = option;
  const range = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(secret === true ? ['secret'] : []),
  ];
  const former = (formerly ?? []).map((old) =>
    old.includes('/') ? `[${old.replace('/', '] ')}` : `[${group}] ${old}`,
  );
  return [
    `# ${option.help} (${[KINDS[option.type], ...range].join(', ')})`,
    ...(choices === undefined ? [] : [`# One of: ${choices.join(', ')}`]),
    ...(names === undefined ? [] : [`# Built in: ${names.join(', ')}`]),
    ...(former.length === 0 ? [] : [`# Formerly ${former.join(', ')}`]),
    `#${name} = ${option.sample ?? valueText(option.default)}`.trimEnd(),
    '',
  ];
}

/** The sample of one file: every option with its default, commented out. */
function sampleFile(groups: readonly AnyGroup[]): string {
  const sections = [...new Set(groups.map(({ name }) => name))].sort((a, b) =>
    a === 'DEFAULT' ? -1 : b === 'DEFAULT' ? 1 : 0,
  );
  return sections
    .flatMap((section) => [
      `[${section}]`,
      '',
      ...groups
        .filter(({ name }) => name === section)
        .flatMap((group) => Object.entries(group.options))
        .flatMap(([name, option]) => optionLines(section, name, option)),
    ])
    .join('\n');
}

/** Every sample file: path under /etc/neutron → text. */
export const samples = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(optionFiles).map(([path, groups]) => [path, sampleFile(groups)]));

if (import.meta.main) {
  const directory = join(import.meta.dirname, '../../etc/neutron');
  for (const [path, text] of Object.entries(samples())) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
