import { addressBytes, addressText, familyOf } from '../sockets/socketAddress.ts';
import {
  attribute,
  attributes,
  type Message,
  number,
  type Request,
  sequenceOf,
  text,
  textOf,
} from './message.ts';
import { AF_INET, AF_INET6 } from './numbers.ts';

/** linux/netfilter/ipset/ip_set.h: the subsystem of nfnetlink, its commands and attributes. */
const SUBSYSTEM = 6 << 8;
const LIST = 7;
const COMMANDS: Readonly<Record<string, number>> = { add: 9, del: 10 };
const NESTED = 1 << 15;
const NETWORK_ORDER = 1 << 14;
const ATTR = { PROTOCOL: 1, SETNAME: 2, TYPENAME: 3, FAMILY: 5, DATA: 7, ADT: 8 } as const;
const MEMBER = { IP: 1, CIDR: 3 } as const;
const IPADDR: Readonly<Record<number, number>> = { [AF_INET]: 1, [AF_INET6]: 2 };
/** The oldest that the kernel of today speaks, which has all that is asked here. */
const PROTOCOL = 6;
/** struct nfgenmsg. */
const HEADER = 4;

const body = (...values: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([AF_INET, 0, 0, 0]), attribute(ATTR.PROTOCOL, number(8, PROTOCOL)), ...values]);

/** A hash:net set with its members, as ipset prints them: no /32 or /128. */
export interface IpSet {
  readonly name: string;
  readonly family: 'inet' | 'inet6';
  readonly members: readonly string[];
}

/** Whether a line of `ipset restore` is 'add SET MEMBER' or 'del SET MEMBER'. */
export const isOfMember = (line: string): boolean => /^(add|del) \S+ \S+$/.test(line);

/** Such a line as a request, as with -exist. */
export function memberRequest(line: string): Request {
  const [verb, set, member] = line.split(' ') as [string, string, string];
  const [address, prefix] = member.split('/') as [string, string?];
  const bytes = addressBytes(address);
  const data = [
    attribute(MEMBER.IP | NESTED, attribute(IPADDR[familyOf(address)]! | NETWORK_ORDER, bytes)),
    attribute(MEMBER.CIDR, number(8, prefix === undefined ? bytes.length * 8 : Number(prefix))),
  ];
  return {
    type: SUBSYSTEM | COMMANDS[verb]!,
    flags: 0,
    body: body(attribute(ATTR.SETNAME, text(set)), attribute(ATTR.DATA | NESTED, ...data)),
  };
}

/** What asks for every set with its members. */
export const listRequest: Pick<Request, 'type' | 'body'> = { type: SUBSYSTEM | LIST, body: body() };

function memberOf(data: Buffer): string {
  const found = attributes(data);
  const [bytes] = [...attributes(found.get(MEMBER.IP)!).values()] as [Buffer];
  const prefix = found.get(MEMBER.CIDR)?.readUInt8(0) ?? bytes.length * 8;
  return `${addressText(bytes)}${prefix === bytes.length * 8 ? '' : `/${prefix}`}`;
}

/** The hash:net sets of an answer; a set with many members comes in several messages, of which the first says what it is. */
export function readSets(messages: readonly Message[]): ReadonlyMap<string, IpSet> {
  const sets = new Map<string, IpSet & { readonly members: string[] }>();
  for (const message of messages) {
    const found = attributes(message.body, HEADER);
    const name = textOf(found.get(ATTR.SETNAME))!;
    const type = textOf(found.get(ATTR.TYPENAME));
    const family = found.get(ATTR.FAMILY)?.readUInt8(0) === AF_INET6 ? 'inet6' : 'inet';
    if (type === 'hash:net') sets.set(name, { name, family, members: [] });
    for (const [, data] of sequenceOf(found.get(ATTR.ADT) ?? Buffer.alloc(0)))
      sets.get(name)?.members.push(memberOf(data));
  }
  return sets;
}
