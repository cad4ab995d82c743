import { readFileSync } from 'node:fs';
import type { Program } from './programs.ts';

const UNITS = '/etc/systemd/system';

/** The user as which systemd starts a daemon; undefined where no unit of ours is installed. */
export function unitUser(program: Program): string | undefined {
  try {
    const unit = readFileSync(`${UNITS}/${program}.service`, 'utf8');
    return /^User=(\S+)/m.exec(unit)?.[1] ?? 'root';
  } catch {
    return undefined;
  }
}
