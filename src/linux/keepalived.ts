import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFileIfAny, replaceFile } from './atomicFile.ts';
import { type Difference, missing, unset } from './difference.ts';
import {
  compareProcess,
  type ExternalProcess,
  ensureRunning,
  observeProcess,
  signal,
  stopProcess,
} from './externalProcess.ts';
import { makeFolder } from './owner.ts';

/** What the state file of a router holds. */
export type VrrpState = 'primary' | 'backup';

/** Where a router's keepalived has its files, with Neutron's names; `root` is the option ha_confs_path. */
export const vrrpFiles = (root: string, id: string) => {
  const directory = join(root, id);
  return {
    directory,
    config: join(directory, 'keepalived.conf'),
    state: join(directory, 'state'),
    pid: join(root, `${id}.pid.keepalived`),
    vrrpPid: join(root, `${id}.pid.keepalived-vrrp`),
  };
};

const keepalivedProcess = (root: string, id: string, netns: string, debug: boolean): ExternalProcess => {
  const files = vrrpFiles(root, id);
  return {
    name: `keepalived of router ${id}`,
    command: [
      'keepalived',
      '-P',
      '-f',
      files.config,
      '-p',
      files.pid,
      '-r',
      files.vrrpPid,
      ...(debug ? ['-D'] : []),
    ],
    pidFile: files.pid,
    mark: files.config,
    netns,
  };
};

export interface Keepalived {
  /** ha_confs_path. */
  readonly root: string;
  readonly id: string;
  readonly netns: string;
  readonly config: string;
  readonly debug: boolean;
}

/**
 * Brings keepalived's configuration to what is wanted: one that runs, also one that a Python agent started, reads it
 * anew and keeps its role; otherwise it is started, if it may be. Returns the process while it runs, to be watched.
 */
export async function ensureKeepalived(
  wanted: Keepalived,
  { mayStart }: { readonly mayStart: boolean },
): Promise<ExternalProcess | undefined> {
  const { root, id, netns, config, debug } = wanted;
  const files = vrrpFiles(root, id);
  const process = keepalivedProcess(root, id, netns, debug);
  makeFolder(files.directory);
  const changed = replaceFile(files.config, config);
  const found = observeProcess(process);
  if (found.state !== 'absent' && found.elsewhere) await stopProcess(process);
  else if (found.state !== 'absent') {
    if (changed) signal(found.pid, 'SIGHUP');
    return process;
  }
  if (!mayStart) return undefined;
  // Of a keepalived that was killed the worker may be left, and would keep a new one from starting.
  await stopProcess({ command: [], pidFile: files.vrrpPid, mark: files.config });
  try {
    await ensureRunning(process);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(
      'it is highly available, and there is no keepalived on this host: apt-get install keepalived',
    );
  }
  return process;
}

/** What `ensureKeepalived` would put right, where it may run. Only reads; of its file, which may hold a password, no line. */
export function compareKeepalived({ root, id, netns, config, debug }: Keepalived): Difference[] {
  const { config: file } = vrrpFiles(root, id);
  const now = readFileIfAny(file);
  return [
    // One that a Python agent started is kept, whatever its command line.
    ...compareProcess(keepalivedProcess(root, id, netns, debug)).filter(
      ({ what }) => !what.startsWith('command line'),
    ),
    ...(now === config
      ? []
      : [now === undefined ? missing(`file ${file}`) : unset(`the content of ${file}`)]),
  ];
}

/** Whether a router's keepalived runs, and in the namespace that has the name now. */
export const keepalivedRuns = (root: string, id: string, netns: string): boolean => {
  const { pid, config } = vrrpFiles(root, id);
  const found = observeProcess({ command: [], pidFile: pid, mark: config, netns });
  return found.state !== 'absent' && !found.elsewhere;
};

/** Ends keepalived, which takes its addresses along, and removes its files; one that does not exist is fine. */
export async function stopKeepalived(root: string, id: string): Promise<void> {
  const files = vrrpFiles(root, id);
  await stopProcess({ command: [], pidFile: files.pid, mark: files.config });
  await stopProcess({ command: [], pidFile: files.vrrpPid, mark: files.config });
  rmSync(files.directory, { recursive: true, force: true });
}

/** Whether this router has, or had, a keepalived here. */
export const hasKeepalived = (root: string, id: string): boolean =>
  readFileIfAny(vrrpFiles(root, id).config) !== undefined;

/** Ends the process by which a Python agent watches the router's addresses: this agent watches them itself. */
export const stopStateChangeMonitor = (externalPids: string, id: string): Promise<void> =>
  stopProcess({
    command: [],
    pidFile: join(externalPids, `${id}.monitor.pid.neutron-keepalived-state-change-monitor`),
    mark: `--router_id=${id}`,
  });
