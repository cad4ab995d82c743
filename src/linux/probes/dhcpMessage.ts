import { BROADCAST, ETHER_IPV4 } from '../sockets/packetSocket.ts';
import { addressBytes, addressText } from '../sockets/socketAddress.ts';
import { checksum } from './checksum.ts';

/** DHCP for IPv4 (RFC 2131, 2132) in Ethernet frames. */

export const MESSAGE = { discover: 1, offer: 2, request: 3, ack: 5, nak: 6, release: 7 } as const;

const OPTION = {
  mask: 1,
  router: 3,
  dns: 6,
  domain: 15,
  mtu: 26,
  address: 50,
  lease: 51,
  type: 53,
  server: 54,
  wanted: 55,
  routes: 121,
} as const;

/** What a server answered. */
export interface DhcpAnswer {
  readonly type: number;
  /** The address that is offered or leased. */
  readonly address: string;
  /** The server's identifier, an address of its own. */
  readonly server: string;
  /** The MAC that the answer came from. */
  readonly mac: string;
  readonly prefix?: number;
  readonly gateway?: string;
  /** Bytes, option 26. */
  readonly mtu?: number;
  readonly dns: readonly string[];
  readonly routes: readonly { readonly destination: string; readonly via: string }[];
  readonly domain?: string;
  readonly leaseSeconds?: number;
}

export interface Question {
  readonly type: number;
  readonly transaction: number;
  readonly mac: Buffer;
  /** The address asked for, in a request. */
  readonly address?: string;
  readonly server?: string;
  /** The address that the client has, in a release. */
  readonly from?: string;
  /** The server's MAC; everybody when not given. */
  readonly toMac?: Buffer;
}

const option = (code: number, bytes: Buffer) => Buffer.concat([Buffer.from([code, bytes.length]), bytes]);

/** A whole frame from the client. The server is asked to broadcast its answer: the client has no address. */
export function clientFrame(question: Question): Buffer {
  const { type, transaction, mac, address, server, from, toMac = BROADCAST } = question;
  const bootp = Buffer.alloc(240);
  bootp.set([1, 1, 6, 0]);
  bootp.writeUInt32BE(transaction, 4);
  if (from === undefined) bootp.writeUInt16BE(0x8000, 10);
  else addressBytes(from).copy(bootp, 12);
  mac.copy(bootp, 28);
  bootp.writeUInt32BE(0x63825363, 236);
  const wanted = [OPTION.mask, OPTION.router, OPTION.dns, OPTION.domain, OPTION.mtu, OPTION.routes];
  const payload = Buffer.concat([
    bootp,
    option(OPTION.type, Buffer.from([type])),
    ...(address === undefined ? [] : [option(OPTION.address, addressBytes(address))]),
    ...(server === undefined ? [] : [option(OPTION.server, addressBytes(server))]),
    ...(from === undefined ? [option(OPTION.wanted, Buffer.from(wanted))] : []),
    Buffer.from([255]),
    Buffer.alloc(64),
  ]);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(68, 0);
  udp.writeUInt16BE(67, 2);
  udp.writeUInt16BE(payload.length + 8, 4);
  const ip = Buffer.alloc(20);
  ip.set([0x45, 0]);
  ip.writeUInt16BE(payload.length + 28, 2);
  ip.set([64, 17], 8);
  addressBytes(from ?? '0.0.0.0').copy(ip, 12);
  addressBytes(from === undefined ? '255.255.255.255' : server!).copy(ip, 16);
  ip.writeUInt16BE(checksum(ip), 10);
  const ethernet = Buffer.concat([toMac, mac, Buffer.from([ETHER_IPV4 >> 8, ETHER_IPV4 & 0xff])]);
  return Buffer.concat([ethernet, ip, udp, payload]);
}

/** The server's answer to a transaction in a frame from port 67 to 68; undefined for anything else. */
export function readDhcpAnswer(frame: Buffer, transaction: number): DhcpAnswer | undefined {
  const bootp = frame.subarray(14 + (frame.readUInt8(14) & 0x0f) * 4 + 8);
  if (bootp.length < 240 || bootp.readUInt8(0) !== 2 || bootp.readUInt32BE(4) !== transaction)
    return undefined;
  const options = readOptions(bootp.subarray(240));
  const type = options.get(OPTION.type)?.[0];
  if (type === undefined) return undefined;
  const addresses = (code: number) => fours(options.get(code)).map(addressText);
  const [gateway] = addresses(OPTION.router);
  const mask = options.get(OPTION.mask);
  const domain = options.get(OPTION.domain)?.toString();
  return {
    type,
    address: addressText(bootp.subarray(16, 20)),
    server: addresses(OPTION.server)[0] ?? addressText(frame.subarray(26, 30)),
    mac: frame.subarray(6, 12).toString('hex').match(/../g)!.join(':'),
    dns: addresses(OPTION.dns),
    routes: readRoutes(options.get(OPTION.routes)),
    ...(mask?.length === 4 ? { prefix: 32 - Math.log2(0x1_0000_0000 - mask.readUInt32BE(0)) } : {}),
    ...(gateway === undefined ? {} : { gateway }),
    ...(options.get(OPTION.mtu)?.length === 2 ? { mtu: options.get(OPTION.mtu)!.readUInt16BE(0) } : {}),
    ...(domain === undefined ? {} : { domain }),
    ...(options.get(OPTION.lease)?.length === 4
      ? { leaseSeconds: options.get(OPTION.lease)!.readUInt32BE(0) }
      : {}),
  };
}

const fours = (bytes: Buffer = Buffer.alloc(0)): Buffer[] =>
  Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.subarray(index * 4, index * 4 + 4),
  );

function readOptions(bytes: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at + 1 < bytes.length; ) {
    const code = bytes[at]!;
    if (code === 255) break;
    if (code === 0) {
      at += 1;
      continue;
    }
    const end = at + 2 + bytes[at + 1]!;
    options.set(code, bytes.subarray(at + 2, end));
    at = end;
  }
  return options;
}

/** Classless static routes, RFC 3442: only the significant bytes of a destination are there. */
function readRoutes(bytes: Buffer = Buffer.alloc(0)): { destination: string; via: string }[] {
  const routes = [];
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at]!;
    const significant = Math.ceil(prefix / 8);
    const destination = Buffer.alloc(4);
    bytes.copy(destination, 0, at + 1, at + 1 + significant);
    const via = bytes.subarray(at + 1 + significant, at + 5 + significant);
    if (via.length < 4) break;
    routes.push({ destination: `${addressText(destination)}/${prefix}`, via: addressText(via) });
    at += 5 + significant;
  }
  return routes;
}
