import { isIPv4, isIPv6 } from 'node:net';
import { pythonInt } from '../pythonNumber.ts';

/** Addresses in the spellings that Python's netaddr takes, and their canonical text. */
export interface ParsedAddress {
  readonly version: 4 | 6;
  readonly canonical: string;
}

export interface ParsedNetwork extends ParsedAddress {
  readonly prefix: number;
  /** `address/prefix`, host bits kept. */
  readonly text: string;
  /** `network/prefix`, host bits cleared. */
  readonly cidr: string;
}

const dotted = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** The 32-bit value of four numbers, each as Python's int() reads it; undefined when that is no IPv4 address. */
function ipv4(parts: readonly string[]): number | undefined {
  const numbers = parts.map(pythonInt);
  if (numbers.length !== 4) return undefined;
  let value = 0;
  for (const number of numbers) {
    if (number === undefined || !(number >= 0 && number < 256)) return undefined;
    value = value * 256 + number;
  }
  return value;
}

function groupsOf(text: string): number[] {
  const embedded = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain = embedded
    ? `${embedded[1]}${(Number(embedded[2]) * 256 + Number(embedded[3])).toString(16)}:${(
        Number(embedded[4]) * 256 + Number(embedded[5])
      ).toString(16)}`
    : text;
  const [head = '', tail] = plain.split('::');
  const numbers = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const left = numbers(head);
  if (tail === undefined) return left;
  const right = numbers(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`; an IPv4 address within as inet_ntop. */
function compress(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.start < 0) return hex.join(':');
  const mapped = best.length === 5 && groups[5] === 0xffff;
  if (best.start === 0 && (best.length === 6 || mapped)) {
    return `::${mapped ? 'ffff:' : ''}${dotted(groups[6]! * 65536 + groups[7]!)}`;
  }
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

/** An address as netaddr.IPAddress takes it with ZEROFILL, numbers of IPv4 being decimal; undefined when it is none. */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (text.includes(':')) {
    return isIPv6(text) && !text.includes('%')
      ? { version: 6, canonical: compress(groupsOf(text)) }
      : undefined;
  }
  const value = ipv4(text.split('.'));
  return value === undefined ? undefined : { version: 4, canonical: dotted(value) };
}

/** The prefix length that `/24`, `/255.255.255.0` or `/0.0.0.255` means. */
function prefixOf(text: string, version: 4 | 6): number | undefined {
  const width = version === 4 ? 32 : 128;
  const length = pythonInt(text);
  if (length !== undefined) return length >= 0 && length <= width ? length : undefined;
  const mask = version === 4 && isIPv4(text) ? ipv4(text.split('.')) : undefined;
  if (mask === undefined) return undefined;
  const bits = mask.toString(2).padStart(32, '0');
  if (/^1*0*$/.test(bits)) return bits.replaceAll('0', '').length;
  return /^0*1*$/.test(bits) ? bits.replaceAll('1', '').length : undefined;
}

/** The address with the bits after the prefix cleared. */
function networkOf(address: ParsedAddress, prefix: number): string {
  if (address.version === 4) {
    const size = 2 ** (32 - prefix);
    return dotted(Math.floor(ipv4(address.canonical.split('.'))! / size) * size);
  }
  const groups = groupsOf(address.canonical).map((group, index) => {
    const kept = Math.min(Math.max(prefix - index * 16, 0), 16);
    const size = 2 ** (16 - kept);
    return Math.floor(group / size) * size;
  });
  return compress(groups);
}

/** A network as netaddr.IPNetwork takes it: the prefix may be missing, IPv4 may be abbreviated (`10.1` is 10.1.0.0). */
export function parseNetwork(text: string): ParsedNetwork | undefined {
  const [head = '', tail, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const missing = head.includes(':') ? 0 : 4 - head.split('.').length;
  const address = parseAddress(head + '.0'.repeat(Math.max(0, missing)));
  if (!address) return undefined;
  const prefix = tail === undefined ? (address.version === 4 ? 32 : 128) : prefixOf(tail, address.version);
  if (prefix === undefined) return undefined;
  return {
    ...address,
    prefix,
    text: `${address.canonical}/${prefix}`,
    cidr: `${networkOf(address, prefix)}/${prefix}`,
  };
}

const macForms = [
  /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{1,2}(-[0-9a-f]{1,2}){5}$/i,
  /^[0-9a-f]{1,4}(\.[0-9a-f]{1,4}){2}$/i,
  /^[0-9a-f]{1,4}([:-][0-9a-f]{1,4}){2}$/i,
  /^[0-9a-f]{5,6}[:-][0-9a-f]{5,6}$/i,
  /^[0-9a-f]{11,12}$/i,
];

/** Whether netaddr takes the text as a 48-bit MAC, in any of its dialects. */
export const isMac = (text: string): boolean => macForms.some((form) => form.test(text));

/** Whether a MAC is all zeros or the broadcast address. */
export const isNobodysMac = (text: string): boolean =>
  /^[0:.-]+$/.test(text) || /^f{12}$/i.test(text.replace(/[:.-]/g, ''));
