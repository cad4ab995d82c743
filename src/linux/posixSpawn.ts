import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cFunction, loadKoffi, systemError } from './libc.ts';

const ATTRIBUTES_BYTES = 512; // posix_spawnattr_t has 336 in glibc, on 64 bits
const ACTIONS_BYTES = 256; // posix_spawn_file_actions_t: 80
const SIGNAL_SET_BYTES = 128;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
/** The number of the system call, on every architecture; glibc has a function for it only since 2.36. */
const PIDFD_OPEN = 434;
const WNOHANG = 1;
/** Where the kernel does not tell that a program has ended, it is asked so often. */
const LOOK_MILLISECONDS = 10;

/** What a program is given as its standard input, output and error. */
export type StandardFiles = readonly [input: number, output: number, error: number];

const spawn = cFunction(
  'int posix_spawnp(int *pid, const char *file, const void *actions, const void *attributes, const char **argv, const char **env)',
);
const initAttributes = cFunction('int posix_spawnattr_init(void *attributes)');
const setDefault = cFunction('int posix_spawnattr_setsigdefault(void *attributes, const void *set)');
const setMask = cFunction('int posix_spawnattr_setsigmask(void *attributes, const void *set)');
const setFlags = cFunction('int posix_spawnattr_setflags(void *attributes, short flags)');
const initActions = cFunction('int posix_spawn_file_actions_init(void *actions)');
const addDup = cFunction('int posix_spawn_file_actions_adddup2(void *actions, int fd, int as)');
const destroyActions = cFunction('int posix_spawn_file_actions_destroy(void *actions)');
const syscall = cFunction('long syscall(long number, long pid, unsigned long flags)');
const waitpid = cFunction('int waitpid(int pid, int *status, int options)');

let attributes: Buffer | undefined;

/** As Node's own children start: no signal is ignored or blocked. */
function startAttributes(): Buffer {
  if (attributes) return attributes;
  attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  initAttributes(attributes);
  setDefault(attributes, Buffer.alloc(SIGNAL_SET_BYTES, 0xff));
  setMask(attributes, Buffer.alloc(SIGNAL_SET_BYTES));
  setFlags(attributes, SETSIGDEF | SETSIGMASK);
  return attributes;
}

/**
 * Starts a program, looked for in PATH, without copying this process: Node's own spawn forks, after which each page of memory that
 * this process writes to is a fault, and those of a daemon together take ten to a hundred times as long as the start.
 * @returns its exit code when it has ended; 128 when a signal ended it
 * @throws at once, an error with a `code` as Node's spawn reports it: ENOENT, EACCES, EAGAIN
 */
export function posixSpawn(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  files: StandardFiles,
): Promise<number> {
  return exitOf(begin(command, env, files));
}

/** @returns the process id */
function begin(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  files: StandardFiles,
): number {
  const [program] = command as [string, ...string[]];
  // C would read it as the word's end.
  if (command.some((word) => word.includes('\0')))
    throw new Error(`${program} is given a word with a zero byte`);
  const words = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const pid = new Int32Array(1);
  const actions = Buffer.alloc(ACTIONS_BYTES);
  initActions(actions);
  const refused = files.map((fd, as) => addDup(actions, fd, as)).find((errno) => errno !== 0);
  const errno =
    refused ?? spawn(pid, program, actions, startAttributes(), [...command, null], [...words, null]);
  destroyActions(actions);
  if (errno === 0) return pid[0]!;
  const error = systemError(`${program} does not start`, errno);
  if (error.code === 'ENOENT') error.message = `The program ${program} is not installed on this host`;
  throw error;
}

async function exitOf(pid: number): Promise<number> {
  await ended(pid);
  for (;;) {
    const code = reaped(pid);
    if (code !== undefined) return code;
    await sleep(LOOK_MILLISECONDS);
  }
}

/** Resolves when the process has ended, or at once where no file is to be had that would tell. */
function ended(pid: number): Promise<void> {
  const fd = syscall(PIDFD_OPEN, pid, 0);
  if (fd < 0) return Promise.resolve();
  return new Promise<void>((resolve) => {
    const poll = loadKoffi().node.poll(fd, { readable: true }, () => {
      poll.close();
      resolve();
    });
  })
    .catch(() => {})
    .finally(() => closeSync(fd));
}

/** The exit code of a child that has ended. */
function reaped(pid: number): number | undefined {
  const status = new Int32Array(1);
  const found = waitpid(pid, status, WNOHANG);
  if (found === 0) return undefined;
  if (found !== pid) throw systemError(`Process ${pid} cannot be waited for`);
  const [word] = status as unknown as [number];
  return (word & 0x7f) === 0 ? (word >> 8) & 0xff : 128;
}
