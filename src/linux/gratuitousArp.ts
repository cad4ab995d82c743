import { BROADCAST, ETHER_ARP, macBytes } from './sockets/packetSocket.ts';
import { AF_PACKET, deviceIndex, openSocket, SOCK_RAW, SocketFailed } from './sockets/socket.ts';
import { addressBytes, linkAddress } from './sockets/socketAddress.ts';

/**
 * Announces that an IPv4 address is at this device's MAC: one ARP request and one ARP reply, both broadcast, as
 * `arping -U` and `arping -A` send them. Throws when the device is missing or down.
 */
export function announceAddress(device: string, mac: string, address: string, netns?: string): void {
  const place = { netns, device };
  try {
    const index = deviceIndex(place);
    const socket = openSocket(place, AF_PACKET, SOCK_RAW, 0);
    try {
      for (const operation of [1, 2] as const)
        socket.send(arpFrame(operation, macBytes(mac), addressBytes(address)), linkAddress(index, ETHER_ARP));
    } finally {
      socket.close();
    }
  } catch (error) {
    if (!(error instanceof SocketFailed)) throw error;
    throw new Error(`Cannot announce ${address} on ${device}: ${REASONS[error.code] ?? error.message}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENODEV: 'there is no such device',
  ENETDOWN: 'the device is down',
  EPERM: 'it needs root',
};

/** A broadcast ARP frame in which sender and target are both `ip`; operation 1 asks, 2 answers. */
function arpFrame(operation: 1 | 2, mac: Buffer, ip: Buffer): Buffer {
  const head = Buffer.from([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, operation]);
  return Buffer.concat([BROADCAST, mac, head, mac, ip, operation === 1 ? BROADCAST : mac, ip]);
}
