import { macBytes } from '../../sockets/packetSocket.ts';
import { addressBytes } from '../../sockets/socketAddress.ts';
import { attribute, networkNumber, number, type Request, text } from '../message.ts';
import {
  IFF_UP,
  IFLA,
  IFLA_BR,
  IFLA_INFO,
  IFLA_VLAN_ID,
  IFLA_VXLAN,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTM_DELLINK,
  RTM_NEWLINK,
  VETH_INFO_PEER,
} from '../numbers.ts';
import type { Names, Words } from './words.ts';

/** struct ifinfomsg. */
export function linkHeader(index = 0, flags = 0, change = 0): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt32LE(flags, 8);
  bytes.writeUInt32LE(change, 12);
  return bytes;
}

/** What words say of a device, whatever its kind. */
class Description {
  readonly attributes: Buffer[] = [];
  flags = 0;
  change = 0;

  body(index = 0): Buffer {
    return Buffer.concat([linkHeader(index, this.flags, this.change), ...this.attributes]);
  }

  /** Takes the next words when they describe a device of any kind; false when they mean something else. */
  take(words: Words, names: Names): boolean {
    const add = (type: number, value: Buffer) => void this.attributes.push(attribute(type, value));
    switch (words.peek()) {
      case 'up':
      case 'down':
        this.flags = words.need() === 'up' ? IFF_UP : 0;
        this.change = IFF_UP;
        return true;
      case 'nomaster':
        words.need();
        add(IFLA.MASTER, number(32, 0));
        return true;
    }
    const meaning = DESCRIBED[words.peek() ?? ''];
    if (!meaning) return false;
    words.need();
    add(...meaning(words, names));
    return true;
  }
}

const DESCRIBED: Readonly<Record<string, (words: Words, names: Names) => readonly [number, Buffer]>> = {
  name: (words) => [IFLA.IFNAME, text(words.need())],
  mtu: (words) => [IFLA.MTU, number(32, words.needNumber())],
  address: (words) => [IFLA.ADDRESS, macBytes(words.need())],
  alias: (words) => [IFLA.IFALIAS, Buffer.from(words.need())],
  group: (words) => [IFLA.GROUP, number(32, words.needNumber())],
  master: (words, names) => [IFLA.MASTER, number(32, names.indexOf(words.need()))],
  link: (words, names) => [IFLA.LINK, number(32, names.indexOf(words.need()))],
  netns: (words, names) => [IFLA.NET_NS_FD, number(32, names.namespace(words.need()))],
};

/** What words say of a device of one kind: the attributes of its kind, as far as they go. */
type Kind = (words: Words, names: Names) => readonly Buffer[];

const bridge: Kind = (words) => {
  const found: Buffer[] = [];
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === 'forward_delay')
      found.push(attribute(IFLA_BR.FORWARD_DELAY, number(32, words.needNumber())));
    else if (word === 'stp_state') found.push(attribute(IFLA_BR.STP_STATE, number(32, words.needNumber())));
    else throw words.unknown(word);
  }
  return found;
};

const veth: Kind = (words, names) => {
  if (words.peek() === undefined) return [];
  if (words.need() !== 'peer') throw words.unknown('veth');
  const peer = new Description();
  while (peer.take(words, names));
  return [attribute(VETH_INFO_PEER, peer.body())];
};

const vlan: Kind = (words) => {
  if (words.need() !== 'id') throw words.unknown('vlan');
  return [attribute(IFLA_VLAN_ID, number(16, words.needNumber()))];
};

/** The number that says that what is packed decides. */
function inherit(words: Words): number {
  words.need();
  return 1;
}

const vxlan: Kind = (words, names) => {
  const found: Buffer[] = [];
  const add = (type: number, value: Buffer) => void found.push(attribute(type, value));
  const address = (four: number, six: number) => {
    const bytes = addressBytes(words.need());
    add(bytes.length === 4 ? four : six, bytes);
  };
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === 'id') add(IFLA_VXLAN.ID, number(32, words.needNumber()));
    else if (word === 'local') address(IFLA_VXLAN.LOCAL, IFLA_VXLAN.LOCAL6);
    else if (word === 'group') address(IFLA_VXLAN.GROUP, IFLA_VXLAN.GROUP6);
    else if (word === 'dev') add(IFLA_VXLAN.LINK, number(32, names.indexOf(words.need())));
    else if (word === 'ttl') add(IFLA_VXLAN.TTL, number(8, words.needNumber()));
    else if (word === 'tos')
      add(IFLA_VXLAN.TOS, number(8, words.peek() === 'inherit' ? inherit(words) : words.needNumber()));
    else if (word === 'dstport') add(IFLA_VXLAN.PORT, networkNumber(words.needNumber()));
    else if (word === 'srcport')
      add(
        IFLA_VXLAN.PORT_RANGE,
        Buffer.concat([networkNumber(words.needNumber()), networkNumber(words.needNumber())]),
      );
    else if (word === 'proxy') add(IFLA_VXLAN.PROXY, number(8, 1));
    else if (word === 'nolearning') add(IFLA_VXLAN.LEARNING, number(8, 0));
    else throw words.unknown(word);
  }
  return found;
};

const KINDS: Readonly<Record<string, Kind>> = { bridge, veth, vlan, vxlan };

/** The attribute of a device's kind, from the word after 'type' on. */
function kindOf(words: Words, names: Names): Buffer {
  const name = words.need();
  const data = (KINDS[name] ?? (() => []))(words, names);
  return attribute(
    IFLA.LINKINFO,
    attribute(IFLA_INFO.KIND, text(name)),
    ...(data.length > 0 ? [attribute(IFLA_INFO.DATA, ...data)] : []),
  );
}

/** 'link add|set|del …' without its first word. */
export function linkRequest(words: Words, names: Names): Request {
  const verb = words.need();
  switch (verb) {
    case 'add':
      return add(words, names);
    case 'set':
      return set(words, names);
    case 'del':
      return { type: RTM_DELLINK, flags: 0, body: linkHeader(names.indexOf(words.need())) };
    default:
      throw words.unknown(verb);
  }
}

function add(words: Words, names: Names): Request {
  const link = new Description();
  for (;;) {
    if (words.peek() === undefined) throw words.unknown();
    if (link.take(words, names)) continue;
    const word = words.need();
    if (word === 'type') break;
    link.attributes.push(attribute(IFLA.IFNAME, text(word)));
  }
  link.attributes.push(kindOf(words, names));
  return { type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, body: link.body() };
}

function set(words: Words, names: Names): Request {
  const index = names.indexOf(words.need());
  const link = new Description();
  while (link.take(words, names));
  const word = words.take();
  if (word === 'type') link.attributes.push(kindOf(words, names));
  else if (word !== undefined) throw words.unknown(word);
  return { type: RTM_NEWLINK, flags: 0, body: link.body(index) };
}
