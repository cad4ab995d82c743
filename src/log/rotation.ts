import { existsSync, readdirSync, renameSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** When a log file is put aside, and how many of those are kept. */
export interface Rotation {
  readonly due: (file: Stats, now: Date) => boolean;
  /** Moves the file to the name it is kept under. */
  readonly putAside: (path: string, now: Date) => void;
}

/** path.1 is the youngest, path.<keep> the oldest. */
export const bySize = (bytes: number, keep: number): Rotation => ({
  due: (file) => file.size >= bytes,
  putAside(path) {
    for (let number = keep - 1; number >= 1; number -= 1) {
      if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
    }
    if (keep > 0) renameSync(path, `${path}.1`);
    else rmSync(path);
  },
});

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** The moment a file that was begun at `begun` has to be put aside; weekdays and midnight are local time. */
export function dueAfter(begun: Date, unit: string, amount: number): Date {
  const seconds = SECONDS[unit.toLowerCase()];
  if (seconds !== undefined) return new Date(begun.getTime() + amount * seconds * 1000);
  const midnight = new Date(begun.getFullYear(), begun.getMonth(), begun.getDate() + 1);
  if (unit.toLowerCase() !== 'weekday') return midnight;
  // Python counts weekdays from Monday.
  while ((midnight.getDay() + 6) % 7 !== amount % 7) midnight.setDate(midnight.getDate() + 1);
  return midnight;
}

/** path.<time it was put aside> */
export const byTime = (unit: string, amount: number, keep: number): Rotation => ({
  due: (file, now) => now >= dueAfter(file.birthtime, unit, amount),
  putAside(path, now) {
    const stamp = now.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-');
    renameSync(path, `${path}.${stamp}`);
    const name = basename(path);
    const kept = readdirSync(dirname(path))
      .filter((one) => one.startsWith(`${name}.`) && /\.\d{4}-\d\d-\d\d_[\d-]+$/.test(one))
      .sort()
      .reverse();
    for (const old of kept.slice(keep)) rmSync(join(dirname(path), old));
  },
});
