import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Difference, foreign, missing, unset } from './difference.ts';
import { giveToOwner, makeFolder } from './owner.ts';

/**
 * Replaces a file's content in one step, so that a reader or a crash never meets half of it; makes its directory.
 * Returns whether the content changed; a file that already holds it is left alone.
 */
export function replaceFile(path: string, content: string, mode = 0o644): boolean {
  if (readFileIfAny(path) === content) return false;
  makeFolder(dirname(path));
  const fresh = `${path}.new`;
  writeFileSync(fresh, content, { mode });
  giveToOwner(fresh);
  renameSync(fresh, path);
  return true;
}

/** The file's text, or undefined when there is no such file. */
export function readFileIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** How a file differs, line by line. Not for files that hold secrets: its lines are told. */
export function compareFile(path: string, content: string): Difference[] {
  const now = readFileIfAny(path);
  if (now === content) return [];
  if (now === undefined) return [missing(`file ${path}`)];
  const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  const [want, have] = [linesOf(content), linesOf(now)];
  const found = [
    ...want.filter((line) => !have.includes(line)).map((line) => missing(`${path}: ${line.trim()}`)),
    ...have.filter((line) => !want.includes(line)).map((line) => foreign(`${path}: ${line.trim()}`)),
  ];
  return found.length > 0 ? found : [unset(`${path}: the order of its lines`)];
}
