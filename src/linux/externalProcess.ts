import { readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Difference, missing, unset } from './difference.ts';
import { run } from './process.ts';
import { namespaceNumber } from './setns.ts';

/** A daemon that outlives the agent: it is known by its pid file and by its command line. */
export interface ExternalProcess {
  /** For log lines: 'dnsmasq of network …'. */
  readonly name: string;
  /** The daemon's whole command line; the program puts itself in the background. */
  readonly command: readonly string[];
  readonly pidFile: string;
  /** An argument that no other process has: tells our process from a stranger with a recycled pid. */
  readonly mark: string;
  readonly netns?: string | undefined;
}

/**
 * `differs`: it is ours and runs, but with another command line, or `elsewhere`: in a namespace that has lost its name,
 * where it serves nobody.
 */
export type Observation =
  | { readonly state: 'absent' }
  | { readonly state: 'running' | 'differs'; readonly pid: number; readonly elsewhere: boolean };

const startSeconds = 10;
const stopSeconds = 5;

/** What /proc says about the process of the pid file. Empty arguments are ignored: Python's agents pass some. */
export function observeProcess(
  wanted: Pick<ExternalProcess, 'command' | 'pidFile' | 'mark' | 'netns'>,
): Observation {
  const pid = readPid(wanted.pidFile);
  const actual = pid === undefined ? [] : commandLineOf(pid);
  if (pid === undefined || !actual.some((argument) => argument.includes(wanted.mark)))
    return { state: 'absent' };
  const same = actual.join('\0') === wanted.command.filter((argument) => argument !== '').join('\0');
  const elsewhere = wanted.netns !== undefined && isElsewhere(pid, wanted.netns);
  return { state: same && !elsewhere ? 'running' : 'differs', pid, elsewhere };
}

/** How a daemon differs from what is wanted. */
export function compareProcess(wanted: ExternalProcess): Difference[] {
  const found = observeProcess(wanted);
  const line = wanted.command.join(' ');
  if (found.state === 'absent') return [missing(`process ${line}`)];
  if (found.elsewhere) return [unset(`namespace ${wanted.netns} of process ${found.pid} (${line})`)];
  return found.state === 'differs' ? [unset(`command line ${line}`)] : [];
}

/**
 * Adopts the process when it runs with this very command line; otherwise ends what runs and starts it.
 * Rejects with CommandFailed when it does not start, or an Error when it starts and is gone at once.
 */
export async function ensureRunning(
  wanted: ExternalProcess,
  options: { readonly restart?: boolean } = {},
): Promise<{ pid: number; started: boolean }> {
  const found = observeProcess(wanted);
  if (found.state === 'running' && !options.restart) return { pid: found.pid, started: false };
  if (found.state !== 'absent') await stopProcess(wanted);
  rmSync(wanted.pidFile, { force: true });
  await run(wanted.command, { netns: wanted.netns });
  const deadline = performance.now() + startSeconds * 1000;
  for (;;) {
    const now = observeProcess(wanted);
    if (now.state !== 'absent') return { pid: now.pid, started: true };
    if (performance.now() > deadline) throw new Error(`${wanted.name} started and was gone at once`);
    await sleep(10);
  }
}

/**
 * Ends the process, gently first, and removes its pid file; one that does not run is fine. Resolves when it has let go of
 * its sockets: dnsmasq removes its own pid file long before, and its successor needs the same addresses.
 */
export async function stopProcess(
  wanted: Pick<ExternalProcess, 'command' | 'pidFile' | 'mark'>,
): Promise<void> {
  const found = observeProcess(wanted);
  if (found.state !== 'absent') {
    signal(found.pid, 'SIGTERM');
    const deadline = performance.now() + stopSeconds * 1000;
    while (holdsFiles(found.pid, wanted.mark)) {
      if (performance.now() > deadline) signal(found.pid, 'SIGKILL');
      await sleep(10);
    }
  }
  rmSync(wanted.pidFile, { force: true });
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether a process lives and is the one meant. The kernel takes its arguments before it closes its files (do_exit). */
function holdsFiles(pid: number, mark: string): boolean {
  const state = stateOf(pid);
  if (state === undefined || state === 'Z' || state === 'X') return false;
  const words = commandLineOf(pid);
  return words.length === 0 || words.some((word) => word.includes(mark));
}

/** The letter of proc_pid_stat(5); undefined for a process that is gone. */
function stateOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text[text.lastIndexOf(')') + 2];
  } catch {
    return undefined;
  }
}

/** Unknown, to who is not root, counts as no. */
function isElsewhere(pid: number, netns: string): boolean {
  try {
    return statSync(`/proc/${pid}/ns/net`).ino !== namespaceNumber(netns);
  } catch {
    return false;
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Empty for a process that is gone, also for one that nobody has waited for yet. */
function commandLineOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((argument) => argument !== '');
  } catch {
    return [];
  }
}
