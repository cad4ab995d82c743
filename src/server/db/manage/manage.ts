import { loadConfig } from '../../../config/load.ts';
import { VERSION } from '../../../config/version.ts';
import { maskSecrets } from '../../../log/mask.ts';
import { placeOf } from '../../../log/notices.ts';
import { silentLog } from '../../../log/silent.ts';
import { openDatabase } from '../database.ts';
import { databaseSettings, databaseUrl } from '../settings.ts';
import { HELP, parseArguments, USAGE } from './arguments.ts';
import { Refused, runCommand } from './commands.ts';

/** Where the lines go. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** neutron-db-manage; returns its exit status. Output and statuses are those of Python's. */
export async function manage(argv: readonly string[], { out, err }: Output): Promise<number> {
  const args = parseArguments(argv);
  if (args === 'help') {
    out(HELP);
    return 0;
  }
  if (args === 'version') {
    out(`neutron-db-manage ${VERSION}`);
    return 0;
  }
  if ('error' in args) {
    err(`${USAGE}\nneutron-db-manage: error: ${args.error}`);
    return 2;
  }
  if (args.subproject !== 'neutron') {
    // Exit status 0, as Python's.
    err(`argument --subproject: Invalid String(choices=['neutron']) value: ${args.subproject}`);
    return 0;
  }
  const config = loadConfig({ program: 'neutron-db-manage', argv: args.config });
  const notices = config.notices.filter(({ level }) => level !== 'info');
  for (const { level, text, origin } of notices) {
    err(`${level.toUpperCase().padEnd(5)} [neutron.config] ${placeOf(origin)}${text}`);
  }
  if (notices.some(({ level }) => level === 'error')) return 1;
  const url = args.databaseConnection ?? databaseUrl(config);
  try {
    await runCommand({
      args,
      where: url.replace(/(:\/\/[^:/]*:)[^@]*@/, '$1XXXXX@'),
      out,
      info: (line) => err(`INFO  [alembic.runtime.migration] ${line}`),
      open: () => openDatabase(url, silentLog, { ...databaseSettings(config), connectAttempts: 0 }),
    });
    return 0;
  } catch (error) {
    const text = error instanceof Refused ? error.message : maskSecrets((error as Error).message);
    if (text === '') return (error as Refused).exitCode;
    const code = error instanceof Refused ? error.exitCode : 1;
    if (code === 255) err(`ERROR [alembic.util.messaging] ${text}`);
    if (code === 255) out(`FAILED: ${text}`);
    else err(text);
    return code;
  }
}
