import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly files: readonly string[];
  readonly config: Config;
}

/** The daemons that have a configuration file of their own on this host. */
export const installedPrograms = (directory: string): Installed[] =>
  Object.entries(FILES)
    .map(([program, names]) => ({
      program: program as Program,
      files: names.map((name) => join(directory, name)).filter((path) => existsSync(path)),
      own: join(directory, names.at(-1)!),
    }))
    .filter(({ own }) => existsSync(own))
    .map(({ program, files }) => ({
      program,
      files,
      config: loadConfig({ program, argv: files.flatMap((file) => ['--config-file', file]) }),
    }));
