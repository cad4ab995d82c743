import { wrap } from '../python/wrap.ts';
import type { Argument, Section } from './argument.ts';
import { helpWidth, usage, valueName, valueUsage } from './usage.ts';

const positionalSection: Section = { title: 'positional arguments' };
const optionSection: Section = { title: 'options' };

/** A whole help page: usage, description, then the arguments by section. */
export const helpPage = (program: string, description: string, known: readonly Argument[]): string => {
  const width = helpWidth();
  const shown = known.filter((argument) => !argument.hidden);
  const longest = Math.max(...shown.map((argument) => invocation(argument).length + 2));
  const column = Math.min(longest + 2, Math.max(Math.min(24, width - 20), 4));
  const sections = new Map<Section, Argument[]>([
    [positionalSection, []],
    [optionSection, []],
  ]);
  for (const argument of shown) {
    const section = argument.section ?? (argument.flags.length === 0 ? positionalSection : optionSection);
    sections.set(section, [...(sections.get(section) ?? []), argument]);
  }
  const blocks = [usage(program, known), `${fold(description, width).join('\n')}\n`];
  for (const [section, members] of sections)
    if (members.length > 0) blocks.push(sectionBlock(section, members, column, width));
  return blocks.join('\n');
};

const sectionBlock = (
  section: Section,
  members: readonly Argument[],
  column: number,
  width: number,
): string => {
  const intro = section.description
    ? `${fold(section.description, width - 2)
        .map((line) => `  ${line}`)
        .join('\n')}\n\n`
    : '';
  return `${section.title}:\n${intro}${members.map((argument) => entry(argument, column, width)).join('')}`;
};

const fold = (text: string, width: number): string[] =>
  wrap(text.replace(/\s+/g, ' ').trim(), Math.max(width, 11));

const invocation = (argument: Argument): string => {
  if (argument.flags.length === 0) return valueName(argument);
  const value = valueUsage(argument);
  return argument.flags.map((flag) => (value === '' ? flag : `${flag} ${value}`)).join(', ');
};

const entry = (argument: Argument, column: number, width: number): string => {
  const head = `  ${invocation(argument)}`;
  if (!argument.help) return `${head}\n`;
  const lines = fold(argument.help, width - column);
  const fits = head.length - 2 <= column - 4;
  const first = fits ? `${head.padEnd(column)}${lines.shift() ?? ''}\n` : `${head}\n`;
  return first + lines.map((line) => `${' '.repeat(column)}${line}\n`).join('');
};
