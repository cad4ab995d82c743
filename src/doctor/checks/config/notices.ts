import { declarations } from '../../../config/declared.ts';
import type { Entry } from '../../../config/file.ts';
import { keyOf } from '../../../config/given.ts';
import type { ConfigNotice, NoticeKind } from '../../../config/option.ts';
import {
  configFileUnreadable,
  configLineMalformed,
  configNameMisspelt,
  configNameUnknown,
  configOptionRenamed,
  configOptionRepeated,
  configOptionUnknown,
  configOptionWithoutEffect,
  configSectionUnknown,
  configValueInvalid,
  configValueWithRemark,
} from '../../../health/catalogue/configuration.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { DoctorContext } from '../../context.ts';
import { hostFiles } from './hostFiles.ts';

/** What guides for old releases are full of: one finding for a file. */
const OLD_NAMES = {
  'option renamed': configOptionRenamed,
  'option without effect': configOptionWithoutEffect,
} as const;

const PROBLEMS = {
  'file unreadable': configFileUnreadable,
  'line malformed': configLineMalformed,
  'section unknown': configSectionUnknown,
  'option unknown': configOptionUnknown,
  'option repeated': configOptionRepeated,
  'value invalid': configValueInvalid,
  'name misspelt': configNameMisspelt,
  'name unknown': configNameUnknown,
} as const satisfies Record<Exclude<NoticeKind, keyof typeof OLD_NAMES>, unknown>;

const keyOfNotice = ({ text, origin }: ConfigNotice): string => `${origin.file}:${origin.line}:${text}`;

/** A sentence within a sentence. */
const said = (text: string): string => text.replace(/ Correct the file\.$/, '').replace(/\.$/, '');

const isOld = (kind: NoticeKind): kind is keyof typeof OLD_NAMES => kind in OLD_NAMES;

function oldNames(host: string, notices: readonly ConfigNotice[]): Finding[] {
  const groups = Map.groupBy(
    notices.filter(({ kind }) => isOld(kind)),
    ({ kind, origin }) => `${kind} ${origin.file}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [{ kind, origin }] = group as [ConfigNotice];
    const facts = { file: origin.file ?? 'the command line', count: group.length };
    const evidence = group.map((one) => `line ${one.origin.line}: ${said(one.text)}`);
    return isOld(kind) ? [OLD_NAMES[kind].found(facts, { host, evidence })] : [];
  });
}

const findingsOf = (host: string, { kind, text, origin, meant }: ConfigNotice): Finding[] =>
  isOld(kind)
    ? []
    : [
        PROBLEMS[kind].found(
          {
            file: origin.file ?? 'the command line',
            ...(origin.line === undefined ? {} : { line: origin.line }),
            said: said(text),
            ...(meant === undefined ? {} : { meant }),
          },
          { host },
        ),
      ];

/** `value # remark`, or `value(remark)` in another script than the value's. */
const REMARK = /\s#\s*\S|[((].*\P{ASCII}.*[))]\s*$/u;

const hasRemark = (entry: Entry): boolean =>
  (declarations.present.has(keyOf(entry)) || declarations.former.has(keyOf(entry))) &&
  !entry.value.includes('\n') &&
  REMARK.test(entry.value);

/** Every name and value that the files set: whether there is such a thing, and whether it can be read. */
export const namesAndValues: Check<DoctorContext> = {
  name: 'configuration: names and values',
  async run(context) {
    const { host, root } = context;
    const { programs, files, closed } = hostFiles(context);
    const unreadable = (notice: ConfigNotice) => !root && notice.kind === 'file unreadable';
    const notices = new Map(
      programs
        .flatMap(({ config }) => config.notices)
        .filter((notice) => !unreadable(notice))
        .map((notice) => [keyOfNotice(notice), notice]),
    );
    const wrong = new Set(
      [...notices.values()]
        .filter(({ kind }) => kind === 'value invalid')
        .map(({ origin }) => `${origin.file}:${origin.line}`),
    );
    const remarks = files
      .flatMap(({ parsed }) => parsed?.entries ?? [])
      .filter((entry) => hasRemark(entry) && !wrong.has(`${entry.file}:${entry.line}`))
      .map(({ file, line, section, name }) =>
        configValueWithRemark.found({ file, line, option: `[${section}] ${name}` }, { host }),
      );
    const findings = [
      ...[...notices.values()].flatMap((notice) => findingsOf(host, notice)),
      ...remarks,
      ...oldNames(host, [...notices.values()]),
    ];
    if (files.length === 0) return notChecked(context.unknown());
    if (findings.length === 0 && closed.length > 0 && !root) return notChecked(context.unknown());
    return failing(findings, `${files.length} files set only what there is`);
  },
};
