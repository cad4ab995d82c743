import { type Address, bitsOf, formatAddress, type IpVersion, parseAddress } from './address.ts';

/** A block of addresses: its version, prefix length and first address. */
export interface Cidr {
  readonly version: IpVersion;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** The block of `prefix` bits that holds the address. */
function cidrAround({ version, value }: Address, prefix: number): Cidr {
  const size = 1n << BigInt(bitsOf(version) - prefix);
  const first = value - (value % size);
  return { version, prefix, first, last: first + size - 1n };
}

/** Reads `address/prefix`, or a bare address as a block of one; host bits are dropped. Undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [head = '', tail, more] = text.split('/');
  const address = parseAddress(head);
  if (address === undefined || more !== undefined) return undefined;
  const bits = bitsOf(address.version);
  if (tail === undefined) return cidrAround(address, bits);
  if (!/^\d{1,3}$/.test(tail) || Number(tail) > bits) return undefined;
  return cidrAround(address, Number(tail));
}

/** `network/prefix` in canonical form. */
export const formatCidr = ({ version, prefix, first }: Cidr): string =>
  `${formatAddress({ version, value: first })}/${prefix}`;

/** A block or a single address in canonical form; the text itself when it is neither. */
export function canonicalBlock(text: string): string {
  const cidr = parseCidr(text);
  if (cidr === undefined) return text;
  return text.includes('/') ? formatCidr(cidr) : formatAddress({ version: cidr.version, value: cidr.first });
}

/** Number of addresses in the block. */
export const sizeOf = ({ first, last }: Cidr): bigint => last - first + 1n;

export const contains = (cidr: Cidr, address: Address): boolean =>
  cidr.version === address.version && cidr.first <= address.value && address.value <= cidr.last;

export const overlaps = (left: Cidr, right: Cidr): boolean =>
  left.version === right.version && left.first <= right.last && right.first <= left.last;

/** Whether an address given as text lies in a block given as text. */
export function cidrContains(cidr: string, address: string): boolean {
  const block = parseCidr(cidr);
  const point = parseAddress(address);
  return block !== undefined && point !== undefined && contains(block, point);
}
