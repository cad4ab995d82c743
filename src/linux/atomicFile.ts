import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file's content in one step, so that a reader or a crash never meets half of it; makes its directory.
 * Returns whether the content changed; a file that already holds it is left alone.
 */
export function replaceFile(path: string, content: string, mode = 0o644): boolean {
  if (readFileIfAny(path) === content) return false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const fresh = `${path}.new`;
  writeFileSync(fresh, content, { mode });
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
