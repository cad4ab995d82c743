import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { declarations } from '../../../config/declared.ts';
import type { Entry, ParsedFile } from '../../../config/file.ts';
import { keyOf } from '../../../config/given.ts';
import { configNotForNeutron, configSecretsOpen } from '../../../health/catalogue/configurationFiles.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { type Account, accountOf } from '../../../linux/users.ts';
import type { DoctorContext } from '../../context.ts';
import { NEUTRON_CONF, OWN_FILES } from '../../programs.ts';
import { unitUser } from '../../units.ts';
import { hostFiles } from './hostFiles.ts';

/** The user that the server runs as; where it does not run, the one that its service names. */
function serverUser({ seen }: DoctorContext): Account | undefined {
  const running = seen.daemons().find(({ program }) => program === 'neutron-server');
  const user = running ? String(running.process.user) : unitUser('neutron-server');
  return user === undefined ? undefined : accountOf(user);
}

const allows = (path: string, { uid, gids }: Account, right: number): boolean => {
  const { mode, uid: owner, gid } = statSync(path);
  const shift = owner === uid ? 6 : gids.includes(gid) ? 3 : 0;
  return uid === 0 || (mode & (right << shift)) !== 0;
};

const READ = 4;
const ENTER = 1;

/** The folders that lead to a path, the outermost first. */
const foldersOf = (path: string): string[] =>
  path === '/' ? [] : [...foldersOf(dirname(path)), dirname(path)];

/** The first of a file and the folders that lead to it which a user may not read or enter. */
const barrier = (path: string, user: Account): string | undefined =>
  [
    ...foldersOf(path).filter((folder) => !allows(folder, user, ENTER)),
    ...(allows(path, user, READ) ? [] : [path]),
  ][0];

const NOBODY: Account = { name: 'others', uid: -1, gids: [] };

const modeOf = (path: string): string => {
  const { mode, uid, gid } = statSync(path);
  return `owner ${uid}, group ${gid}, mode ${(mode & 0o7777).toString(8)}`;
};

/** Secrets of old releases, which no option declares. */
const FORMER_SECRETS = [
  'DEFAULT/password',
  'DEFAULT/admin_password',
  'DEFAULT/rabbit_password',
  'oslo_messaging_rabbit/rabbit_password',
];

const isSecret = (entry: Entry): boolean => {
  const key = keyOf(entry);
  const [present] = [declarations.present.get(key), ...(declarations.former.get(key) ?? [])].filter(Boolean);
  const secret = present?.definition.secret === true || FORMER_SECRETS.includes(key);
  // URLs are secret because of the password that they may hold.
  return secret && entry.value !== '' && !/^\w[\w+]*:\/\/[^@]*$/.test(entry.value);
};

/** Names of the secrets that a file sets. */
const secretsIn = ({ entries }: ParsedFile): string[] => [
  ...new Set(entries.filter(isSecret).map(({ section, name }) => `[${section}] ${name}`)),
];

/** Who may read the files: the server must, and others must not where passwords stand. */
export const fileAccess: Check<DoctorContext> = {
  name: 'configuration: who may read it',
  async run(context) {
    const { host } = context;
    const { files, programs } = hostFiles(context);
    if (files.length === 0) return notChecked(context.unknown());
    const user = programs.some(({ program }) => program === 'neutron-server')
      ? serverUser(context)
      : undefined;
    const serverFiles: readonly string[] = [NEUTRON_CONF, OWN_FILES['neutron-server']];
    const closed = files.flatMap(({ name, path }) => {
      const at = user !== undefined && serverFiles.includes(name) ? barrier(path, user) : undefined;
      return at === undefined ? [] : [at];
    });
    const open = files.flatMap(({ path, parsed }) => {
      const options = parsed === undefined ? [] : secretsIn(parsed);
      return options.length > 0 && barrier(path, NOBODY) === undefined ? [{ path, options }] : [];
    });
    const group = accountOf('neutron') === undefined ? undefined : 'neutron';
    return failing(
      [
        ...[...new Set(closed)].map((path) =>
          configNotForNeutron.found({ path, user: user!.name, mode: modeOf(path) }, { host }),
        ),
        ...open.map((one) =>
          configSecretsOpen.found(
            { ...one, group },
            { host, evidence: [`${one.path}: ${modeOf(one.path)}`] },
          ),
        ),
      ],
      user === undefined ? 'others may not read passwords' : `${user.name} may read what the server needs`,
    );
  },
};
