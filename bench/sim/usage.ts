import { readFile } from 'node:fs/promises';

/** What processes used: CPU seconds since they began, resident megabytes now. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentMegabytes: number;
}

/** The kernel's USER_HZ, in which /proc counts CPU time. */
const TICKS_PER_SECOND = 100;

async function usageOf(pid: number): Promise<Usage> {
  // The second field, the program's name, may hold blanks; what follows its bracket does not.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const stat = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND,
    residentMegabytes: Number(resident) / 1024,
  };
}

/** The sum over the processes of each name. */
export async function usage(
  processes: ReadonlyMap<string, readonly number[]>,
): Promise<ReadonlyMap<string, Usage>> {
  const entries = [...processes].map(async ([name, pids]) => {
    const all = await Promise.all(pids.map(usageOf));
    const sum = (key: keyof Usage) => all.reduce((total, one) => total + one[key], 0);
    return [name, { cpuSeconds: sum('cpuSeconds'), residentMegabytes: sum('residentMegabytes') }] as const;
  });
  return new Map(await Promise.all(entries));
}
