import {
  BROADCAST,
  ETHER_ARP,
  type Instruction,
  isOutgoing,
  macText,
  openPacketSocket,
} from '../sockets/packetSocket.ts';
import { type Place, receiveUntil } from '../sockets/socket.ts';
import { addressBytes, addressText } from '../sockets/socketAddress.ts';

/** Lets ARP answers through. */
const FILTER: readonly Instruction[] = [
  [0x28, 0, 0, 12],
  [0x15, 0, 3, ETHER_ARP],
  [0x28, 0, 0, 20],
  [0x15, 0, 1, 2],
  [0x06, 0, 0, 0xffff],
  [0x06, 0, 0, 0],
];

export interface ArpOptions extends Place {
  readonly device: string;
  /** The address that asks. Not given: none, which disturbs no neighbour's table (RFC 5227). */
  readonly source?: string | undefined;
  /** How long to wait for answers to each try; 500 unless told. */
  readonly milliseconds?: number;
  /** How often to ask those that have not answered; 2 unless told. */
  readonly tries?: number;
}

/** MACs by the address that they answered for. */
export type ArpAnswers = ReadonlyMap<string, readonly string[]>;

/** After the last answer that can be missing, how long another one for the same address may still come. */
const SECOND_ANSWER_MS = 30;

/**
 * Asks the device's LAN who has these IPv4 addresses. An address that nobody answered for is not in the answer; two MACs
 * mean that two machines have it. It needs no address on the device. Throws SocketFailed (EPERM, ENODEV; ENETDOWN when
 * the device is down), NamespaceMissing.
 */
export async function arpScan(addresses: readonly string[], options: ArpOptions): Promise<ArpAnswers> {
  const { source = '0.0.0.0', milliseconds = 500, tries = 2 } = options;
  const { socket, mac, send } = openPacketSocket(options, FILTER);
  const answers = new Map<string, string[]>();
  const asked = new Set(addresses);
  const take = (frame: Buffer, from: Buffer): boolean => {
    const { address, sender } = readAnswer(frame);
    const wanted = asked.has(address) && sender !== macText(mac) && !isOutgoing(from);
    if (wanted) {
      const known = answers.get(address) ?? [];
      if (!known.includes(sender)) answers.set(address, [...known, sender]);
    }
    return asked.size === answers.size;
  };
  try {
    for (let round = 0; round < tries && answers.size < asked.size; round++) {
      for (const address of asked) if (!answers.has(address)) send(question(mac, source, address));
      await receiveUntil(socket, milliseconds, take);
    }
    if (answers.size > 0) await receiveUntil(socket, SECOND_ANSWER_MS, (...got) => take(...got) && false);
    return answers;
  } finally {
    socket.close();
  }
}

/** The MACs that answer for one IPv4 address: none, one, or several when it is used twice. As `arpScan`. */
export const arp = async (address: string, options: ArpOptions): Promise<readonly string[]> =>
  (await arpScan([address], options)).get(address) ?? [];

function question(mac: Buffer, source: string, address: string): Buffer {
  const head = Buffer.from([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1]);
  const nobody = Buffer.alloc(6);
  return Buffer.concat([BROADCAST, mac, head, mac, addressBytes(source), nobody, addressBytes(address)]);
}

const readAnswer = (frame: Buffer) => ({
  sender: macText(frame.subarray(22, 28)),
  address: addressText(frame.subarray(28, 32)),
});
