import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningHost, runIn, startIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab, operatorEnv } from '../../../src/lab/lab.ts';

/** A daemon of a lab that a test kills. */
export interface Daemon {
  readonly host: string;
  readonly name: string;
}

/** The processes of a host, seen through its own /proc: pid as the host numbers it, and command line. */
export function processesOn(
  host: RunningHost,
): { readonly pid: number; readonly words: readonly string[] }[] {
  const proc = `/proc/${host.pid}/root/proc`;
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

/** Main process of a daemon, by the log file that only it and its workers were given. */
const pidsOf = (lab: Lab, { host, name }: Daemon): number[] =>
  processesOn(hostNamed(lab, host))
    .filter(({ words }) => words.includes(`--log-file=/var/log/neutron/${name}.log`))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);

/** Kills a daemon's main process with -9 and waits until nothing of the daemon is left. */
export async function kill9(lab: Lab, daemon: Daemon): Promise<void> {
  const [main] = pidsOf(lab, daemon);
  if (main === undefined) throw new Error(`${daemon.name} does not run on ${daemon.host}`);
  await runIn(hostNamed(lab, daemon.host), ['kill', '-9', String(main)]);
  for (let attempt = 0; pidsOf(lab, daemon).length > 0; attempt++) {
    if (attempt > 500)
      throw new Error(`${daemon.name} on ${daemon.host} still runs after kill -9 of ${main}`);
    await sleep(20);
  }
}

/** Starts a daemon again as the deployment started it first; resolves once it serves. */
export async function startAgain(lab: Lab, { host: hostName, name }: Daemon): Promise<void> {
  const host = hostNamed(lab, hostName);
  const definition = lab.topology.hosts.find((candidate) => candidate.name === hostName)!;
  const process = lab.deployment.plan(lab.topology, definition).processes.find((one) => one.name === name);
  if (!process) throw new Error(`${lab.deployment.name} runs no ${name} on ${hostName}`);
  await startIn(host, process.command, `/var/log/neutron/${name}.out`, {
    ...operatorEnv(lab),
    ...process.env,
  });
  await process.ready?.(host);
}

/** What a daemon logged so far. */
export async function logOf(lab: Lab, { host, name }: Daemon): Promise<string> {
  return (await runIn(hostNamed(lab, host), ['cat', `/var/log/neutron/${name}.log`])).stdout;
}
