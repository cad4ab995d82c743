import { loadLibC, within } from './setns.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ARP = 0x0806;

/**
 * Announces that an IPv4 address is at this device's MAC: one ARP request and one ARP reply, both broadcast, as
 * `arping -U` and `arping -A` send them. Throws when the device is missing or down.
 */
export function announceAddress(device: string, mac: string, address: string, netns?: string): void {
  within(netns, () => {
    const libc = loadLibC();
    const socket = libc.func('int socket(int domain, int type, int protocol)');
    const indexOf = libc.func('unsigned int if_nametoindex(const char *name)');
    const sendto = libc.func(
      'long sendto(int fd, const void *buffer, size_t size, int flags, const void *to, unsigned int length)',
    );
    const close = libc.func('int close(int fd)');
    const index = indexOf(device);
    if (index === 0) throw new Error(`Cannot announce ${address}: there is no device ${device}`);
    const fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (fd < 0) throw new Error(`Cannot announce ${address} on ${device}: no packet socket`);
    try {
      for (const operation of [1, 2] as const) {
        const frame = arpFrame(operation, mac, address);
        if (sendto(fd, frame, frame.length, 0, linkLayerAddress(index), 20) < 0) {
          throw new Error(`Cannot announce ${address} on ${device}: the device is down`);
        }
      }
    } finally {
      close(fd);
    }
  });
}

/** A broadcast ARP frame in which sender and target are both `address`; operation 1 asks, 2 answers. */
function arpFrame(operation: 1 | 2, mac: string, address: string): Buffer {
  const sender = Buffer.from(mac.replaceAll(':', ''), 'hex');
  const ip = Buffer.from(address.split('.').map(Number));
  const broadcast = Buffer.alloc(6, 0xff);
  const head = Buffer.from([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, operation]);
  return Buffer.concat([broadcast, sender, head, sender, ip, operation === 1 ? broadcast : sender, ip]);
}

/** struct sockaddr_ll. */
function linkLayerAddress(index: number): Buffer {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_ARP, 2);
  address.writeInt32LE(index, 4);
  address.writeUInt8(6, 11);
  address.fill(0xff, 12, 18);
  return address;
}
