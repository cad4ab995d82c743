import { readFileSync } from 'node:fs';
import type { Program } from './programs.ts';

const DIRECTORIES = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/** The user as which systemd starts a daemon: root where no unit names one. */
export function unitUser(program: Program): string {
  for (const directory of DIRECTORIES) {
    try {
      const unit = readFileSync(`${directory}/${program}.service`, 'utf8');
      return /^User=(\S+)/m.exec(unit)?.[1] ?? 'root';
    } catch {
      // The next directory may have it.
    }
  }
  return 'root';
}
