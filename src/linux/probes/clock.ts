import { randomInt } from 'node:crypto';
import { AF_INET, openSocket, type Place, receiveUntil, SOCK_RAW, SocketFailed } from '../sockets/socket.ts';
import { socketAddress } from '../sockets/socketAddress.ts';
import { checksum } from './checksum.ts';

const IPPROTO_ICMP = 1;
const TIMESTAMP = 13;
const TIMESTAMP_REPLY = 14;
const DAY_MS = 86_400_000;

/** What another machine's clock says, in seconds. */
export interface ClockReading {
  /** Positive when the other clock is ahead of this one; whole days of difference are not seen. */
  readonly ahead: number;
  /** How wrong that may be: half of the time that the question took. */
  readonly within: number;
}

/**
 * Asks the kernel of another machine for its time of day by an ICMP timestamp request, to the millisecond; undefined when
 * it does not answer, which a firewall may forbid. IPv4. Throws SocketFailed (EPERM without root), NamespaceMissing.
 */
export async function clockAt(
  address: string,
  options: Place & { readonly milliseconds?: number } = {},
): Promise<ClockReading | undefined> {
  const socket = openSocket(options, AF_INET, SOCK_RAW, IPPROTO_ICMP);
  const id = randomInt(0x10000);
  let time: number | undefined;
  const take = (packet: Buffer): boolean => {
    time = readTimestamp(packet, id);
    return time !== undefined;
  };
  try {
    const asked = Date.now();
    socket.send(request(id), socketAddress(address));
    await receiveUntil(socket, options.milliseconds ?? 1000, take);
    if (time === undefined) return undefined;
    const took = Date.now() - asked;
    return { ahead: aheadOf(time, asked + took / 2) / 1000, within: took / 2000 };
  } catch (error) {
    if (error instanceof SocketFailed && error.message.startsWith('send')) return undefined;
    throw error;
  } finally {
    socket.close();
  }
}

/** How far a time of day (milliseconds since midnight UTC) is ahead of a time, the short way round the day. */
export function aheadOf(timeOfDay: number, now: number): number {
  const difference = (((timeOfDay - (now % DAY_MS)) % DAY_MS) + DAY_MS) % DAY_MS;
  return difference > DAY_MS / 2 ? difference - DAY_MS : difference;
}

function request(id: number): Buffer {
  const packet = Buffer.alloc(20);
  packet.writeUInt8(TIMESTAMP, 0);
  packet.writeUInt16BE(id, 4);
  packet.writeUInt16BE(checksum(packet), 2);
  return packet;
}

/** When the other machine received the request; a time with the highest bit set is not one of the day. */
function readTimestamp(packet: Buffer, id: number): number | undefined {
  const icmp = packet.subarray((packet.readUInt8(0) & 0x0f) * 4);
  if (icmp.length < 20 || icmp.readUInt8(0) !== TIMESTAMP_REPLY || icmp.readUInt16BE(4) !== id)
    return undefined;
  const time = icmp.readUInt32BE(12);
  return time < DAY_MS ? time : undefined;
}
