import { readdirSync, readFileSync } from 'node:fs';

/** Environment variable that everything inherits which a test file starts, by which it is found again. */
export const MARK = 'NEUTRON_TEST_MARK';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly marked: boolean;
}

function processes(mark: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // Before the parent's id come the command in brackets, which may hold anything, and the state.
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const marked = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`);
        return [{ pid: Number(name), parent, marked }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** A process with all its descendants, and whatever bears its mark though its parent has ended. */
export function startedBy(pid: number, mark: string): number[] {
  const all = processes(mark);
  const found = new Set([pid, ...all.filter(({ marked }) => marked).map((one) => one.pid)]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const one of all) if (found.has(one.parent)) found.add(one.pid);
  }
  found.delete(process.pid);
  return [...found];
}

/** Kills a process and everything that it started. What is started meanwhile is caught by looking again. */
export function endAll(pid: number, mark: string): void {
  for (let rounds = 0; rounds < 5; rounds++) {
    const alive = startedBy(pid, mark);
    for (const one of alive)
      try {
        process.kill(one, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    if (alive.length <= 1) return;
  }
}
