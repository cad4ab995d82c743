import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { within } from './setns.ts';

/** A port of this host that somebody listens on. */
export interface BoundPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** 'any' stands for every address of the host. */
  readonly address: string;
  /** The socket's number; 0 for sockets of the kernel itself, as VXLAN's. */
  readonly inode: number;
}

const LISTENS = { tcp: '0A', udp: '07' } as const;

/** Reads a table such as /proc/net/tcp: who listens. */
export function readPorts(protocol: 'tcp' | 'udp', text: string): readonly BoundPort[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENS[protocol])
    .map((fields) => {
      const [address, port] = fields[1]!.split(':') as [string, string];
      return {
        protocol,
        port: Number.parseInt(port, 16),
        address: toAddress(address),
        inode: Number(fields[9]),
      };
    });
}

/** The kernel prints IPv4 addresses as a number in its own byte order; IPv6 is only told apart from 'any'. */
function toAddress(hex: string): string {
  if (/^0+$/.test(hex)) return 'any';
  if (hex.length > 8) return 'IPv6';
  return hex
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16))
    .reverse()
    .join('.');
}

/** Those of one protocol in the network namespace of this thread; a kernel without IPv6 has no second table. */
const portsOf = (protocol: 'tcp' | 'udp'): readonly BoundPort[] =>
  [protocol, `${protocol}6`].flatMap((table) => {
    try {
      return readPorts(protocol, readFileSync(`/proc/thread-self/net/${table}`, 'utf8'));
    } catch {
      return [];
    }
  });

/** Every port of this network namespace that somebody listens on. */
export const listPorts = (): readonly BoundPort[] => (['tcp', 'udp'] as const).flatMap(portsOf);

/** Whether some process of the namespace listens at a TCP port, at whatever address. Throws NamespaceMissing. */
export const listensAt = (port: number, netns?: string): boolean =>
  within(netns, () => portsOf('tcp').some((bound) => bound.port === port));

/** The processes among `pids` that hold a socket; needs root for those of others. */
export function holdersOf(inode: number, pids: readonly number[]): readonly number[] {
  const socket = `socket:[${inode}]`;
  return pids.filter((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
    } catch {
      return false;
    }
  });
}
