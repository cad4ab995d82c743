import { createHash } from 'node:crypto';

const namespaceDns = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');

/** RFC 4122 version 5 UUID of a name in the DNS namespace. */
export function uuid5(name: string): string {
  const bytes = createHash('sha1').update(namespaceDns).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** device_id of this host's DHCP port on a network. Only the host's short name counts, as in Neutron. */
export const dhcpDeviceId = (host: string, networkId: string): string =>
  `dhcp${uuid5(host.split('.')[0] ?? host)}-${networkId}`;

/** device_id of a port kept for whichever DHCP agent comes next. */
export const reservedDhcpPort = 'reserved_dhcp_port';
