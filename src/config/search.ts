import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

const PROJECT = 'neutron';
const DISTRIBUTION_FILE = '/usr/share/neutron/neutron-dist.conf';

/** Where oslo.config looks when no --config-file is given, best first. */
const places = (): string[] => [join(homedir(), `.${PROJECT}`), homedir(), `/etc/${PROJECT}`, '/etc'];

const firstExisting = (name: string): string[] =>
  places()
    .map((place) => join(place, name))
    .filter((path) => existsSync(path))
    .slice(0, 1);

/** Files read when the command line names none: the distribution's, neutron.conf, and one named after the program. */
export const defaultFiles = (program: string): string[] => [
  ...(existsSync(DISTRIBUTION_FILE) ? [DISTRIBUTION_FILE] : []),
  ...firstExisting(`${PROJECT}.conf`),
  ...(program === PROJECT ? [] : firstExisting(`${program}.conf`)),
];

export const defaultDirectories = (program: string): string[] => [
  ...firstExisting(`${PROJECT}.conf.d`),
  ...firstExisting(`${program}.conf.d`),
];

/** The *.conf files of a directory in alphabetical order. Throws when it cannot be read. */
export function filesOf(directory: string): string[] {
  if (!statSync(directory).isDirectory()) throw new Error(`${directory} is not a directory`);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * The first place where a file that options name exists: beside the configuration files, the last read first, then
 * where configuration files are looked for.
 */
export function findBeside(files: readonly string[], name: string): string | undefined {
  const folders = [...new Set([...files.map((file) => dirname(file)).reverse(), ...places()])];
  const candidates = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
  return candidates.find((path) => existsSync(path));
}
