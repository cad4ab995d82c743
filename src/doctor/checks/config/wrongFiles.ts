import { join } from 'node:path';
import { type Declared, declarations } from '../../../config/declared.ts';
import type { Entry, ParsedFile } from '../../../config/file.ts';
import { keyOf } from '../../../config/given.ts';
import type { AnyGroup } from '../../../config/option.ts';
import { optionFiles } from '../../../config/optionFiles.ts';
import { configInWrongFile } from '../../../health/catalogue/configurationFiles.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { NEUTRON_CONF } from '../../programs.ts';
import { hostFiles } from './hostFiles.ts';

/** A section, or an option of one, that nothing reads where it stands. */
export interface Misplaced {
  readonly what: string;
  readonly line: number;
  /** The file that it belongs into, below the configuration directory. */
  readonly right: string;
}

const isIn = (groups: readonly AnyGroup[], { group, name }: Declared): boolean =>
  groups.some((one) => one.name === group && name in one.options);

/** What stands in a daemon's own file and is for another daemon. `name`: the file's, below the configuration directory. */
function misplacedIn(name: string, { entries, sections }: ParsedFile): Misplaced[] {
  const own = optionFiles[name];
  const shared = optionFiles[NEUTRON_CONF]!;
  if (own === undefined || own === shared) return [];
  const placeOf = (entry: Entry): string | undefined => {
    const present = declarations.present.get(keyOf(entry));
    const declared = present === undefined ? (declarations.former.get(keyOf(entry)) ?? []) : [present];
    if (declared.some((one) => isIn([...own, ...shared], one))) return undefined;
    return Object.keys(optionFiles).find((file) => declared.some((one) => isIn(optionFiles[file]!, one)));
  };
  return [...sections].flatMap(([section, line]): Misplaced[] => {
    const inside = entries.filter((entry) => entry.section === section);
    const places = inside.map(placeOf);
    const [first] = places;
    if (section !== 'DEFAULT' && first !== undefined && places.every((place) => place !== undefined))
      return [{ what: `[${section}]`, line, right: first }];
    return inside.flatMap((entry, at) => {
      const right = places[at];
      return right === undefined ? [] : [{ what: `[${section}] ${entry.name}`, line: entry.line, right }];
    });
  });
}

/** Whether what each file sets is read where it stands: parts of one file are easily pasted into another. */
export const wrongFiles: Check<DoctorContext> = {
  name: 'configuration: sections in their files',
  async run(context) {
    const { host, directory } = context;
    const { files, misnamed } = hostFiles(context);
    const readable = files.flatMap(({ name, path, parsed }) => (parsed ? [{ name, path, parsed }] : []));
    if (readable.length === 0) return notChecked(context.unknown());
    const meant = new Map(misnamed.map(({ name, right }) => [name, right]));
    const findings = readable.flatMap(({ name, path, parsed }) =>
      misplacedIn(meant.get(name) ?? name, parsed).map(({ what, line, right }) =>
        configInWrongFile.found({ what, file: path, line, right: join(directory, right) }, { host }),
      ),
    );
    return failing(findings, `${readable.length} files`);
  },
};
