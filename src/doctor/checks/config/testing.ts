import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runChecks } from '../../../health/checks.ts';
import { openContext } from '../../context.ts';
import { type Report, reportOf } from '../../report.ts';
import { configChecks } from './index.ts';

/** Paths below /etc and texts; a path that ends with ` ->` is a symbolic link to the text. */
export type EtcFiles = Readonly<Record<string, string>>;

/** Writes files into a directory that stands for /etc, and returns it. They name files of that directory by /etc/…. */
export function writeEtc(files: EtcFiles): string {
  const etc = mkdtempSync(join(tmpdir(), 'neutron-etc-'));
  // As /etc: open to everybody, so that only the files' own modes count.
  chmodSync(etc, 0o755);
  for (const [name, text] of Object.entries(files)) {
    const path = join(etc, name.replace(/ ->$/, ''));
    const there = text.replaceAll('/etc/', `${etc}/`);
    mkdirSync(dirname(path), { recursive: true });
    if (name.endsWith(' ->')) symlinkSync(there, path);
    else writeFileSync(path, there, { mode: 0o640 });
  }
  return etc;
}

/** What the checks of the configuration say of these files. `prepare` may change them first. */
export async function examine(files: EtcFiles, prepare: (etc: string) => void = () => {}): Promise<Report> {
  const etc = writeEtc(files);
  try {
    prepare(etc);
    const context = openContext({ directory: join(etc, 'neutron'), askLan: false });
    return reportOf(await runChecks(configChecks, context));
  } finally {
    rmSync(etc, { recursive: true });
  }
}

/** Codes of a report, those aside that are only worth knowing. */
export const loudCodes = ({ problems }: Report): string[] =>
  problems.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
