import { start } from '../../linux/process.ts';
import { entering, type RunningHost } from '../host.ts';

/** One thing that the kernel of a host said meanwhile: an object is there, or is gone. */
export interface KernelEvent {
  /** Milliseconds, of the moment at which this was read. */
  readonly at: number;
  readonly host: string;
  readonly kind: 'links' | 'addresses' | 'routes' | 'forwarding';
  readonly gone: boolean;
  readonly object: string;
}

/** What was there before and is there again, or came and went: two snapshots do not see it. */
export interface Flicker {
  readonly host: string;
  readonly kind: KernelEvent['kind'];
  readonly object: string;
  readonly how: 'away' | 'passing';
  readonly milliseconds: number;
}

/** A line of `ip -o monitor` or of `bridge monitor fdb`; undefined when it tells nothing of use. */
export function parseEvent(line: string): Omit<KernelEvent, 'at' | 'host'> | undefined {
  const words = line.replace(/^\[nsid [^\]]*\]\s*/, '').trim();
  const gone = words.startsWith('Deleted ');
  const text = gone ? words.slice('Deleted '.length) : words;
  const namespace = /^\[nsid (\d+)\]/.exec(line)?.[1];
  const at = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const found = (kind: KernelEvent['kind'], object: string) => ({ kind, gone, object: object + at });
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2} dev /.test(text))
    return /permanent|static/.test(text) ? found('forwarding', text) : undefined;
  const address = /^\d+: (\S+)\s+inet6? (\S+)/.exec(text);
  if (address) return found('addresses', `${address[2]} dev ${address[1]}`);
  const link = /^\d+: ([^:@ ]+)[:@]/.exec(text);
  if (link) return found('links', link[1]!);
  return / dev \S+/.test(text) ? found('routes', text.replace(/\s+(linkdown|dead)\b/g, '')) : undefined;
}

const LINKS_OF_THEIRS = / dev (\S+)/;

/** What flickered, of the events of some time in their order. */
export function flickers(events: readonly KernelEvent[]): Flicker[] {
  const byObject = new Map<string, KernelEvent[]>();
  for (const event of events) {
    const key = [event.host, event.kind, event.object].join('\n');
    byObject.set(key, [...(byObject.get(key) ?? []), event]);
  }
  const all = [...byObject.values()].flatMap((those): Flicker[] => {
    const [{ host, kind, object }] = those as [KernelEvent];
    const at = those.findIndex(({ gone }) => gone);
    if (at < 0) return [];
    const back = those.slice(at).find(({ gone }) => !gone);
    if (back) return [{ host, kind, object, how: 'away', milliseconds: back.at - those[at]!.at }];
    if (at === 0) return [];
    return [{ host, kind, object, how: 'passing', milliseconds: those[at]!.at - those[0]!.at }];
  });
  // What hung on a device that came and went is that device's.
  const passing = all.flatMap(({ kind, how, object }) =>
    kind === 'links' && how === 'passing' ? [object] : [],
  );
  return all.filter(({ object }) => !passing.includes(LINKS_OF_THEIRS.exec(object)?.[1] ?? ''));
}

export interface KernelWatch {
  /** What flickered since this was last asked. */
  flickered(): Flicker[];
  stop(): void;
}

/** Listens to what the kernels of hosts say of links, addresses, routes and forwarding, in every namespace of theirs. */
export function watchKernels(hosts: readonly RunningHost[]): KernelWatch {
  let events: KernelEvent[] = [];
  const children: ReturnType<typeof start>[] = [];
  for (const host of hosts) {
    for (const command of [
      ['ip', '-o', 'monitor', 'link', 'address', 'route', 'all-nsid'],
      ['bridge', 'monitor', 'fdb'],
    ]) {
      const child = start([...entering(host), ...command]);
      let rest = '';
      child.stdout.on('data', (data) => {
        const lines = (rest + data).split('\n');
        rest = lines.pop()!;
        for (const line of lines) {
          const event = parseEvent(line);
          if (event) events.push({ ...event, at: Date.now(), host: host.name });
        }
      });
      children.push(child);
    }
  }
  return {
    flickered() {
      const seen = flickers(events);
      events = [];
      return seen;
    },
    stop: () => void children.map((child) => child.kill()),
  };
}
