import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabProcess } from './deployments/deployment.ts';
import { fileOn, type RunningHost, runIn, startIn } from './host.ts';
import { hostNamed, type Lab, operatorEnv } from './lab.ts';

/** A daemon of Neutron's on a host of a lab. */
export interface Daemon {
  readonly host: string;
  readonly name: string;
}

/** The processes of a host, seen through its own /proc: pid as the host numbers it, and command line. */
export function processesOn(
  host: RunningHost,
): { readonly pid: number; readonly words: readonly string[] }[] {
  const proc = fileOn(host, '/proc');
  return readdirSync(proc).flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const words = readFileSync(`${proc}/${entry}/cmdline`, 'utf8').split('\0').filter(Boolean);
      return words.length > 0 ? [{ pid: Number(entry), words }] : [];
    } catch {
      return []; // ended meanwhile
    }
  });
}

/**
 * Main process of a daemon first, then its workers, by the log file that only they were given. Python's workers put the
 * whole command line into one title.
 */
const pidsOf = (lab: Lab, { host, name }: Daemon): number[] => {
  const logFile = `--log-file=/var/log/neutron/${name}.log`;
  return processesOn(hostNamed(lab, host))
    .filter(({ words }) => words.some((word) => word.includes(logFile)))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
};

/** Whether anything of a daemon runs. */
export const runs = (lab: Lab, daemon: Daemon): boolean => pidsOf(lab, daemon).length > 0;

async function end(lab: Lab, daemon: Daemon, signal: 'KILL' | 'TERM', seconds: number): Promise<void> {
  const [main] = pidsOf(lab, daemon);
  if (main === undefined) throw new Error(`${daemon.name} does not run on ${daemon.host}`);
  await runIn(hostNamed(lab, daemon.host), ['kill', `-${signal}`, String(main)]);
  for (let attempt = 0; runs(lab, daemon); attempt++) {
    if (attempt > seconds * 50)
      throw new Error(`${daemon.name} on ${daemon.host} still runs after kill -${signal} of ${main}`);
    await sleep(20);
  }
}

/** Kills a daemon's main process with -9 and waits until nothing of the daemon is left. */
export const kill9 = (lab: Lab, daemon: Daemon): Promise<void> => end(lab, daemon, 'KILL', 10);

/** Asks a daemon to end, as systemd does, and waits until nothing of it is left. */
export const stop = (lab: Lab, daemon: Daemon): Promise<void> => end(lab, daemon, 'TERM', 90);

/** How a deployment starts a daemon. */
export function processOf(lab: Lab, { host, name }: Daemon, deployment = lab.deployment): LabProcess {
  const definition = lab.topology.hosts.find((candidate) => candidate.name === host)!;
  const process = deployment.plan(lab.topology, definition).processes.find((one) => one.name === name);
  if (!process) throw new Error(`${deployment.name} runs no ${name} on ${host}`);
  return process;
}

/** Starts a process of a deployment on a host and does not wait until it serves. */
export const launch = (lab: Lab, host: RunningHost, { name, command, env }: LabProcess): Promise<number> =>
  startIn(host, command, `/var/log/neutron/${name}.out`, { ...operatorEnv(lab), ...env });

/** Starts a daemon as a deployment does, the lab's own unless told; resolves once it serves. */
export async function startAgain(lab: Lab, daemon: Daemon, deployment = lab.deployment): Promise<void> {
  const host = hostNamed(lab, daemon.host);
  const process = processOf(lab, daemon, deployment);
  await launch(lab, host, process);
  await process.ready?.(host);
}

/** What a daemon logged so far. */
export async function logOf(lab: Lab, { host, name }: Daemon): Promise<string> {
  return (await runIn(hostNamed(lab, host), ['cat', `/var/log/neutron/${name}.log`])).stdout;
}
