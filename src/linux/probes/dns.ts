import { randomInt } from 'node:crypto';
import { openSocket, type Place, receiveUntil, SOCK_DGRAM, SocketFailed } from '../sockets/socket.ts';
import { addressText, familyOf, socketAddress } from '../sockets/socketAddress.ts';

export interface DnsOptions extends Place {
  readonly source?: string | undefined;
  readonly port?: number;
  readonly type?: 'A' | 'AAAA';
  /** How long to wait; 1000 unless told. The question is sent twice in that time. */
  readonly milliseconds?: number;
}

export type DnsResult =
  /** `code`: 0 no error, 2 server failure, 3 there is no such name, 5 refused. */
  | { readonly result: 'answered'; readonly code: number; readonly addresses: readonly string[] }
  /** refused: the machine is there and serves no DNS. unreachable: no way there, `reason` is the error's name. */
  | { readonly result: 'refused' | 'timeout' }
  | { readonly result: 'unreachable'; readonly reason: string };

const TYPE = { A: 1, AAAA: 28 } as const;

/** Asks a DNS server (an IP address) for a name's addresses, by UDP. Throws SocketFailed, NamespaceMissing. */
export async function dns(name: string, server: string, options: DnsOptions = {}): Promise<DnsResult> {
  const { source, port = 53, type = 'A', milliseconds = 1000 } = options;
  const id = randomInt(0x10000);
  let answer: DnsResult | undefined;
  const take = (packet: Buffer): boolean => {
    if (packet.length < 12 || packet.readUInt16BE(0) !== id) return false;
    answer = readAnswer(packet);
    return true;
  };
  const socket = openSocket(options, familyOf(server), SOCK_DGRAM, 0);
  try {
    if (source !== undefined) socket.bind(socketAddress(source));
    socket.connect(socketAddress(server, port));
    for (let round = 0; round < 2 && !answer; round++) {
      socket.send(question(id, name, TYPE[type]));
      await receiveUntil(socket, milliseconds / 2, take);
    }
    return answer ?? { result: 'timeout' };
  } catch (error) {
    if (!(error instanceof SocketFailed)) throw error;
    if (error.code === 'ECONNREFUSED') return { result: 'refused' };
    if (/^E(NETUNREACH|HOSTUNREACH|PERM|NETDOWN)$/.test(error.code))
      return { result: 'unreachable', reason: error.code };
    throw error;
  } finally {
    socket.close();
  }
}

function question(id: number, name: string, type: number): Buffer {
  const head = Buffer.from([id >> 8, id & 0xff, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name
    .split('.')
    .filter(Boolean)
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

/** The offset behind the name that starts at `offset`. */
function afterName(packet: Buffer, offset: number): number {
  for (let at = offset; ; ) {
    const length = packet.readUInt8(at);
    if (length >= 0xc0) return at + 2;
    if (length === 0) return at + 1;
    at += length + 1;
  }
}

function readAnswer(packet: Buffer): DnsResult {
  const addresses: string[] = [];
  let offset = 12;
  for (let count = packet.readUInt16BE(4); count > 0; count--) offset = afterName(packet, offset) + 4;
  for (let count = packet.readUInt16BE(6); count > 0; count--) {
    const record = afterName(packet, offset);
    const type = packet.readUInt16BE(record);
    const end = record + 10 + packet.readUInt16BE(record + 8);
    if (type === TYPE.A || type === TYPE.AAAA) addresses.push(addressText(packet.subarray(record + 10, end)));
    offset = end;
  }
  return { result: 'answered', code: packet.readUInt8(3) & 0x0f, addresses };
}
