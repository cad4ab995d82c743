import { hostname } from 'node:os';

/** How what verify makes is known again, by itself and by a later verify: a fixed name, and who made it, and when. */
export const NAME = 'nts-verify';

/** The name of ports that the server makes for one trace; a server that was killed leaves them. */
export const TRACE_NAME = 'nts-probe';

/** After this time one on another host, which cannot be asked for its processes, is taken for dead. */
const OTHERS_MINUTES = 15;

export const labelOf = (now = new Date(), host = hostname(), pid = process.pid): string =>
  `neutron verify: ${host} ${pid} ${now.toISOString()}`;

/** Whether the verify of a label is over: such a process is no more, or it would have been done long ago. */
export function isOver(label: string, now = Date.now(), host = hostname(), lives = processLives): boolean {
  const [, maker, pid, since] = /^neutron verify: (\S+) (\d+) (\S+)$/.exec(label) ?? [];
  if (maker === undefined) return false;
  if (maker === host) return !lives(Number(pid));
  return now - Date.parse(since!) > OTHERS_MINUTES * 60_000;
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
