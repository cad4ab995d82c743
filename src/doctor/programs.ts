import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFile } from '../config/file.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/option.ts';

/** The daemons and the files that each is started with, below the configuration directory: as in the systemd units. */
const FILES = {
  'neutron-server': ['neutron.conf', 'plugins/ml2/ml2_conf.ini'],
  'neutron-linuxbridge-agent': ['neutron.conf', 'plugins/ml2/linuxbridge_agent.ini'],
  'neutron-l3-agent': ['neutron.conf', 'l3_agent.ini'],
  'neutron-dhcp-agent': ['neutron.conf', 'dhcp_agent.ini'],
  'neutron-metadata-agent': ['neutron.conf', 'metadata_agent.ini'],
} as const;

export type Program = keyof typeof FILES;

/** A daemon of this host and its configuration, read as the daemon reads it. */
export interface Installed {
  readonly program: Program;
  /** The file that only this daemon reads. */
  readonly own: string;
  readonly files: readonly string[];
  readonly config: Config;
}

const UNITS = '/etc/systemd/system/multi-user.target.wants';

/** The sample files are all comments: a host that has them, as they came, runs no such daemon. */
function setsSomething(file: string): boolean {
  try {
    return parseFile(readFileSync(file, 'utf8'), file).entries.length > 0;
  } catch {
    return existsSync(file);
  }
}

/**
 * The daemons that are to run on this host: one that runs, that systemd starts at boot, or whose own file sets
 * something.
 */
export const installedPrograms = (directory: string, running: ReadonlySet<Program>): Installed[] =>
  Object.entries(FILES)
    .map(([name, names]) => ({
      program: name as Program,
      files: names.map((file) => join(directory, file)).filter((path) => existsSync(path)),
      own: join(directory, names.at(-1)!),
    }))
    .filter(
      ({ program, own }) =>
        running.has(program) || existsSync(join(UNITS, `${program}.service`)) || setsSomething(own),
    )
    .map(({ program, files, own }) => ({
      program,
      own,
      files,
      config: loadConfig({ program, argv: files.flatMap((file) => ['--config-file', file]) }),
    }));
