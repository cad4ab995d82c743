import { basename } from 'node:path';
import type { Process } from '../linux/processes.ts';
import type { Program } from './programs.ts';

/** A daemon of Neutron's that runs on this host. */
export interface RunningDaemon {
  readonly program: Program;
  readonly kind: 'neutron-ts' | 'Python';
  /** Debian runs Python's server in two: the API under uwsgi, and neutron-rpc-server. */
  readonly part?: ServerPart;
  readonly process: Process;
}

export type ServerPart = 'neutron-api' | 'neutron-rpc-server';

const OURS: Readonly<Record<string, Program>> = {
  'server/main.ts': 'neutron-server',
  'agents/linuxbridge/main.ts': 'neutron-linuxbridge-agent',
  'agents/l3/main.ts': 'neutron-l3-agent',
  'agents/dhcp/main.ts': 'neutron-dhcp-agent',
  'agents/metadata/main.ts': 'neutron-metadata-agent',
};

const partOfServer = (part: ServerPart) => ({ program: 'neutron-server', kind: 'Python', part }) as const;

/** Which daemon a command line is, if it is one. */
export function daemonOf(
  words: readonly string[],
): Pick<RunningDaemon, 'program' | 'kind' | 'part'> | undefined {
  for (const word of words.slice(1, 4)) {
    const entry = /\/src\/((?:server|agents\/\w+)\/main\.ts)$/.exec(word)?.[1];
    const program = entry === undefined ? undefined : OURS[entry];
    if (program !== undefined) return { program, kind: 'neutron-ts' };
  }
  if (basename(words[0] ?? '').startsWith('uwsgi') && words.some((word) => word.endsWith(UWSGI_FILE)))
    return partOfServer('neutron-api');
  // Python's, also once it has written a title of its own over its command line.
  const [interpreter, script] = words
    .join(' ')
    .replace(/^[\w-]+(: [\w ]+)? ?\(/, '')
    .split(' ');
  if (!/^python[\d.]*$/.test(basename(interpreter ?? ''))) return undefined;
  const name = basename(script ?? '').replace(/\)$/, '');
  if (name === 'neutron-rpc-server') return partOfServer(name);
  const program = Object.values(OURS).find((one) => one === name);
  return program === undefined ? undefined : { program, kind: 'Python' };
}

const UWSGI_FILE = '/neutron-api-uwsgi.ini';

/** The daemons among processes; workers that a daemon started itself are a part of it. */
export function runningDaemons(processes: readonly Process[]): readonly RunningDaemon[] {
  const found = new Map<number, RunningDaemon>();
  for (const process of processes) {
    const daemon = daemonOf(process.words);
    if (daemon !== undefined) found.set(process.pid, { ...daemon, process });
  }
  return [...found.values()].filter(({ program, process }) => found.get(process.parent)?.program !== program);
}
