import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunOptions, type RunResult, run } from '../linux/process.ts';

/** The mark by which a lab's hosts are found again in the process table: no other state is kept. */
const MARK = 'neutron-lab-host';

/**
 * Process 1 of a host. /etc and /var are overlays and /run is empty, all in memory, so that a host has the guide's
 * paths to itself and leaves nothing behind. `wait` reaps the daemons that lose their parent.
 */
const INIT = `
for m in $(awk '$5 ~ "^/run/netns" {print $5}' /proc/self/mountinfo | sort -r); do umount "$m"; done
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock /run/lab/etc /run/lab/etc.work /run/lab/var /run/lab/var.work
for d in etc var; do
  mount -t overlay overlay -o lowerdir=/$d,upperdir=/run/lab/$d,workdir=/run/lab/$d.work /$d || exit 1
done
mount -t sysfs sysfs /sys
hostname "$2"
ip link set lo up
: > /run/lab/ready
while :; do sleep 86400 & wait; done
`;

/** A running host of a lab. `pid` is its process 1 as the root namespace numbers it. */
export interface RunningHost {
  readonly lab: string;
  readonly name: string;
  readonly pid: number;
  /** The process whose death ends the host. */
  readonly keeper: number;
}

const commandLine = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
};

const childrenOf = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
};

/** The hosts of a lab that run now, read from the process table; of every lab when no name is given. */
export function runningHosts(lab?: string): RunningHost[] {
  const found: RunningHost[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const keeper = Number(entry);
    const words = commandLine(keeper);
    const at = words.indexOf(MARK);
    if (words[0] !== 'unshare' || at < 0) continue;
    const [owner, name] = [words[at + 1]!, words[at + 2]!];
    if (lab !== undefined && owner !== lab) continue;
    found.push({ lab: owner, name, keeper, pid: childrenOf(keeper)[0] ?? 0 });
  }
  return found;
}

/** Whether a process still holds anything: one that ended and that nobody has waited for yet does not. */
const lives = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** Makes a host: namespaces, private /etc, /var and /run, loopback up. No NIC yet. */
export async function createHost(lab: string, name: string): Promise<RunningHost> {
  const isolation = ['--net', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const words = [...isolation, '--propagation', 'private', 'sh', '-c', INIT, MARK, lab, name];
  const child = spawn('unshare', words, { detached: true, stdio: 'ignore', cwd: '/' });
  child.unref();
  for (let attempt = 0; attempt < 500; attempt++) {
    if (child.exitCode !== null) break;
    const pid = childrenOf(child.pid!)[0];
    if (pid) {
      const host = { lab, name, keeper: child.pid!, pid };
      const ready = await runIn(host, ['test', '-e', '/run/lab/ready'], { allowed: [0, 1] }).catch(
        () => undefined,
      );
      if (ready?.code === 0) return host;
    }
    await sleep(10);
  }
  if (child.exitCode === null) process.kill(child.pid!, 'SIGKILL');
  throw new Error(
    `host ${name} did not come up: it needs root, overlayfs and network namespaces (unshare, nsenter)`,
  );
}

/** The path by which this machine sees a file of a host. */
export const fileOn = (host: RunningHost, path: string): string => `/proc/${host.pid}/root${path}`;

/** The words that enter a host; put a command behind them. */
export const entering = (host: RunningHost): string[] => [
  'nsenter',
  '-t',
  String(host.pid),
  '-n',
  '-m',
  '-u',
  '-i',
  '-p',
  '--',
];

/** Runs a command to its end inside a host. */
export function runIn(
  host: RunningHost,
  command: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return run([...entering(host), ...command], options);
}

/** Starts a daemon inside a host, output to a log file there; returns its pid as the host numbers it. */
export async function startIn(
  host: RunningHost,
  command: readonly string[],
  logFile: string,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const script = 'mkdir -p "$(dirname "$0")"; setsid "$@" >>"$0" 2>&1 </dev/null & echo $!';
  const { stdout } = await runIn(host, ['sh', '-c', script, logFile, ...command], { env });
  return Number(stdout.trim());
}

/** Writes a file inside a host, directories included. */
export async function writeIn(host: RunningHost, path: string, text: string, mode = '644'): Promise<void> {
  const script = 'mkdir -p "$(dirname "$0")" && cat > "$0" && chmod "$1" "$0"';
  await runIn(host, ['sh', '-c', script, path, mode], { input: text });
}

/** Ends hosts: the kernel removes their processes, namespaces, links and files with them. */
export async function destroyHosts(hosts: readonly RunningHost[]): Promise<void> {
  for (const host of hosts) {
    if (commandLine(host.keeper).includes(MARK)) process.kill(host.keeper, 'SIGKILL');
  }
  // Process 1 of a host ends last of all that ran there.
  for (const { keeper, pid } of hosts) {
    for (let attempt = 0; attempt < 500 && (lives(keeper) || (pid > 0 && lives(pid))); attempt++)
      await sleep(10);
  }
}
