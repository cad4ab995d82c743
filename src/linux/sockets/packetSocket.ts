import { loadKoffi } from '../libc.ts';
import { AF_PACKET, deviceIndex, openSocket, type Place, SOCK_RAW, type Socket } from './socket.ts';
import { linkAddress } from './socketAddress.ts';

const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const PACKET_OUTGOING = 4;

export const ETHER_ARP = 0x0806;
export const ETHER_IPV4 = 0x0800;
export const BROADCAST = Buffer.alloc(6, 0xff);

/** An instruction of the classic Berkeley packet filter: code, jump if true, jump if false, operand. */
export type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/** Whole Ethernet frames of one device, also of one that is part of a bridge. */
export interface PacketSocket {
  readonly socket: Socket;
  /** The device's MAC. */
  readonly mac: Buffer;
  send(frame: Buffer): void;
}

/**
 * Opens a packet socket on a device. Only what the filter lets through is received, so that a busy device cannot crowd
 * out the answer. Throws SocketFailed: EPERM without root, ENODEV; NamespaceMissing.
 */
export function openPacketSocket(
  place: Place & { readonly device: string },
  filter: readonly Instruction[],
): PacketSocket {
  const index = deviceIndex(place);
  const socket = openSocket(place, AF_PACKET, SOCK_RAW, 0);
  try {
    attach(socket, filter);
    // Of every protocol: frames for a bridge's port are seen before the bridge takes them.
    socket.bind(linkAddress(index, ETH_P_ALL));
    const mac = socket.ownAddress().subarray(12, 18);
    return { socket, mac, send: (frame) => socket.send(frame, linkAddress(index, frame.readUInt16BE(12))) };
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Whether a received frame is one that this host itself sends by the device; `from` is its sockaddr_ll. */
export const isOutgoing = (from: Buffer): boolean => from.readUInt8(10) === PACKET_OUTGOING;

/** struct sock_fprog, which points at the instructions. */
function attach(socket: Socket, filter: readonly Instruction[]): void {
  const instructions = Buffer.alloc(filter.length * 8);
  filter.forEach(([code, ifTrue, ifFalse, operand], index) => {
    instructions.writeUInt16LE(code, index * 8);
    instructions.writeUInt8(ifTrue, index * 8 + 2);
    instructions.writeUInt8(ifFalse, index * 8 + 3);
    instructions.writeUInt32LE(operand, index * 8 + 4);
  });
  const program = Buffer.alloc(16);
  program.writeUInt16LE(filter.length, 0);
  program.writeBigUInt64LE(loadKoffi().address(instructions), 8);
  socket.setOption(SOL_SOCKET, SO_ATTACH_FILTER, program);
}

export const macText = (mac: Buffer): string => mac.toString('hex').match(/../g)!.join(':');
export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');
