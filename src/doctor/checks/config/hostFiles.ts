import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type ParsedFile, parseFile } from '../../../config/file.ts';
import type { Config } from '../../../config/option.ts';
import { type Check, notChecked, type Outcome } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import {
  closedFiles,
  type Installed,
  installedPrograms,
  NEUTRON_CONF,
  OWN_FILES,
  type Program,
} from '../../programs.ts';
import { type Misnamed, misnamedAmong } from './misnamed.ts';

/** A file below the configuration directory; `parsed` is undefined when this user may not read it. */
export interface HostFile {
  /** Below the directory: plugins/ml2/ml2_conf.ini. */
  readonly name: string;
  readonly path: string;
  readonly parsed: ParsedFile | undefined;
}

/** The configuration of this host as files: what the daemons read, and what nearly has the name of such a file. */
export interface HostFiles {
  readonly files: readonly HostFile[];
  readonly misnamed: readonly Misnamed[];
  /** What this user may not read. */
  readonly closed: readonly string[];
  /** The daemons with what they would read if every file had its right name. */
  readonly programs: readonly Installed[];
  /** Nova's configuration, where it is on this host. */
  readonly nova: HostFile | undefined;
}

const parsed = (path: string): ParsedFile | undefined => {
  try {
    return parseFile(readFileSync(path, 'utf8'), path);
  } catch {
    return undefined;
  }
};

const names = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
};

const NAMES: readonly string[] = [NEUTRON_CONF, ...Object.values(OWN_FILES)];

/** Why nothing can be said of values, if so: none are there, or they may not be read. */
const nothingToSay = ({ files, closed, programs }: HostFiles): string | undefined =>
  closed.length > 0
    ? `${closed[0]} cannot be read: it needs root`
    : files.length === 0 || programs.length === 0
      ? 'nothing is configured on this host'
      : undefined;

/** A check of what the files of this host say; not checked when nothing can be said of values. */
export const checkOfFiles = (
  name: string,
  look: (files: HostFiles, context: DoctorContext) => Outcome | Promise<Outcome>,
): Check<DoctorContext> => ({
  name,
  async run(context) {
    const files = hostFiles(context);
    const why = nothingToSay(files);
    return why === undefined ? look(files, context) : notChecked(why);
  },
});

/** The configuration of a daemon of this host, its files taken for what they are meant to be. */
export const configIn = ({ programs }: HostFiles, program: Program): Config | undefined =>
  programs.find((one) => one.program === program)?.config;

export function hostFiles({ directory, programs }: DoctorContext): HostFiles {
  const folders = new Set([directory, join(directory, 'plugins'), join(directory, 'plugins/ml2')]);
  const all = [...folders].flatMap(names).map((path) => relative(directory, path));
  const at = (name: string): HostFile => {
    const path = join(directory, name);
    return { name, path, parsed: parsed(path) };
  };
  const misnamed = misnamedAmong(all, NAMES).filter(({ name }) => at(name).parsed?.entries.length !== 0);
  const read = [...NAMES.filter((name) => all.includes(name)), ...misnamed.map(({ name }) => name)];
  const standIn = new Map(misnamed.map(({ name, right }) => [right, name]));
  const novaPath = join(dirname(directory), 'nova', 'nova.conf');
  const nova = names(dirname(novaPath)).includes(novaPath);
  const files = read.map(at);
  return {
    files,
    misnamed,
    closed: closedFiles(directory),
    programs: installedPrograms(directory, new Map(programs.map(({ program }) => [program, []])), (name) =>
      join(directory, all.includes(name) ? name : (standIn.get(name) ?? name)),
    ),
    nova: nova ? { name: basename(novaPath), path: novaPath, parsed: parsed(novaPath) } : undefined,
  };
}
