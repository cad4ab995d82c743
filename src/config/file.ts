import type { ConfigNotice } from './option.ts';

/** `name = value` as it stands in a file; the name with underscores, the lines of a long value joined by newlines. */
export interface Entry {
  readonly section: string;
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

export interface ParsedFile {
  readonly entries: readonly Entry[];
  /** Sections in the order they appear, with the line of the first appearance. */
  readonly sections: ReadonlyMap<string, number>;
  readonly notices: readonly ConfigNotice[];
}

/** oslo.config takes dashes for underscores in option names. */
export const normalName = (name: string): string => name.replaceAll('-', '_');

function unquote(value: string): string {
  const first = value[0];
  const quoted = (first === '"' || first === "'") && value.at(-1) === first;
  return quoted ? value.slice(1, -1) : value;
}

/**
 * Reads one file in oslo.config's dialect: `[section]`, `name = value` or `name: value`, comments by # or ; at the
 * start of a line, lines that begin with white space continue the value above until a blank line. A line that is
 * none of these becomes an error notice; reading goes on so that all of them are found at once.
 */
export function parseFile(text: string, file: string): ParsedFile {
  const entries: Entry[] = [];
  const sections = new Map<string, number>();
  const notices: ConfigNotice[] = [];
  let section: string | undefined;
  let open: { name: string; lines: string[]; line: number } | undefined;

  const flush = (): void => {
    if (open !== undefined && section !== undefined) {
      const value = unquote(open.lines.join('\n').trim());
      entries.push({ section, name: normalName(open.name), value, file, line: open.line });
    }
    open = undefined;
  };
  const wrong = (line: number, what: string): void => {
    notices.push({
      kind: 'line malformed',
      level: 'error',
      text: `This line ${what}.`,
      origin: { file, line },
    });
  };

  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    const line = raw.trimEnd();
    if (line === '') {
      flush();
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (open === undefined) wrong(number, 'is indented but continues no value');
      else open.lines.push(line.trimStart());
    } else if (line.startsWith('[')) {
      flush();
      if (!line.endsWith(']')) wrong(number, 'opens a section but does not end with ]');
      else if (line.length <= 2) wrong(number, 'opens a section without a name');
      else {
        section = line.slice(1, -1);
        if (!sections.has(section)) sections.set(section, number);
      }
    } else if (line.startsWith('#') || line.startsWith(';')) {
      flush();
    } else {
      flush();
      const at = line.search(/[:=]/);
      const name = line.slice(0, Math.max(at, 0)).trim();
      if (at < 0) wrong(number, 'has neither = nor :, so it sets nothing');
      else if (name === '') wrong(number, 'has no option name before the =');
      else if (section === undefined) wrong(number, 'stands before the first [section]');
      else open = { name, lines: [line.slice(at + 1).trimStart()], line: number };
    }
  }
  flush();
  return { entries, sections, notices };
}
