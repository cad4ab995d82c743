import { readFileSync } from 'node:fs';
import { within } from './setns.ts';

const LISTEN = '0A';

/** Whether some process of the namespace listens at a TCP port, at whatever address. Throws NamespaceMissing. */
export const listensAt = (port: number, netns?: string): boolean =>
  within(netns, () => ['tcp', 'tcp6'].some((table) => portsOf(readTable(table)).includes(port)));

/** Ports that are listened at, by the text of /proc/net/tcp. */
export const portsOf = (text: string): number[] =>
  text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === LISTEN)
    .map(([, local = '']) => Number.parseInt(local.split(':').at(-1) ?? '', 16));

/** The table of the thread's namespace; a kernel without IPv6 has no second one. */
function readTable(name: string): string {
  try {
    return readFileSync(`/proc/thread-self/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}
