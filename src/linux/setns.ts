import { closeSync, openSync } from 'node:fs';
import { type LibCFunction, loadLibC, systemError } from './libc.ts';

const CLONE_NEWNET = 0x40000000;

let enter: ((fd: number, type: number) => number) | undefined;
let home: number | undefined;
let unshare: LibCFunction | undefined;

/** Notes where this thread is, to come back. */
function load(): (fd: number, type: number) => number {
  enter ??= loadLibC().func('int setns(int fd, int nstype)') as (fd: number, type: number) => number;
  home ??= openSync('/proc/thread-self/ns/net', 'r');
  return enter;
}

/** Work done in a foreign namespace instead would be everybody else's: where there is no way back, there is nothing to save. */
function comeHome(): void {
  if (load()(home!, CLONE_NEWNET) !== 0) process.abort();
}

/**
 * Runs synchronous work with this thread inside the named network namespace: ten times cheaper than `ip netns exec`.
 * Whatever the work opens or spawns stays in that namespace; the work must not await.
 * Throws NamespaceMissing when there is no such namespace.
 */
export function within<T>(netns: string | undefined, work: () => T): T {
  if (netns === undefined) return work();
  const enter = load();
  const fd = openNamespace(netns);
  try {
    if (enter(fd, CLONE_NEWNET) !== 0) throw new NamespaceMissing(netns);
    try {
      return work();
    } finally {
      comeHome();
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * Runs synchronous work with this thread inside a network namespace that is new and has no name yet. The kernel may hold it up
 * while many others are removed; another thread would stay where it went.
 * @throws an error with a `code` as unshare(2) gives it
 */
export function withinNew<T>(work: () => T): T {
  load();
  unshare ??= loadLibC().func('int unshare(int flags)');
  if (unshare(CLONE_NEWNET) !== 0) throw systemError('no network namespace can be made');
  try {
    return work();
  } finally {
    comeHome();
  }
}

/** There is no network namespace of that name, or it is no longer one. */
export class NamespaceMissing extends Error {
  constructor(netns: string) {
    super(`There is no network namespace "${netns}"`);
    this.name = 'NamespaceMissing';
  }
}

/** An open file of a named network namespace; close it. Throws NamespaceMissing. */
export function openNamespace(netns: string): number {
  try {
    return openSync(`/run/netns/${netns}`, 'r');
  } catch (error) {
    // That this process has too many open files, say, is nothing of the namespace.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NamespaceMissing(netns);
    throw error;
  }
}
