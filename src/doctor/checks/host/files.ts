import { accessSync, constants, existsSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../../config/option.ts';
import { core, logging } from '../../../config/options/index.ts';
import { directoryNotWritable, diskFull, userMissing } from '../../../health/catalogue/host.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { type Account, accountOf } from '../../../linux/users.ts';
import type { DoctorContext } from '../../context.ts';
import { unitUser } from '../../units.ts';

interface Directory {
  readonly directory: string;
  readonly use: string;
}

/** Directories in which a daemon with this configuration writes. */
function directoriesOf(config: Config): readonly Directory[] {
  const { log_file, log_dir } = config.group(logging);
  const logs = log_file?.startsWith('/') ? dirname(log_file) : log_dir;
  return [
    { directory: config.group(core).state_path, use: 'the daemons keep their state' },
    ...(logs === null || logs === undefined ? [] : [{ directory: logs, use: 'it logs' }]),
  ];
}

/** Why a user cannot write into a directory, by its owner and mode; undefined when it can. */
export function whyNot(user: Account, stats: Pick<Stats, 'mode' | 'uid' | 'gid'>): string | undefined {
  if (user.uid === 0) return undefined;
  const shift = stats.uid === user.uid ? 6 : user.gids.includes(stats.gid) ? 3 : 0;
  if (((stats.mode >> shift) & 3) === 3) return undefined;
  return `it belongs to user ${stats.uid} and group ${stats.gid} with mode ${(stats.mode & 0o777).toString(8)}`;
}

/** The directory itself, or the nearest one above it that there is: in that one it would be made. */
const existing = (directory: string): string =>
  existsSync(directory) || dirname(directory) === directory ? directory : existing(dirname(directory));

/** Read-only disks refuse root as well. */
function isReadOnly(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

const writable: Check<DoctorContext> = {
  name: 'files: directories can be written',
  async run({ programs, seen, host, unknown }) {
    if (programs.length === 0) return notChecked(unknown());
    const found = programs.flatMap(({ program, config }) => {
      const daemon = seen.daemons().find((one) => one.program === program);
      const user = accountOf(daemon ? String(daemon.process.user) : (unitUser(program) ?? 'root'));
      if (user === undefined) return [];
      return directoriesOf(config).flatMap(({ directory, use }) => {
        const place = existing(directory);
        const why =
          whyNot(user, statSync(place)) ?? (isReadOnly(place) ? 'its disk is mounted read-only' : undefined);
        if (why === undefined) return [];
        const evidence = [place === directory ? why : `there is no ${directory}, and ${place}: ${why}`];
        return [directoryNotWritable.found({ directory, user: user.name, use, why }, { host, evidence })];
      });
    });
    const unique = [...new Map(found.map((one) => [one.text, one])).values()];
    return failing(unique, 'their users may write where they must');
  },
};

const users: Check<DoctorContext> = {
  name: 'files: users of the daemons',
  async run({ programs, host }) {
    const named = programs.flatMap(({ program }) => {
      const user = unitUser(program);
      return user === undefined ? [] : [{ program, user }];
    });
    const absent = named.filter(({ user }) => accountOf(user) === undefined);
    return failing(
      absent.map((one) => userMissing.found(one, { host })),
      named.map(({ program, user }) => `${program}: ${user}`).join(', ') || 'no unit of systemd is installed',
    );
  },
};

/** Less than this is taken for full: a log's next minutes. */
const LEAST_BYTES = 20 * 1024 * 1024;

const disk: Check<DoctorContext> = {
  name: 'files: room on the disks',
  async run({ programs, host }) {
    const all = programs.flatMap(({ config }) => directoriesOf(config).map(({ directory }) => directory));
    const looked = [...new Set([...all, '/var/lib', '/var/log', '/tmp'].map(existing))].map((directory) => {
      const { bavail, bsize, ffree, files } = statfsSync(directory);
      return { directory, bytes: bavail * bsize, entries: files === 0 ? Number.POSITIVE_INFINITY : ffree };
    });
    const full = looked.filter(({ bytes, entries }) => bytes < LEAST_BYTES || entries < 100);
    return failing(
      full.map(({ directory, bytes, entries }) =>
        diskFull.found(
          { directory, free: bytes < LEAST_BYTES ? megabytes(bytes) : `room for ${entries} files` },
          { host },
        ),
      ),
      looked.map(({ directory, bytes }) => `${directory}: ${megabytes(bytes)} free`).join(', '),
    );
  },
};

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;

/** Where the daemons write. */
export const fileChecks: readonly Check<DoctorContext>[] = [users, writable, disk];
