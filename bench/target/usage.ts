import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesOn } from '../../src/lab/daemons.ts';
import { fileOn, type RunningHost } from '../../src/lab/host.ts';

/** The words that only a daemon's own processes have: its log file; of Python's helpers (privsep) the daemon's own file. */
const MARKS: Readonly<Record<string, string>> = {
  mariadbd: '--datadir=',
  'neutron-server': '/neutron-server.log',
  'neutron-server-noauth': '/neutron-server-noauth.log',
  'neutron-linuxbridge-agent': '/linuxbridge_agent.ini',
  'neutron-dhcp-agent': '/dhcp_agent.ini',
  'neutron-l3-agent': '/l3_agent.ini',
  'neutron-metadata-agent': '/metadata_agent.ini',
};

/** Work for others, with programs that both sides start alike. */
const SERVANTS = /^(dnsmasq|haproxy|keepalived|radvd)$/;

const proc = (host: RunningHost, path: string) => fileOn(host, `/proc/${path}`);

/** What a file of /proc says, or nothing when the process ended meanwhile. */
function read(host: RunningHost, path: string): string {
  try {
    return readFileSync(proc(host, path), 'utf8');
  } catch {
    return '';
  }
}

/** The fields of /proc/PID/stat behind the command's name, from the state on. */
const statOf = (host: RunningHost, pid: number): string[] => {
  const text = read(host, `${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** All processes of a daemon: its main process, its workers and helpers, and what they started; no servants. */
export function processesOf(host: RunningHost, daemon: string): number[] {
  const mark = MARKS[daemon];
  if (!mark) throw new Error(`${daemon} is no daemon: there are ${Object.keys(MARKS).join(', ')}`);
  const all = processesOn(host).filter(({ words }) => !SERVANTS.test(words[0]!.split('/').at(-1)!));
  const found = new Set(
    all.filter(({ words }) => words.some((word) => word.includes(mark))).map(({ pid }) => pid),
  );
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid } of all) if (found.has(Number(statOf(host, pid)[1]))) found.add(pid);
  }
  return [...found];
}

const TICK_MILLISECONDS = 10; // USER_HZ, which is 100 on every Linux that Node runs on

/** User and system time are each cut to the tick: by less than this a process's is below that of its threads. */
const CUT_MILLISECONDS = 2 * TICK_MILLISECONDS;

/** Processor time of processes so far: of their threads, to the nanosecond; of threads and children that ended, to the tick. */
export function cpuMilliseconds(host: RunningHost, pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) {
    const [user, system, childUser, childSystem] = statOf(host, pid)
      .slice(11, 15)
      .map((ticks) => Number(ticks) * TICK_MILLISECONDS);
    let living = 0;
    for (const task of threadsOf(host, pid))
      living += Number(read(host, `${pid}/task/${task}/schedstat`).split(' ')[0]) / 1e6;
    const ended = (user ?? 0) + (system ?? 0) - living;
    total += living + (ended > CUT_MILLISECONDS ? ended : 0) + (childUser ?? 0) + (childSystem ?? 0);
  }
  return total;
}

/** Of each process of a daemon its parent and its processor time so far, in milliseconds. */
export type Spent = ReadonlyMap<number, { readonly parent: number; readonly milliseconds: number }>;

export const spentBy = (host: RunningHost, daemon: string): Spent =>
  new Map(
    processesOf(host, daemon).map((pid) => [
      pid,
      { parent: Number(statOf(host, pid)[1]), milliseconds: cpuMilliseconds(host, [pid]) },
    ]),
  );

/**
 * Milliseconds that were spent between two looks. What a process that ended had spent until the first is by now among its
 * parent's; without a parent that is looked at, it is gone with it.
 */
export function spentBetween(before: Spent, after: Spent): number {
  let total = 0;
  for (const [pid, { milliseconds }] of after) total += milliseconds - (before.get(pid)?.milliseconds ?? 0);
  for (const [pid, { parent, milliseconds }] of before)
    if (!after.has(pid) && after.has(parent)) total -= milliseconds;
  return total;
}

const threadsOf = (host: RunningHost, pid: number): string[] => {
  try {
    return readdirSync(proc(host, `${pid}/task`));
  } catch {
    return [];
  }
};

/** Memory of processes in MiB, pages that several share counted once in parts (PSS). */
export function memoryMiB(host: RunningHost, pids: readonly number[]): number {
  const kilobytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(read(host, `${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

const QUIET_SHARE = 0.06;
const LOOK_MILLISECONDS = 300;

/**
 * Waits until the hosts' processes together use less than 6 % of a processor, so that what one side still does after a
 * round is not in the way of the other's. Gives up after `seconds`: the machine's own noise is nobody's.
 */
export async function quiet(hosts: readonly RunningHost[], seconds = 300): Promise<void> {
  const used = () =>
    hosts.reduce((sum, host) => {
      const pids = processesOn(host).map(({ pid }) => pid);
      return sum + cpuMilliseconds(host, pids);
    }, 0);
  const end = Date.now() + seconds * 1000;
  for (let before = used(); Date.now() < end; ) {
    await sleep(LOOK_MILLISECONDS);
    const now = used();
    if (now - before < QUIET_SHARE * LOOK_MILLISECONDS) return;
    before = now;
  }
}

/** Processor time of programs that this process ran and that ended, to the tick. */
export function childrenCpuMilliseconds(): number {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MILLISECONDS;
}
