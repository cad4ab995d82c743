import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { start } from './process.ts';

export interface LinkEvents {
  /** A device appeared, changed or went. */
  changed(name: string): void;
  /** Events may have been lost: look at everything. */
  gap(): void;
}

const RESTART_MILLISECONDS = 1000;
/** `ip monitor` does not say when it listens; by then it does. */
const SETTLE_MILLISECONDS = 200;

/**
 * Tells of devices the moment the kernel does, by netlink's multicast through `ip monitor`. Ends with this process,
 * also when that is killed. `gap` is called at the start, when listening has begun.
 */
export function monitorLinks(events: LinkEvents, netns?: string): { close(): void } {
  let child: ChildProcessWithoutNullStreams | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const listen = () => {
    child = start(['setpriv', '--pdeathsig', 'KILL', 'ip', '-o', 'monitor', 'link'], { netns });
    let rest = '';
    child.once('spawn', () => {
      timer = setTimeout(() => events.gap(), SETTLE_MILLISECONDS);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const name = /^(?:Deleted )?\d+: ([^:@\s]+)/.exec(line)?.[1];
        if (name !== undefined) events.changed(name);
      }
    });
    child.stderr.on('data', () => events.gap());
    child.on('error', () => {});
    child.on('close', () => {
      if (!closed) timer = setTimeout(listen, RESTART_MILLISECONDS);
    });
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
