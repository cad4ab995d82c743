import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AF_INET,
  openSocket,
  type Place,
  receiveUntil,
  SOCK_DGRAM,
  SOCK_RAW,
  type Socket,
  SocketFailed,
} from '../sockets/socket.ts';
import { socketAddress } from '../sockets/socketAddress.ts';
import { checksum } from './checksum.ts';
import { icmpOf, readIcmpError } from './icmp.ts';

const IPPROTO_IP = 0;
const IPPROTO_ICMP = 1;
const IP_MTU_DISCOVER = 10;
const IP_MTU = 14;
const PMTUDISC_PROBE = 3;
const HEADERS = 28;

export interface EchoOptions extends Place {
  /** The address to send from; the one that the route says when not given. */
  readonly source?: string | undefined;
  /** Bytes of the whole IP packet, headers included: the MTU that it just fits. 84 unless told; 28 at least. */
  readonly size?: number;
  /** Forbid routers, and this host, to break the packet into fragments. */
  readonly dontFragment?: boolean;
  /** How many; 1 unless told. */
  readonly count?: number;
  /** Between two; 200 unless told. */
  readonly intervalMs?: number;
  /** How long to wait for answers after the last one was sent; 1000 unless told. */
  readonly milliseconds?: number;
}

/** Why an echo was not answered. `from` is who says so; undefined: this host. */
export type EchoFailure =
  | { readonly kind: 'no answer' }
  /** The packet is larger than the MTU (bytes) of the next link. */
  | { readonly kind: 'too big'; readonly mtu: number; readonly from?: string }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly from?: string };

export interface Echo {
  readonly sent: number;
  /** Milliseconds that each answer took, in the order of arrival. */
  readonly answers: readonly number[];
  /** The last failure that was told; 'no answer' when nothing was and an answer is missing. */
  readonly failure?: EchoFailure;
}

/**
 * Sends ICMP echo requests (ping) to an IPv4 address by the kernel's routes; ends when all are answered or refused.
 * The device or namespace needs an address. Throws SocketFailed (EPERM without root, ENODEV), NamespaceMissing.
 */
export async function echo(address: string, options: EchoOptions = {}): Promise<Echo> {
  const { size = 84, count = 1, intervalMs = 200, milliseconds = 1000 } = options;
  const socket = openSocket(options, AF_INET, SOCK_RAW, IPPROTO_ICMP);
  const id = randomInt(0x10000);
  const sentAt: number[] = [];
  const answers = new Map<number, number>();
  const refused = new Map<number, EchoFailure>();
  const take = (packet: Buffer): boolean => {
    const read = readAnswer(packet, id);
    if (read?.failure) refused.set(read.sequence, read.failure);
    else if (read && !answers.has(read.sequence) && sentAt[read.sequence] !== undefined)
      answers.set(read.sequence, performance.now() - sentAt[read.sequence]!);
    return answers.size + refused.size >= count;
  };
  try {
    if (options.source !== undefined) socket.bind(socketAddress(options.source));
    if (options.dontFragment) socket.setOption(IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
    for (let sequence = 0; sequence < count; sequence++) {
      sentAt[sequence] = performance.now();
      const failure = trySend(socket, request(id, sequence, size), address, options);
      if (failure) refused.set(sequence, failure);
      const last = sequence === count - 1;
      const start = performance.now();
      const ended = await receiveUntil(socket, last && !failure ? milliseconds : intervalMs, take);
      if (!last && ended) await sleep(intervalMs - (performance.now() - start));
    }
    const failure =
      [...refused.values()].at(-1) ?? (answers.size < count ? { kind: 'no answer' as const } : undefined);
    return { sent: count, answers: [...answers.values()], ...(failure ? { failure } : {}) };
  } finally {
    socket.close();
  }
}

function trySend(
  socket: Socket,
  packet: Buffer,
  address: string,
  place: Place & { readonly source?: string | undefined },
): EchoFailure | undefined {
  try {
    socket.send(packet, socketAddress(address));
    return undefined;
  } catch (error) {
    if (!(error instanceof SocketFailed)) throw error;
    if (error.code === 'EMSGSIZE') return { kind: 'too big', mtu: pathMtu(address, place) };
    return { kind: 'unreachable', reason: REASON_OF_ERROR[error.code] ?? error.code };
  }
}

const REASON_OF_ERROR: Readonly<Record<string, string>> = {
  ENETUNREACH: 'there is no route',
  EHOSTUNREACH: 'the host does not answer ARP',
  EPERM: 'the firewall of this host forbids it',
  ENETDOWN: 'the device is down',
};

/** The MTU in bytes of the way to an address as the kernel knows it. Throws as `openSocket`. */
export function pathMtu(
  address: string,
  { source, ...place }: Place & { readonly source?: string | undefined } = {},
): number {
  const socket = openSocket(place, AF_INET, SOCK_DGRAM, 0);
  try {
    if (source !== undefined) socket.bind(socketAddress(source));
    socket.setOption(IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
    socket.connect(socketAddress(address, 9));
    return socket.option(IPPROTO_IP, IP_MTU);
  } finally {
    socket.close();
  }
}

function request(id: number, sequence: number, size: number): Buffer {
  const packet = Buffer.alloc(Math.max(size - (HEADERS - 8), 8));
  packet.writeUInt8(8, 0);
  packet.writeUInt16BE(id, 4);
  packet.writeUInt16BE(sequence, 6);
  packet.writeUInt16BE(checksum(packet), 2);
  return packet;
}

/** An answer to a request of ours, or an error about one; undefined for anything else. */
function readAnswer(packet: Buffer, id: number): { sequence: number; failure?: EchoFailure } | undefined {
  const icmp = icmpOf(packet);
  if (icmp.length < 8) return undefined;
  if (icmp.readUInt8(0) === 0)
    return icmp.readUInt16BE(4) === id ? { sequence: icmp.readUInt16BE(6) } : undefined;
  const error = readIcmpError(packet);
  if (error?.protocol !== IPPROTO_ICMP || error.sent.readUInt16BE(4) !== id) return undefined;
  const { from, mtu, reason } = error;
  const failure =
    mtu === undefined
      ? ({ kind: 'unreachable', reason, from } as const)
      : ({ kind: 'too big', mtu, from } as const);
  return { sequence: error.sent.readUInt16BE(6), failure };
}
