import { randomInt } from 'node:crypto';
import { formatAddress } from './address.ts';
import { type Cidr, parseCidr } from './cidr.ts';

const octet = (value: number): string => value.toString(16).padStart(2, '0');

/**
 * A random MAC under `base` (fa:16:3e:00:00:00): its first three octets are kept, and the fourth too unless it is 00.
 */
export function generateMac(base: string): string {
  const octets = base.toLowerCase().split(':');
  const kept = octets[3] === '00' || octets[3] === undefined ? 3 : 4;
  return octets
    .slice(0, kept)
    .concat(Array.from({ length: 6 - kept }, () => octet(randomInt(256))))
    .join(':');
}

/** Lower case with colons: 00-01-02-AA-BB-CC, 0001.02aa.bbcc and 000102aabbcc become 00:01:02:aa:bb:cc. */
export function canonicalMac(text: string): string {
  const digits = text.toLowerCase().replace(/[^0-9a-f]/g, '');
  return digits.length === 12 ? digits.match(/../g)!.join(':') : text.toLowerCase();
}

/** The interface identifier of RFC 4291 appendix A (modified EUI-64) as the low 64 bits. */
function interfaceIdentifier(mac: string): bigint {
  const value = BigInt(`0x${mac.replaceAll(':', '')}`);
  const high = value >> 24n;
  const low = value & 0xffffffn;
  return ((high << 40n) | (0xfffen << 24n) | low) ^ (1n << 57n);
}

/** The stateless (SLAAC) address of a MAC in an IPv6 prefix of 64 bits or less. */
export function eui64Address(cidr: string | Cidr, mac: string): string {
  const block = typeof cidr === 'string' ? parseCidr(cidr)! : cidr;
  return formatAddress({ version: 6, value: block.first + interfaceIdentifier(mac) });
}
