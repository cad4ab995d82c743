import { type Declared, declarations, normalGroup } from './declared.ts';
import type { Entry, ParsedFile } from './file.ts';
import { type GivenValues, keyOf } from './given.ts';
import { withoutEffect } from './legacy.ts';
import { TRANSPORT_NAMES } from './legacyTransport.ts';
import { nearest } from './nearest.ts';
import type { ConfigNotice } from './option.ts';

const place = ({ group, name }: Declared): string => `[${group}] ${name}`;

/** Every name that a file may hold, former ones and those without effect too: a misspelling may be of any of them. */
const readable: readonly { readonly group: string; readonly name: string }[] = [
  ...new Set([
    ...declarations.present.keys(),
    ...declarations.former.keys(),
    ...TRANSPORT_NAMES,
    ...Object.keys(withoutEffect),
  ]),
].map((key) => ({ group: key.slice(0, key.indexOf('/')), name: key.slice(key.indexOf('/') + 1) }));

/** Where an option of that name, or nearly, is read: the same section first, then any other. */
function suggestion(entry: Entry): { hint: string; right?: string } {
  const group = normalGroup(entry.section);
  const elsewhere = [...declarations.present.values()].filter((one) => one.name === entry.name);
  if (elsewhere.length > 0)
    return { hint: ` It belongs into ${elsewhere.map((one) => `[${one.group}]`).join(' or ')}.` };
  const here = nearest(
    entry.name,
    readable.filter((one) => one.group === group).map((one) => one.name),
  );
  if (here !== undefined) return { hint: ` Did you mean ${here}?`, right: here };
  const name = nearest(entry.name, new Set(readable.map((one) => one.name)));
  const found = readable.find((one) => one.name === name);
  return { hint: found === undefined ? '' : ` Did you mean [${found.group}] ${found.name}?` };
}

function entryNotice(entry: Entry, given: GivenValues): ConfigNotice | undefined {
  const key = keyOf(entry);
  const written = `[${entry.section}] ${entry.name}`;
  const origin = { file: entry.file, line: entry.line };
  if (declarations.present.has(key)) return undefined;
  if (TRANSPORT_NAMES.includes(key)) {
    const direct = given.get('DEFAULT/transport_url')?.[0]?.key === 'DEFAULT/transport_url';
    const rest = direct
      ? 'has no effect beside transport_url'
      : 'is read as a part of [DEFAULT] transport_url';
    return { kind: 'option renamed', level: 'info', text: `${written} ${rest}.`, origin };
  }
  const now = declarations.former.get(key);
  if (now !== undefined) {
    return {
      kind: 'option renamed',
      level: 'info',
      text: `${written} is read as ${now.map(place).join(' and ')}, its present name.`,
      origin,
    };
  }
  const reason = withoutEffect[key];
  if (reason !== undefined) {
    return {
      kind: 'option without effect',
      level: 'info',
      text: `${written} has no effect: ${reason}.`,
      origin,
    };
  }
  const { hint, right } = suggestion(entry);
  return {
    kind: 'option unknown',
    level: 'warning',
    text: `There is no option ${written}.${hint}`,
    origin,
    ...(right === undefined ? {} : { meant: { written: entry.name, right } }),
  };
}

function repeatNotices(file: ParsedFile): ConfigNotice[] {
  const last = new Map<string, Entry>();
  return file.entries.flatMap((entry) => {
    const key = keyOf(entry);
    const before = last.get(key);
    last.set(key, entry);
    const declared = declarations.present.get(key);
    if (before === undefined || declared === undefined || declared.definition.type === 'multi') return [];
    const text = `${place(declared)} was already set at line ${before.line}; this later line counts.`;
    const origin = { file: entry.file, line: entry.line };
    return [{ kind: 'option repeated' as const, level: 'warning' as const, text, origin }];
  });
}

/** What there is to say about the lines of one file, values aside. */
export const fileNotices =
  (given: GivenValues) =>
  (file: ParsedFile): ConfigNotice[] => {
    const names = [...file.entries];
    const isKnown = (section: string): boolean => {
      const group = normalGroup(section);
      const keys = names.filter((entry) => entry.section === section).map(keyOf);
      return (
        declarations.groups.has(group) ||
        keys.some((key) => withoutEffect[key] !== undefined || declarations.former.has(key))
      );
    };
    const path = file.entries[0]?.file;
    const unknown = new Set([...file.sections.keys()].filter((section) => !isKnown(section)));
    const sections = [...unknown].map((section): ConfigNotice => {
      const meant = nearest(section, declarations.groups);
      const hint = meant === undefined ? '' : ` Did you mean [${meant}]?`;
      return {
        kind: 'section unknown',
        level: 'warning',
        text: `There is no section [${section}]; nothing in it is read.${hint}`,
        origin: { ...(path === undefined ? {} : { file: path }), line: file.sections.get(section)! },
        ...(meant === undefined ? {} : { meant: { written: section, right: meant } }),
      };
    });
    const entries = names
      .filter((entry) => !unknown.has(entry.section))
      .flatMap((entry) => entryNotice(entry, given) ?? []);
    return [...file.notices, ...sections, ...entries, ...repeatNotices(file)];
  };
