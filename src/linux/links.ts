import { type Conversation, converse, NetlinkFailed } from './netlink/conversation.ts';
import {
  attribute,
  attributes,
  type Message,
  macOf,
  number,
  numberOf,
  type Request,
  text,
  textOf,
} from './netlink/message.ts';
import {
  IFF_LOWER_UP,
  IFF_UP,
  IFLA,
  IFLA_BR,
  IFLA_INFO,
  IFLA_VXLAN,
  RTEXT_FILTER_SKIP_STATS,
  RTM_GETLINK,
} from './netlink/numbers.ts';
import { ENODEV } from './netlink/refusal.ts';
import { linkHeader } from './netlink/words/link.ts';
import { deviceNames } from './sockets/socket.ts';
import { addressText } from './sockets/socketAddress.ts';

export interface VxlanInfo {
  readonly vni: number;
  readonly local?: string;
  readonly device?: string;
  readonly group?: string;
  readonly port: number;
  readonly proxy: boolean;
  readonly learning: boolean;
}

/** A network device. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Whether something is at its other end: a veth's peer that is up, a running guest behind a tap, a cable. */
  readonly carrier: boolean;
  readonly master?: string;
  /** A note that somebody left on the device. */
  readonly alias?: string;
  /** 'bridge', 'veth', 'vxlan', 'tun', 'vlan', …; undefined for a real NIC. */
  readonly kind?: string;
  readonly bridge?: { readonly forwardDelay: number; readonly stp: boolean };
  readonly vxlan?: VxlanInfo;
}

const HEADER = 16;

/** A request for links, all or the one that the attributes name. */
const linksWanted = (...named: readonly Buffer[]): Pick<Request, 'type' | 'body'> => ({
  type: RTM_GETLINK,
  body: Buffer.concat([
    linkHeader(),
    attribute(IFLA.EXT_MASK, number(32, RTEXT_FILTER_SKIP_STATS)),
    ...named,
  ]),
});

/** Every device of the namespace, by name. */
export const listLinks = (netns?: string): Promise<ReadonlyMap<string, Link>> => converse(netns, dumpLinks);

/** The same where a conversation is under way. */
export async function dumpLinks(kernel: Conversation): Promise<ReadonlyMap<string, Link>> {
  const messages = await kernel.dump(linksWanted(), 'The devices cannot be listed');
  const names = new Map(messages.map(({ body }) => [indexOf(body), nameOf(body)]));
  return new Map(messages.map(({ body }) => [nameOf(body), readLink(body, (index) => names.get(index))]));
}

/** One device, or undefined when there is none of that name. */
export async function findLink(name: string, netns?: string): Promise<Link | undefined> {
  const found = await converse(netns, (kernel) =>
    kernel.get(linksWanted(attribute(IFLA.IFNAME, text(name)))),
  );
  if (isMessage(found)) {
    const lookUp = (index: number) => deviceNames([index], netns).get(index);
    return readLink(found.body, lookUp);
  }
  if (found.number === ENODEV) return undefined;
  throw new NetlinkFailed(`The device ${name} cannot be read`, found, netns);
}

const isMessage = (found: object): found is Message => 'body' in found;

const indexOf = (body: Buffer): number => body.readInt32LE(4);
const nameOf = (body: Buffer): string => textOf(attributes(body, HEADER).get(IFLA.IFNAME)) ?? '';

/** Reads a message of a link; `lookUp` names other devices of the same namespace. */
function readLink(body: Buffer, lookUp: (index: number) => string | undefined): Link {
  const found = attributes(body, HEADER);
  const flags = body.readUInt32LE(8);
  const info = attributes(found.get(IFLA.LINKINFO) ?? Buffer.alloc(0));
  const kind = textOf(info.get(IFLA_INFO.KIND));
  const data = attributes(info.get(IFLA_INFO.DATA) ?? Buffer.alloc(0));
  const masterIndex = numberOf(found.get(IFLA.MASTER));
  const master = masterIndex === undefined ? undefined : lookUp(masterIndex);
  const alias = textOf(found.get(IFLA.IFALIAS));
  return {
    index: indexOf(body),
    name: textOf(found.get(IFLA.IFNAME)) ?? '',
    mac: macOf(found.get(IFLA.ADDRESS)),
    mtu: numberOf(found.get(IFLA.MTU)) ?? 0,
    up: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    ...(master === undefined ? {} : { master }),
    ...(alias === undefined ? {} : { alias }),
    ...(kind === undefined ? {} : { kind }),
    ...(kind === 'bridge' ? { bridge: readBridge(data) } : {}),
    ...(kind === 'vxlan' ? { vxlan: readVxlan(data, lookUp) } : {}),
  };
}

type Data = ReadonlyMap<number, Buffer>;

const readBridge = (data: Data) => ({
  forwardDelay: numberOf(data.get(IFLA_BR.FORWARD_DELAY)) ?? 0,
  stp: numberOf(data.get(IFLA_BR.STP_STATE)) === 1,
});

function readVxlan(data: Data, lookUp: (index: number) => string | undefined): VxlanInfo {
  const address = (four: number, six: number): string | undefined => {
    const bytes = data.get(four) ?? data.get(six);
    return bytes && addressText(bytes);
  };
  const local = address(IFLA_VXLAN.LOCAL, IFLA_VXLAN.LOCAL6);
  const group = address(IFLA_VXLAN.GROUP, IFLA_VXLAN.GROUP6);
  const under = numberOf(data.get(IFLA_VXLAN.LINK));
  const device = under ? lookUp(under) : undefined;
  return {
    vni: numberOf(data.get(IFLA_VXLAN.ID)) ?? 0,
    port: data.get(IFLA_VXLAN.PORT)?.readUInt16BE(0) ?? 0,
    proxy: numberOf(data.get(IFLA_VXLAN.PROXY)) === 1,
    learning: numberOf(data.get(IFLA_VXLAN.LEARNING)) !== 0,
    ...(local === undefined ? {} : { local }),
    ...(group === undefined ? {} : { group }),
    ...(device === undefined ? {} : { device }),
  };
}
