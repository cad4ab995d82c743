import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where systemd's services look for programs; a user's PATH often lacks the directories of the administrator. */
const SYSTEM = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Where a program is, looked for as daemons do; undefined when there is none that may be executed. */
export const findProgram = (name: string, path = process.env.PATH ?? ''): string | undefined =>
  [...path.split(':').filter((one) => one !== ''), ...SYSTEM]
    .map((directory) => join(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });

export const hasProgram = (name: string): boolean => findProgram(name) !== undefined;

/** The file that a program's name leads to in the end: which variant of iptables it is, say. Undefined when there is none. */
export function fileOfProgram(name: string): string | undefined {
  const found = findProgram(name);
  return found && realpathSync(found);
}
