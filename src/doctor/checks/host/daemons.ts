import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../../../config/option.ts';
import { logging } from '../../../config/options/index.ts';
import {
  agentNotRunning,
  daemonOlderThanFiles,
  daemonTwice,
  descriptorsShort,
  l2AgentNotRunning,
  serverHalfRuns,
  serverNotRunning,
} from '../../../health/catalogue/host.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { descriptorsOf } from '../../../linux/processes.ts';
import { maskSecrets } from '../../../log/mask.ts';
import type { DoctorContext } from '../../context.ts';
import type { RunningDaemon } from '../../daemons.ts';
import type { Program } from '../../programs.ts';

const problemOf = (program: Program) =>
  program === 'neutron-server'
    ? serverNotRunning
    : program === 'neutron-linuxbridge-agent'
      ? l2AgentNotRunning
      : agentNotRunning;

const LOG_DIRECTORY = '/var/log/neutron';
const TAIL_BYTES = 65_536;

function tail(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The last error that a daemon wrote, if its log is where it usually is: often that says why it ended. */
export function lastError(program: Program, config: Config): string | undefined {
  const { log_file, log_dir } = config.group(logging);
  const directory = log_dir ?? LOG_DIRECTORY;
  const parts = program === 'neutron-server' ? ['neutron-api', 'neutron-rpc-server'] : [];
  const names = [program, program.replace(/^neutron-/, ''), ...parts].map((name) => `${name}.log`);
  const paths = [...(log_file === null ? [] : [log_file]), ...names].map((name) =>
    name.startsWith('/') ? name : join(directory, name),
  );
  for (const path of paths) {
    const line = tail(path)
      .split('\n')
      .findLast((one) => / (ERROR|CRITICAL) /.test(one));
    if (line !== undefined) return maskSecrets(line);
  }
  return undefined;
}

const running: Check<DoctorContext> = {
  name: 'daemons: running',
  async run({ programs, seen, host, unknown }) {
    if (programs.length === 0) return notChecked(unknown());
    const alive = new Set(seen.daemons().map(({ program }) => program));
    const found = programs
      .filter(({ program }) => !alive.has(program))
      .map(({ program, own, config }) => {
        const error = lastError(program, config);
        const evidence = error === undefined ? [] : [`the last error in its log: ${error}`];
        return problemOf(program).found({ program, file: own }, { host, evidence });
      });
    return failing([...found, ...halfServer(seen.daemons(), host)], ...seen.daemons().map(inWords));
  },
};

const inWords = ({ program, kind, part, process }: RunningDaemon) =>
  `${part ?? program}: process ${process.pid} (${kind})`;

/** Where Debian's two halves of Python's server are, and only one of them runs. */
export function halfServer(daemons: readonly RunningDaemon[], host: string): Finding[] {
  const servers = daemons.filter(({ program }) => program === 'neutron-server');
  const running = new Set(servers.map(({ part }) => part));
  const [part] = running;
  if (running.size !== 1 || part === undefined) return [];
  return [serverHalfRuns.found({ running: part }, { host })];
}

const twice: Check<DoctorContext> = {
  name: 'daemons: each once',
  async run({ seen, host }) {
    const groups = Map.groupBy(seen.daemons(), ({ program, part }) => part ?? program);
    const found = [...groups]
      .filter(([, daemons]) => daemons.length > 1)
      .map(([program, daemons]) => {
        const processes = daemons.map(({ process, kind }) => `process ${process.pid} (${kind})`);
        const evidence = daemons.map(({ process }) => `${process.pid}: ${process.words.join(' ')}`);
        return daemonTwice.found({ program, processes }, { host, evidence });
      });
    return failing(found, `${groups.size} daemons`);
  },
};

const upToDate: Check<DoctorContext> = {
  name: 'daemons: configuration since their start',
  async run({ programs, seen, host }) {
    const found = seen.daemons().flatMap(({ program, process }) => {
      const installed = programs.find((one) => one.program === program);
      const changed =
        installed?.files.filter((file) => statSync(file).mtimeMs > process.started + 1000) ?? [];
      if (changed.length === 0) return [];
      const evidence = changed.map(
        (file) =>
          `${basename(file)} changed ${statSync(file).mtime.toISOString()}, the daemon started ${new Date(process.started).toISOString()}`,
      );
      return [daemonOlderThanFiles.found({ program, files: changed }, { host, evidence })];
    });
    return failing(found, 'none is older than its files');
  },
};

const FULL = 0.8;

const descriptors: Check<DoctorContext> = {
  name: 'daemons: file descriptors',
  async run({ seen, host }) {
    const looked = seen.daemons().flatMap(({ program, process }) => {
      const counted = descriptorsOf(process.pid);
      return counted === undefined ? [] : [{ program, ...counted }];
    });
    if (looked.length < seen.daemons().length)
      return notChecked("it needs root to see other users' processes");
    const short = looked.filter(({ open, limit }) => open > limit * FULL);
    return failing(
      short.map((one) => descriptorsShort.found(one, { host })),
      looked.map(({ program, open, limit }) => `${program}: ${open} of ${limit}`).join(', ') || 'none runs',
    );
  },
};

/** Which of Neutron's daemons run here, and how. */
export const daemonChecks: readonly Check<DoctorContext>[] = [running, twice, upToDate, descriptors];
