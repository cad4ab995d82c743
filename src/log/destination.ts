import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { giveToOwner, makeFolder } from '../linux/owner.ts';
import type { Rotation } from './rotation.ts';

/** Where lines go. Lines are written at once, so that a killed process leaves its last words. */
export interface Destination {
  write(line: string): void;
  /** Opens the file by its name again, after it was moved away. */
  reopen(): void;
  close(): void;
}

const LOOK_AGAIN_MS = 1000;

const stats = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

export function openStandardError(): Destination {
  const stderr = pino.destination({ dest: 2, sync: true });
  return { write: (line) => void stderr.write(line), reopen() {}, close: () => stderr.flushSync() };
}

/**
 * A file, which is opened again when logrotate or another process moved or removed it, and put aside by `rotation`.
 * Both are looked at once in `lookAgainMs`. Throws when the file cannot be opened.
 */
export function openFile(path: string, rotation?: Rotation, lookAgainMs = LOOK_AGAIN_MS): Destination {
  makeFolder(dirname(path));
  const file = pino.destination({ dest: path, append: true, sync: true });
  giveToOwner(path);
  let looked = Date.now();
  let open = stats(path)?.ino;
  const reopen = (): void => {
    file.reopen();
    giveToOwner(path);
    open = stats(path)?.ino;
  };
  const look = (now: Date): void => {
    const there = stats(path);
    if (there?.ino === open && there !== undefined && rotation?.due(there, now)) {
      rotation.putAside(path, now);
      reopen();
    } else if (there?.ino !== open) {
      reopen();
    }
  };
  return {
    write(line) {
      const now = Date.now();
      if (now - looked >= lookAgainMs) {
        looked = now;
        look(new Date(now));
      }
      file.write(line);
    },
    reopen,
    close: () => file.end(),
  };
}
