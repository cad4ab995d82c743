import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cFunction, systemError } from './libc.ts';

/** The folder of this host's named network namespaces, a file each, as `ip netns` has it. */
export const NAMESPACES = '/run/netns';

const CLONE_NEWNET = 0x40000000;

const setns = cFunction('int setns(int fd, int nstype)');
const unshare = cFunction('int unshare(int flags)');

let home: number | undefined;

/** Notes where this thread is, to come back. */
function noteHome(): void {
  home ??= openSync('/proc/thread-self/ns/net', 'r');
}

/** Work done in a foreign namespace instead would be everybody else's: where there is no way back, there is nothing to save. */
function comeHome(): void {
  if (setns(home!, CLONE_NEWNET) !== 0) process.abort();
}

/**
 * Runs synchronous work with this thread inside the named network namespace: ten times cheaper than `ip netns exec`.
 * Whatever the work opens or spawns stays in that namespace; the work must not await.
 * Throws NamespaceMissing when there is no such namespace.
 */
export function within<T>(netns: string | undefined, work: () => T): T {
  if (netns === undefined) return work();
  noteHome();
  const fd = openNamespace(netns);
  try {
    if (setns(fd, CLONE_NEWNET) !== 0) throw new NamespaceMissing(netns);
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
  noteHome();
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

/** What tells a named network namespace, while it is in use, from another that had its name. Throws where there is none. */
export const namespaceNumber = (netns: string): number => statSync(join(NAMESPACES, netns)).ino;

/** An open file of a named network namespace; close it. Throws NamespaceMissing. */
export function openNamespace(netns: string): number {
  try {
    return openSync(join(NAMESPACES, netns), 'r');
  } catch (error) {
    // That this process has too many open files, say, is nothing of the namespace.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NamespaceMissing(netns);
    throw error;
  }
}
