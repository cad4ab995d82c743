import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFile } from '../config/file.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/option.ts';

/** The file that every daemon reads first, below the configuration directory. */
export const NEUTRON_CONF = 'neutron.conf';

/** The daemons, and the file that each reads beside neutron.conf, as in the systemd units. */
export const OWN_FILES = {
  'neutron-server': 'plugins/ml2/ml2_conf.ini',
  'neutron-linuxbridge-agent': 'plugins/ml2/linuxbridge_agent.ini',
  'neutron-l3-agent': 'l3_agent.ini',
  'neutron-dhcp-agent': 'dhcp_agent.ini',
  'neutron-metadata-agent': 'metadata_agent.ini',
} as const;

export type Program = keyof typeof OWN_FILES;

/** A daemon of this host and its configuration, read as the daemon reads it. */
export interface Installed {
  readonly program: Program;
  /** The file that only this daemon reads. */
  readonly own: string;
  readonly files: readonly string[];
  readonly config: Config;
}

const UNITS = '/etc/systemd/system/multi-user.target.wants';
/** Names of units beside the program's own: Debian's server has another. */
const OTHER_UNITS: Partial<Record<Program, readonly string[]>> = { 'neutron-server': ['neutron-api'] };

const startsAtBoot = (program: Program): boolean =>
  [program, ...(OTHER_UNITS[program] ?? [])].some((unit) => existsSync(join(UNITS, `${unit}.service`)));

/** The sample files are all comments: a host that has them, as they came, runs no such daemon. */
function setsSomething(file: string): boolean {
  try {
    const { entries, notices } = parseFile(readFileSync(file, 'utf8'), file);
    return entries.length > 0 || notices.length > 0;
  } catch {
    return existsSync(file);
  }
}

/** The daemons' files that this user may not read, also because a folder is closed to it. */
export const closedFiles = (directory: string): string[] =>
  [NEUTRON_CONF, ...Object.values(OWN_FILES)]
    .map((name) => join(directory, name))
    .filter((path) => {
      try {
        accessSync(path, constants.R_OK);
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EACCES';
      }
    });

/** The files that a command line names, in its order. */
const namedFiles = (words: readonly string[]): string[] =>
  words.flatMap((word, at) => {
    const [option, path = words[at + 1]] = word.split('=');
    return option === '--config-file' && path !== undefined ? [path] : [];
  });

/**
 * The daemons that are to run on this host: one that runs, that systemd starts at boot, or whose own file sets
 * something. One that runs is taken by the files it was started with, if its own is among them: Debian's Linux bridge agent
 * reads ml2_conf.ini as well. `pathOf` tells where a file of the configuration directory is, when that is not under its
 * right name.
 * @param running the command lines of those that run
 */
export const installedPrograms = (
  directory: string,
  running: ReadonlyMap<Program, readonly string[]>,
  pathOf: (name: string) => string = (name) => join(directory, name),
): Installed[] =>
  Object.entries(OWN_FILES)
    .map(([name, own]) => ({ program: name as Program, own: pathOf(own) }))
    .filter(({ program, own }) => running.has(program) || startsAtBoot(program) || setsSomething(own))
    .map(({ program, own }) => {
      const named = namedFiles(running.get(program) ?? []);
      const read = named.includes(own) ? named : [pathOf(NEUTRON_CONF), own];
      const files = read.filter((path) => existsSync(path));
      const argv = files.flatMap((file) => ['--config-file', file]);
      return { program, own, files, config: loadConfig({ program, argv }) };
    });
