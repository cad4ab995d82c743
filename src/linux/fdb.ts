import { converse } from './netlink/conversation.ts';
import { indexOfDevice } from './netlink/device.ts';
import { attributes, macOf } from './netlink/message.ts';
import { AF_BRIDGE, AF_UNSPEC, NDA, NUD, RTM_GETNEIGH } from './netlink/numbers.ts';
import { neighbourHeader } from './netlink/words/neighbour.ts';
import { deviceNames } from './sockets/socket.ts';
import { addressText } from './sockets/socketAddress.ts';

/** An entry of a device's own forwarding table (`self`): where a vxlan device sends a MAC. */
export interface FdbEntry {
  readonly mac: string;
  readonly device: string;
  readonly destination?: string;
  readonly permanent: boolean;
}

export interface Neighbour {
  readonly address: string;
  readonly device: string;
  readonly mac?: string;
  readonly permanent: boolean;
}

const HEADER = 12;

interface Where {
  readonly netns?: string | undefined;
  readonly device?: string;
}

/** An entry of a table of neighbours: of addresses, or of MACs behind a tunnel. */
interface Entry {
  readonly device: string;
  readonly state: number;
  readonly destination: Buffer | undefined;
  readonly mac: Buffer | undefined;
}

/** The entries with a destination. Rejects with DeviceMissing. */
async function listEntries(
  family: number,
  { netns, device }: Where,
  what: string,
): Promise<readonly Entry[]> {
  const only = device === undefined ? undefined : indexOfDevice(device, netns);
  const messages = await converse(netns, (kernel) =>
    kernel.dump({ type: RTM_GETNEIGH, body: neighbourHeader(family) }, what),
  );
  const found = messages
    .map(({ body }) => ({ index: body.readInt32LE(4), state: body.readUInt16LE(8), body }))
    .filter(({ index }) => only === undefined || index === only)
    .map((one) => ({ ...one, said: attributes(one.body, HEADER) }))
    .filter(({ said }) => said.has(NDA.DST));
  const names = deviceNames(
    found.map(({ index }) => index),
    netns,
  );
  return found.flatMap(({ index, state, said }) => {
    const name = names.get(index);
    if (name === undefined) return [];
    return [{ device: name, state, destination: said.get(NDA.DST), mac: said.get(NDA.LLADDR) }];
  });
}

/** Entries with a remote destination, of all devices or one. */
export async function listFdb(where: Where = {}): Promise<readonly FdbEntry[]> {
  const entries = await listEntries(AF_BRIDGE, where, 'The forwarding tables cannot be listed');
  return entries.map(({ device, state, destination, mac }) => ({
    mac: macOf(mac),
    device,
    permanent: (state & NUD.PERMANENT) !== 0,
    destination: addressText(destination!),
  }));
}

/** The neighbour (ARP and NDP) table, of all devices or one; without what the kernel never asks for. */
export async function listNeighbours(where: Where = {}): Promise<readonly Neighbour[]> {
  const entries = await listEntries(AF_UNSPEC, where, 'The neighbours cannot be listed');
  return entries
    .filter(({ state }) => (state & ~NUD.NOARP) !== 0)
    .map(({ device, state, destination, mac }) => ({
      address: addressText(destination!),
      device,
      permanent: (state & NUD.PERMANENT) !== 0,
      ...(mac === undefined ? {} : { mac: macOf(mac) }),
    }));
}
