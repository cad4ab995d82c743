import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { start } from './process.ts';

export interface MonitorEvents {
  /** One line of `ip -o monitor`: 'Deleted ' stands before what has gone. */
  line(text: string): void;
  /** Events may have been lost: look at everything. Called at the start too, when listening has begun. */
  gap(): void;
}

const RESTART_MILLISECONDS = 1000;
/** `ip monitor` does not say when it listens; by then it does. */
const SETTLE_MILLISECONDS = 200;

/**
 * Tells of links or addresses the moment the kernel does, by netlink's multicast through `ip monitor`. Ends with this
 * process, also when that is killed; after close() nothing is told any more.
 */
export function monitorIp(
  object: 'link' | 'address',
  events: MonitorEvents,
  netns?: string,
): { close(): void } {
  let child: ChildProcessWithoutNullStreams | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const again = () => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(listen, RESTART_MILLISECONDS);
  };
  const gap = () => {
    if (!closed) events.gap();
  };
  const listen = () => {
    try {
      child = start(['setpriv', '--pdeathsig', 'KILL', 'ip', '-o', 'monitor', object], { netns });
    } catch {
      // The namespace is away for a moment, or for good; whoever removes it closes this.
      again();
      return;
    }
    let rest = '';
    child.once('spawn', () => {
      timer = setTimeout(gap, SETTLE_MILLISECONDS);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (!closed) events.line(line);
    });
    child.stderr.on('data', gap);
    child.on('error', () => {});
    child.on('close', again);
  };
  listen();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      child?.kill('SIGKILL');
    },
  };
}
