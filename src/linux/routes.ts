import { type Conversation, converse } from './netlink/conversation.ts';
import { indexOfDevice } from './netlink/device.ts';
import { attribute, attributes, numberOf } from './netlink/message.ts';
import {
  AF_INET,
  nameIn,
  PROTOCOLS,
  RT_TABLE_MAIN,
  RTA,
  RTM_F_CLONED,
  RTM_GETROUTE,
  RTNH_F_ONLINK,
  SCOPES,
} from './netlink/numbers.ts';
import { routeHeader } from './netlink/words/route.ts';
import { type DeviceNames, deviceNames } from './sockets/socket.ts';
import { addressBytes, addressText } from './sockets/socketAddress.ts';

/** A route of the main table. */
export interface Route {
  /** 'default' or a CIDR (a host route without its prefix). */
  readonly destination: string;
  readonly family: 4 | 6;
  readonly via?: string;
  readonly device?: string;
  readonly source?: string;
  readonly metric?: number;
  /** 'kernel', 'static', 'dhcp', 'ra', …; undefined when somebody made it by hand ('boot'). */
  readonly protocol?: string;
  readonly scope?: string;
  readonly onlink: boolean;
}

const HEADER = 12;
const FAMILIES = [4, 6] as const;

/** Routes of the namespace, or of one device, of both families unless told. Rejects with DeviceMissing. */
export const listRoutes = (
  where: { netns?: string | undefined; device?: string; family?: 4 | 6 } = {},
): Promise<readonly Route[]> => converse(where.netns, (kernel) => dumpRoutes(kernel, where));

/** The same where a conversation with the namespace is under way, whose devices may be known by index. */
export async function dumpRoutes(
  kernel: Conversation,
  {
    netns,
    device,
    family,
    known,
  }: { netns?: string | undefined; device?: string; family?: 4 | 6; known?: DeviceNames },
): Promise<readonly Route[]> {
  const only = device === undefined ? undefined : indexOfDevice(device, netns);
  const bodies: Buffer[] = [];
  for (const one of family === undefined ? FAMILIES : [family]) {
    const request = { type: RTM_GETROUTE, body: routeHeader({ family: one }) };
    const messages = await kernel.dump(request, `The IPv${one} routes cannot be listed`);
    // A kernel without IPv6 answers with the others.
    bodies.push(...messages.map(({ body }) => body).filter((body) => familyOf(body) === one && isMain(body)));
  }
  const outOf = (body: Buffer) => numberOf(attributes(body, HEADER).get(RTA.OIF)) ?? 0;
  const wanted = bodies.filter((body) => only === undefined || outOf(body) === only);
  const names = known ?? deviceNames(wanted.map(outOf), netns);
  return wanted.map((body) => readRoute(body, names));
}

const familyOf = (body: Buffer): 4 | 6 => (body.readUInt8(0) === AF_INET ? 4 : 6);

const isMain = (body: Buffer): boolean =>
  (numberOf(attributes(body, HEADER).get(RTA.TABLE)) ?? body.readUInt8(4)) === RT_TABLE_MAIN &&
  (body.readUInt32LE(8) & RTM_F_CLONED) === 0;

/** Reads a message of a route; names are of the devices of its namespace, by index. */
function readRoute(body: Buffer, names: DeviceNames): Route {
  const found = attributes(body, HEADER);
  const family = familyOf(body);
  const text = (type: number) => {
    const bytes = found.get(type);
    return bytes && addressText(bytes);
  };
  const otherFamily = found.get(RTA.VIA);
  const via = text(RTA.GATEWAY) ?? (otherFamily && addressText(otherFamily.subarray(2)));
  const device = names.get(numberOf(found.get(RTA.OIF)) ?? 0);
  const source = text(RTA.PREFSRC);
  const metric = numberOf(found.get(RTA.PRIORITY));
  const protocol = nameIn(PROTOCOLS, body.readUInt8(5));
  const scope = nameIn(SCOPES, body.readUInt8(6));
  return {
    destination: destinationOf(text(RTA.DST), body.readUInt8(1), family),
    family,
    onlink: (body.readUInt32LE(8) & RTNH_F_ONLINK) !== 0,
    ...(via === undefined ? {} : { via }),
    ...(device === undefined ? {} : { device }),
    ...(source === undefined ? {} : { source }),
    ...(metric === undefined ? {} : { metric }),
    ...(protocol === 'boot' ? {} : { protocol }),
    ...(scope === 'global' ? {} : { scope }),
  };
}

function destinationOf(address: string | undefined, prefix: number, family: 4 | 6): string {
  if (address === undefined) return 'default';
  return prefix === (family === 4 ? 32 : 128) ? address : `${address}/${prefix}`;
}

/** How the kernel would send to an address now; undefined when it has no route there. */
export async function findRoute(
  to: string,
  netns?: string,
): Promise<{ readonly device: string; readonly via?: string } | undefined> {
  const address = addressBytes(to);
  const header = routeHeader({ family: address.length === 4 ? 4 : 6, prefix: address.length * 8 });
  const request = { type: RTM_GETROUTE, body: Buffer.concat([header, attribute(RTA.DST, address)]) };
  const found = await converse(netns, (kernel) => kernel.get(request));
  if ('text' in found) return undefined;
  const names = deviceNames([numberOf(attributes(found.body, HEADER).get(RTA.OIF)) ?? 0], netns);
  const { device, via } = readRoute(found.body, names);
  return device === undefined ? undefined : { device, ...(via === undefined ? {} : { via }) };
}
