import { readFileSync } from 'node:fs';

/** The user's name, from a name or a number; empty stands for this process's user. Throws for one that is unknown. */
export const userName = (user: string): string =>
  nameOf('user', '/etc/passwd', user === '' ? String(process.geteuid?.() ?? 0) : user);

export const groupName = (group: string): string =>
  nameOf('group', '/etc/group', group === '' ? String(process.getegid?.() ?? 0) : group);

/** Whether a name or number is the user that this process runs as. */
export const isOwnUser = (user: string): boolean => userName(user) === userName('');
export const isOwnGroup = (group: string): boolean => groupName(group) === groupName('');

const rowsOf = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));

function nameOf(kind: string, file: string, wanted: string): string {
  const rows = rowsOf(file);
  const row = rows.find((fields) => fields[2] === wanted) ?? rows.find((fields) => fields[0] === wanted);
  if (!row?.[0]) throw new Error(`There is no ${kind} "${wanted}" in ${file}`);
  return row[0];
}

/** A user as the kernel judges its rights. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gids: readonly number[];
}

/** The user of a name or number; undefined when there is none. */
export function accountOf(user: string): Account | undefined {
  const row = rowsOf('/etc/passwd').find(([name, , uid]) => name === user || uid === user);
  if (row === undefined) return undefined;
  const [name, , uid, gid] = row as [string, string, string, string];
  const groups = rowsOf('/etc/group').filter(([, , , members]) => members?.split(',').includes(name));
  return { name, uid: Number(uid), gids: [gid, ...groups.map((group) => group[2])].map(Number) };
}
