import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { cFunction, systemError } from './libc.ts';

const CLOEXEC = 1;
/** It will not be executed: hardened hosts demand that it is said, and kernels before 6.3 do not know the word. */
const NOEXEC_SEAL = 8;

const create = cFunction('int memfd_create(const char *name, unsigned int flags)');

/** A file without a name, in memory, to be read from its start; close it. @throws when no more files can be opened */
export function memoryFile(content: string): number {
  const sealed = create('neutron', CLOEXEC | NOEXEC_SEAL);
  const fd = sealed < 0 ? create('neutron', CLOEXEC) : sealed;
  if (fd < 0) throw systemError('No file can be made in memory');
  const bytes = Buffer.from(content);
  try {
    // At a place, which does not move the one from which its reader begins.
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

/** All that is in a file, wherever its writer stands. */
export function contentOf(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  let at = 0;
  while (at < bytes.length) {
    const read = readSync(fd, bytes, at, bytes.length - at, at);
    if (read === 0) break;
    at += read;
  }
  return bytes.toString('utf8', 0, at);
}
