import { formatAddress, parseAddress } from '../../net/address.ts';
import { AF_INET, AF_INET6, AF_PACKET } from './socket.ts';

/** Which family of sockets an address needs. */
export const familyOf = (address: string): number => (address.includes(':') ? AF_INET6 : AF_INET);

/** The bytes of an IPv4 or IPv6 address. Throws when it is none. */
export function addressBytes(address: string): Buffer {
  const parsed = parseAddress(address);
  if (!parsed) throw new Error(`${address} is not an IP address`);
  return Buffer.from(parsed.value.toString(16).padStart(parsed.version === 4 ? 8 : 32, '0'), 'hex');
}

/** The text of an IPv4 (4 bytes) or IPv6 (16 bytes) address. */
export const addressText = (bytes: Buffer): string =>
  bytes.length === 4
    ? bytes.join('.')
    : formatAddress({ version: 6, value: BigInt(`0x${bytes.toString('hex')}`) });

/** struct sockaddr_in or sockaddr_in6; `scope` is the device's index, for link-local addresses. */
export function socketAddress(address: string, port = 0, scope = 0): Buffer {
  const family = familyOf(address);
  const bytes = Buffer.alloc(family === AF_INET ? 16 : 28);
  bytes.writeUInt16LE(family, 0);
  bytes.writeUInt16BE(port, 2);
  addressBytes(address).copy(bytes, family === AF_INET ? 4 : 8);
  if (family === AF_INET6) bytes.writeUInt32LE(scope, 24);
  return bytes;
}

/** struct sockaddr_ll. */
export function linkAddress(index: number, etherType: number, mac: Buffer = Buffer.alloc(6, 0xff)): Buffer {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(etherType, 2);
  address.writeInt32LE(index, 4);
  address.writeUInt8(6, 11);
  mac.copy(address, 12);
  return address;
}
