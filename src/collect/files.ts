import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../log/reason.ts';

/** Texts by the name they get in the archive, and what could not be read. */
export interface Gathered {
  readonly files: Record<string, string>;
  readonly missed: string[];
}

/** The last bytes of a file, from the beginning of a line on. Throws the system's error. */
function endOf(path: string, bytes: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8', 0, read);
    return size > bytes ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(file);
  }
}

export interface Wanted {
  readonly directory: string;
  /** Which files, by their path below the directory. */
  readonly takes: (path: string) => boolean;
  /** At most this much of the end of each. */
  readonly bytes: number;
  /** At most so many files. */
  readonly most: number;
}

/** Reads files below a directory; links that lead in circles are not followed. */
export function gatherFiles({ directory, takes, bytes, most }: Wanted, { files, missed }: Gathered): void {
  let left = most;
  const walk = (below: string): void => {
    let entries: ReturnType<typeof list>;
    try {
      entries = list(join(directory, below));
    } catch (error) {
      missed.push(`${join(directory, below)}: ${reasonOf(error)}`);
      return;
    }
    for (const { name, isDirectory } of entries) {
      const path = join(below, name);
      if (isDirectory) walk(path);
      else if (!takes(path)) missed.push(`left out: ${join(directory, path)}`);
      else if (left-- <= 0) missed.push(`${join(directory, path)}: there are more than ${most} files`);
      else
        try {
          files[join(directory, path)] = endOf(join(directory, path), bytes);
        } catch (error) {
          missed.push(`${join(directory, path)}: ${reasonOf(error)}`);
        }
    }
  };
  walk('');
}

const list = (directory: string) =>
  readdirSync(directory, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
