import { Address6 } from 'ip-address';

export type IpVersion = 4 | 6;

/** An IP address as a number; `value` has 32 or 128 bits. */
export interface Address {
  readonly version: IpVersion;
  readonly value: bigint;
}

const DOTTED_QUAD = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Bits of an address: 32 or 128. */
export const bitsOf = (version: IpVersion): number => (version === 4 ? 32 : 128);

function parseV4(text: string): Address | undefined {
  const match = DOTTED_QUAD.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (let index = 1; index <= 4; index += 1) {
    const octet = Number(match[index]);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return { version: 4, value: BigInt(value) };
}

/** Reads an address without prefix length, zone or leading text; undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseV4(text);
  if (text.includes('/') || text.includes('%')) return undefined;
  try {
    return { version: 6, value: new Address6(text).bigInt() };
  } catch {
    return undefined;
  }
}

const formatV4 = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** The canonical text: dotted quad, or RFC 5952. */
export function formatAddress({ version, value }: Address): string {
  if (version === 4) return formatV4(Number(value));
  return Address6.fromBigInt(value).correctForm();
}

/** The canonical text of an address given as text; the text itself when it is no address. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}

/** 4 or 6 for an address, or a CIDR, known to be valid. */
export const versionOf = (address: string): IpVersion => (address.includes(':') ? 6 : 4);

/** Order of valid addresses: IPv4 before IPv6, then by number. */
export function compareAddresses(left: string, right: string): number {
  const a = parseAddress(left)!;
  const b = parseAddress(right)!;
  if (a.version !== b.version) return a.version - b.version;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}
