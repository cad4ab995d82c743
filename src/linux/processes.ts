import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process of this host that shares our network namespace, or whose namespace we may not see. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly user: number;
  /** Its short name, as the kernel keeps it. */
  readonly name: string;
  /** Its command line; empty for threads of the kernel. */
  readonly words: readonly string[];
  /** Milliseconds since 1970. */
  readonly started: number;
}

/** The kernel counts a process's start in hundredths of a second on every architecture. */
const TICK_MILLISECONDS = 10;

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const namespaceOf = (pid: number | string) => attempt(() => readlinkSync(`/proc/${pid}/ns/net`));

/** Whether a thread of a process is in a network namespace: an agent's first one goes into others for moments. */
const isIn = (home: string | undefined, pid: number): boolean =>
  [home, undefined].includes(namespaceOf(pid)) ||
  (attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []).some(
    (thread) => namespaceOf(`${pid}/task/${thread}`) === home,
  );

/** Reads /proc: no process is started. */
export function listProcesses(): readonly Process[] {
  const home = namespaceOf('self');
  const booted = Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) * 1000;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isIn(home, pid))
    .flatMap((pid) => attempt(() => readProcess(pid, booted)) ?? []);
}

function readProcess(pid: number, booted: number): Process {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may hold anything, brackets too.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    pid,
    parent: Number(fields[1]),
    user: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]),
    name: text.slice(text.indexOf('(') + 1, end),
    words: command.split('\0').filter((word) => word !== ''),
    started: booted + Number(fields[19]) * TICK_MILLISECONDS,
  };
}

/** How many files a process has open, of how many it may; undefined when we may not look. */
export function descriptorsOf(pid: number): { readonly open: number; readonly limit: number } | undefined {
  return attempt(() => ({
    open: readdirSync(`/proc/${pid}/fd`).length,
    limit: Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]),
  }));
}
