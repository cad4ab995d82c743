import { AF_INET, openSocket, type Place, SOCK_DGRAM, SOCK_RAW, SocketFailed } from '../sockets/socket.ts';
import { addressText, socketAddress } from '../sockets/socketAddress.ts';
import { type IcmpError, readIcmpError } from './icmp.ts';

const IPPROTO_ICMP = 1;
const IPPROTO_UDP = 17;
/** How often it looks for an answer, while it waits for a refusal. */
const LOOK_MS = 20;

export interface UdpOptions extends Place {
  readonly source?: string | undefined;
  /** Nothing unless told. */
  readonly payload?: Buffer;
  /** How long to wait for an answer or a refusal; 500 unless told. */
  readonly milliseconds?: number;
}

/**
 * refused: somebody said that the packet was not delivered, and why. unreachable: it could not be sent; `reason` is the
 * system's name of the error. silent: neither; it has arrived, or was dropped.
 */
export type UdpResult =
  | { readonly result: 'answered'; readonly data: Buffer }
  | ({ readonly result: 'refused' } & Pick<IcmpError, 'from' | 'reason' | 'forbidden'>)
  | { readonly result: 'unreachable'; readonly reason: string }
  | { readonly result: 'silent' };

/** Sends one UDP packet to an IPv4 address and hears what comes back. Throws SocketFailed (EPERM), NamespaceMissing. */
export async function udp(address: string, port: number, options: UdpOptions = {}): Promise<UdpResult> {
  const { source, payload = Buffer.alloc(0), milliseconds = 500 } = options;
  const errors = openSocket(options, AF_INET, SOCK_RAW, IPPROTO_ICMP);
  try {
    const socket = openSocket(options, AF_INET, SOCK_DGRAM, 0);
    try {
      if (source !== undefined) socket.bind(socketAddress(source));
      socket.send(payload, socketAddress(address, port));
      const own = socket.ownAddress().readUInt16BE(2);
      const end = performance.now() + milliseconds;
      for (;;) {
        for (let got = errors.receive(); got; got = errors.receive()) {
          const error = readIcmpError(got.data);
          if (error && isAbout(error, address, own, port)) {
            const { from, reason, forbidden } = error;
            return { result: 'refused', from, reason, forbidden };
          }
        }
        for (let got = socket.receive(); got; got = socket.receive())
          if (addressText(got.from.subarray(4, 8)) === address) return { result: 'answered', data: got.data };
        if (performance.now() >= end) return { result: 'silent' };
        await errors.wait('readable', LOOK_MS);
      }
    } catch (error) {
      if (!(error instanceof SocketFailed) || !error.message.startsWith('send')) throw error;
      return { result: 'unreachable', reason: error.code };
    } finally {
      socket.close();
    }
  } finally {
    errors.close();
  }
}

const isAbout = ({ protocol, to, sent }: IcmpError, address: string, own: number, port: number): boolean =>
  protocol === IPPROTO_UDP && to === address && sent.readUInt16BE(0) === own && sent.readUInt16BE(2) === port;
