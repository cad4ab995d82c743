import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/option.ts';
import { core } from '../config/options/index.ts';
import {
  closedFiles,
  type Installed,
  installedPrograms,
  NEUTRON_CONF,
  OWN_FILES,
  type Program,
} from './programs.ts';
import { observe, type Seen } from './seen.ts';

/** What every check of this host is given. */
export interface DoctorContext {
  /** Whether it runs as root: without, what needs root is not checked. */
  readonly root: boolean;
  /** The name by which the server knows this host. */
  readonly host: string;
  /** The configuration directory, /etc/neutron unless told. */
  readonly directory: string;
  /** The daemons that are configured on this host, and whose files may be read; none before the installation. */
  readonly programs: readonly Installed[];
  /** A daemon's configuration; undefined when it is not configured here. */
  configOf(program: Program): Config | undefined;
  /** Why nothing is known of a daemon's configuration, for what is then not checked. */
  unknown(program?: Program): string;
  /** Whether a daemon is to run on this host; before the installation any may. */
  wants(...programs: readonly Program[]): boolean;
  /** This host as it is, looked at once. */
  readonly seen: Seen;
  /** Whether the operator allows questions to the physical LAN that others there can see: a DHCPDISCOVER. */
  readonly askLan: boolean;
}

export function openContext({ directory, askLan }: { directory: string; askLan: boolean }): DoctorContext {
  const seen = observe();
  const closed = closedFiles(directory);
  const running = new Map(seen.daemons().map(({ program, process }) => [program, process.words]));
  const conf = join(directory, NEUTRON_CONF);
  const programs = installedPrograms(directory, running).filter(
    ({ own }) => !closed.includes(own) && !closed.includes(conf),
  );
  const [first] = programs;
  const configOf = (program: Program) => programs.find((one) => one.program === program)?.config;
  return {
    root: process.getuid?.() === 0,
    host: first?.config.group(core).host || hostname(),
    directory,
    programs,
    configOf,
    unknown(program) {
      const own = program === undefined ? closed : [join(directory, OWN_FILES[program]), conf];
      const [path] = own.filter((one) => closed.includes(one));
      if (path !== undefined) return `${path} cannot be read: it needs root`;
      return `${program ?? 'nothing'} is ${program ? 'not ' : ''}configured on this host${program ? '' : ' yet'}`;
    },
    wants: (...some) => programs.length === 0 || some.some((program) => configOf(program) !== undefined),
    seen,
    askLan,
  };
}
