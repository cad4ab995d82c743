import { canonicalAddress, versionOf } from '../../net/address.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { clientIdOf } from './hosts.ts';

/** A line of dnsmasq's lease file. */
export interface Lease {
  readonly address: string;
  /** The MAC (IPv4), or the IAID (IPv6). */
  readonly hardware: string;
  readonly clientId: string | undefined;
}

export interface Leases {
  readonly leases: readonly Lease[];
  /** The server's own DUID, once it has leased an IPv6 address. */
  readonly serverId: string | undefined;
}

/** Reads dnsmasq's lease file; lines that are no leases are skipped. */
export function readLeases(text: string): Leases {
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  return {
    serverId: rows.find(([first]) => first === 'duid')?.[1],
    leases: rows
      .filter((row) => row.length === 5)
      .map(([, hardware = '', address = '', , clientId = '*']) => ({
        hardware,
        address: address.replace(/^\[(.*)\]$/, '$1'),
        clientId: clientId === '*' ? undefined : clientId,
      })),
  };
}

/** Client ids by 'MAC address' of the host file that dnsmasq has read last. */
function clientIdsIn(hostFile: string): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const line of hostFile.split('\n')) {
    const fields = line.split(',');
    const id = fields.find((field) => field.startsWith('id:'));
    const address = fields.find((field) => /^\d+\.\d+\.\d+\.\d+$/.test(field));
    if (id !== undefined && address !== undefined) ids.set(`${fields[0]} ${address}`, id.slice(3));
  }
  return ids;
}

/**
 * Leases that no port stands for any more: nobody has the address, another MAC has it, or (IPv4) the client id that
 * the port's owner had set is another now.
 */
export function staleLeases(
  leases: readonly Lease[],
  ports: readonly PortDict[],
  previousHostFile: string,
): readonly Lease[] {
  const holders = new Map(
    ports.flatMap((port) => port.fixed_ips.map((ip) => [canonicalAddress(ip.ip_address), port] as const)),
  );
  const previousIds = clientIdsIn(previousHostFile);
  return leases.filter((lease) => {
    const holder = holders.get(canonicalAddress(lease.address));
    if (!holder) return true;
    if (versionOf(lease.address) === 6) return false;
    if (holder.mac_address !== lease.hardware) return true;
    const previous = previousIds.get(`${lease.hardware} ${lease.address}`);
    return previous !== undefined && previous !== clientIdOf(holder);
  });
}
