import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';

/** Where lines go. Lines are written at once, so that a killed process leaves its last words. */
export interface Destination {
  write(line: string): void;
  /** Opens the file by its name again, after it was moved away. */
  reopen(): void;
  close(): void;
}

const LOOK_AGAIN_MS = 1000;

const fileNumber = (path: string): number => statSync(path, { throwIfNoEntry: false })?.ino ?? 0;

/** Standard error, or a file that is opened again when logrotate moved or removed it. Throws when it cannot be opened. */
export function openDestination(path: string | undefined): Destination {
  if (path === undefined) {
    const stderr = pino.destination({ dest: 2, sync: true });
    return { write: (line) => void stderr.write(line), reopen() {}, close: () => stderr.flushSync() };
  }
  mkdirSync(dirname(path), { recursive: true });
  const file = pino.destination({ dest: path, append: true, sync: true });
  let looked = Date.now();
  let open = fileNumber(path);
  const reopen = (): void => {
    file.reopen();
    open = fileNumber(path);
  };
  return {
    write(line) {
      const now = Date.now();
      if (now - looked > LOOK_AGAIN_MS) {
        looked = now;
        if (fileNumber(path) !== open) reopen();
      }
      file.write(line);
    },
    reopen,
    close: () => file.end(),
  };
}
