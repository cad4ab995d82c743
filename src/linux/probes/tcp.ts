import { openSocket, type Place, SOCK_STREAM, type Socket, SocketFailed } from '../sockets/socket.ts';
import { familyOf, socketAddress } from '../sockets/socketAddress.ts';

export interface TcpOptions extends Place {
  readonly source?: string | undefined;
  /** How long the connection may take; 2000 unless told. */
  readonly milliseconds?: number;
}

/**
 * open: something listens. refused: the machine is there, and nothing listens (or a firewall rejects with a reset).
 * timeout: no answer at all, as a firewall that drops, or a machine that is not there. unreachable: no way there; `reason` is
 * the system's name of the error.
 */
export type TcpResult =
  | { readonly result: 'open'; readonly milliseconds: number }
  | { readonly result: 'refused' | 'timeout'; readonly milliseconds: number }
  | { readonly result: 'unreachable'; readonly reason: string; readonly milliseconds: number };

/** Tries to connect to an IPv4 or IPv6 address, and closes again. Throws SocketFailed, NamespaceMissing. */
export async function tcp(address: string, port: number, options: TcpOptions = {}): Promise<TcpResult> {
  const { outcome, socket } = await connectTcp(address, port, options);
  socket.close();
  return outcome;
}

/** As `tcp`, and leaves the socket open: the caller closes it. */
export async function connectTcp(
  address: string,
  port: number,
  options: TcpOptions = {},
): Promise<{ outcome: TcpResult; socket: Socket }> {
  const { source, milliseconds = 2000 } = options;
  const socket = openSocket(options, familyOf(address), SOCK_STREAM, 0);
  const start = performance.now();
  const ends = (code: string | undefined): TcpResult => {
    const took = { milliseconds: performance.now() - start };
    if (code === undefined) return { result: 'open', ...took };
    if (code === 'ECONNREFUSED') return { result: 'refused', ...took };
    if (code === 'ETIMEDOUT') return { result: 'timeout', ...took };
    return { result: 'unreachable', reason: code, ...took };
  };
  try {
    if (source !== undefined) socket.bind(socketAddress(source));
    if (socket.connect(socketAddress(address, port))) return { outcome: ends(undefined), socket };
    const ready = await socket.wait('writable', milliseconds);
    return { outcome: ends(ready ? socket.pendingError() : 'ETIMEDOUT'), socket };
  } catch (error) {
    if (error instanceof SocketFailed && error.message.startsWith('connect'))
      return { outcome: ends(error.code), socket };
    socket.close();
    throw error;
  }
}
