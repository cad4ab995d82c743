import { closeSync, openSync } from 'node:fs';
import { cFunction, systemError } from './libc.ts';

const EXCLUSIVE = 2;

const flock = cFunction('int flock(int fd, int operation)');

/**
 * Runs synchronous work while no other process does that asks for the same file or folder, as flock(2) has it; waits its turn.
 * @throws an error with a `code`: ENOENT
 */
export function whileLocked<T>(path: string, work: () => T): T {
  const fd = openSync(path, 'r');
  try {
    if (flock(fd, EXCLUSIVE) !== 0) throw systemError(`${path} cannot be locked`);
    return work();
  } finally {
    closeSync(fd);
  }
}
