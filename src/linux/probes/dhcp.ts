import { randomInt } from 'node:crypto';
import {
  ETHER_IPV4,
  type Instruction,
  isOutgoing,
  macBytes,
  openPacketSocket,
  type PacketSocket,
} from '../sockets/packetSocket.ts';
import { type Place, receiveUntil } from '../sockets/socket.ts';
import { clientFrame, type DhcpAnswer, MESSAGE, readDhcpAnswer } from './dhcpMessage.ts';

export type { DhcpAnswer } from './dhcpMessage.ts';

/** Lets UDP packets over IPv4 to port 68 through. */
const FILTER: readonly Instruction[] = [
  [0x28, 0, 0, 12],
  [0x15, 0, 8, ETHER_IPV4],
  [0x30, 0, 0, 23],
  [0x15, 0, 6, 17],
  [0x28, 0, 0, 20],
  [0x45, 4, 0, 0x1fff],
  [0xb1, 0, 0, 14],
  [0x48, 0, 0, 16],
  [0x15, 0, 1, 68],
  [0x06, 0, 0, 0xffff],
  [0x06, 0, 0, 0],
];

export interface DhcpOptions extends Place {
  readonly device: string;
  /** Who asks; the device's own MAC unless told. */
  readonly mac?: string | undefined;
  /** How long to wait for answers; 3000 unless told. The question is repeated each second. */
  readonly milliseconds?: number;
  /** Wait to the end, to hear every server; false: the first offer is enough. */
  readonly all?: boolean;
}

/**
 * Asks the device's LAN for an address by a DHCPDISCOVER, which binds nobody: no lease is taken. Needs no address.
 * Returns the offers, one for each server. Throws SocketFailed (EPERM, ENODEV, ENETDOWN), NamespaceMissing.
 */
export function discover(options: DhcpOptions): Promise<readonly DhcpAnswer[]> {
  return conversation(options, async (exchange) => {
    const offers: DhcpAnswer[] = [];
    await exchange({ type: MESSAGE.discover }, (answer) => {
      if (answer.type !== MESSAGE.offer || offers.some(({ server }) => server === answer.server))
        return false;
      offers.push(answer);
      return options.all !== true;
    });
    return offers;
  });
}

export interface Lease extends DhcpAnswer {
  /** The client's MAC. */
  readonly client: string;
}

/** What taking a lease came to: the lease; 'no offer'; or an offer whose request was refused or left unanswered. */
export type LeaseResult =
  | { readonly result: 'leased'; readonly lease: Lease }
  | { readonly result: 'no offer' }
  | { readonly result: 'refused' | 'no answer'; readonly offer: DhcpAnswer };

/** Takes a lease as a machine does: DISCOVER, OFFER, REQUEST, ACK. Give it back by `release`. Throws as `discover`. */
export function takeLease(options: DhcpOptions): Promise<LeaseResult> {
  return conversation(options, async (exchange, mac): Promise<LeaseResult> => {
    let offer: DhcpAnswer | undefined;
    let answer: DhcpAnswer | undefined;
    await exchange({ type: MESSAGE.discover }, (got) => {
      if (got.type === MESSAGE.offer) offer = got;
      return offer !== undefined;
    });
    if (!offer) return { result: 'no offer' };
    const { address, server } = offer;
    await exchange({ type: MESSAGE.request, address, server }, (got) => {
      if (got.type === MESSAGE.ack || got.type === MESSAGE.nak) answer = got;
      return answer !== undefined;
    });
    if (!answer) return { result: 'no answer', offer };
    if (answer.type === MESSAGE.nak) return { result: 'refused', offer };
    return { result: 'leased', lease: { ...answer, client: mac.toString('hex').match(/../g)!.join(':') } };
  });
}

/** Gives a lease back. Servers do not answer to it. Throws as `discover`. */
export function release(lease: Lease, options: Place & { readonly device: string }): void {
  const open = openPacketSocket(options, FILTER);
  try {
    const { server, address: from, client, mac } = lease;
    const transaction = randomInt(0xffffffff);
    open.send(
      clientFrame({
        type: MESSAGE.release,
        transaction,
        mac: macBytes(client),
        server,
        from,
        toMac: macBytes(mac),
      }),
    );
  } finally {
    open.socket.close();
  }
}

type Exchange = (
  question: { type: number; address?: string; server?: string },
  take: (answer: DhcpAnswer) => boolean,
) => Promise<void>;

async function conversation<T>(
  options: DhcpOptions,
  work: (exchange: Exchange, mac: Buffer) => Promise<T>,
): Promise<T> {
  const open: PacketSocket = openPacketSocket(options, FILTER);
  const mac = options.mac === undefined ? open.mac : macBytes(options.mac);
  const transaction = randomInt(0xffffffff);
  const end = performance.now() + (options.milliseconds ?? 3000);
  try {
    return await work(async (question, take) => {
      const hears = (frame: Buffer, from: Buffer): boolean => {
        const answer = isOutgoing(from) ? undefined : readDhcpAnswer(frame, transaction);
        return answer !== undefined && take(answer);
      };
      for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
        open.send(clientFrame({ ...question, transaction, mac }));
        if (await receiveUntil(open.socket, Math.min(left, 1000), hears)) return;
      }
    }, mac);
  } finally {
    open.socket.close();
  }
}
