import { addressText } from '../sockets/socketAddress.ts';

/** The meaning of the codes of ICMP type 3. */
const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'a router has no route',
  1: 'the host does not answer ARP',
  2: 'the protocol is not served',
  3: 'the port is not served',
  4: 'it is too big',
  9: 'a firewall forbids the network',
  10: 'a firewall forbids the host',
  13: 'a firewall forbids it',
};

/** Codes by which firewalls refuse; some use that of a port that is not served, which says nothing. */
const FORBIDDEN = [9, 10, 13];

/** What somebody told about a packet that was not delivered. */
export interface IcmpError {
  /** Who told it. */
  readonly from: string;
  readonly reason: string;
  /** Whether a firewall refused it for certain. */
  readonly forbidden: boolean;
  /** Bytes that the next link takes, when the packet was too big. */
  readonly mtu?: number;
  /** Of the packet: its protocol, its destination, and its first 8 bytes behind the IP header at least. */
  readonly protocol: number;
  readonly to: string;
  readonly sent: Buffer;
}

/** The ICMP message in an IPv4 packet. */
export const icmpOf = (packet: Buffer): Buffer => packet.subarray((packet.readUInt8(0) & 0x0f) * 4);

/** The error in a packet that an ICMP socket received: unreachable, too big or expired; undefined for anything else. */
export function readIcmpError(packet: Buffer): IcmpError | undefined {
  const icmp = icmpOf(packet);
  if (icmp.length < 36) return undefined;
  const [type, code] = [icmp.readUInt8(0), icmp.readUInt8(1)];
  if (type !== 3 && type !== 11) return undefined;
  const original = icmp.subarray(8);
  const sent = icmpOf(original);
  if (sent.length < 8) return undefined;
  return {
    from: addressText(packet.subarray(12, 16)),
    reason:
      type === 11 ? 'it went through too many routers' : (UNREACHABLE[code] ?? `unreachable, code ${code}`),
    forbidden: type === 3 && FORBIDDEN.includes(code),
    ...(type === 3 && code === 4 ? { mtu: icmp.readUInt16BE(6) } : {}),
    protocol: original.readUInt8(9),
    to: addressText(original.subarray(16, 20)),
    sent,
  };
}
