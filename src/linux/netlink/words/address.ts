import { formatAddress } from '../../../net/address.ts';
import { parseCidr } from '../../../net/cidr.ts';
import { addressBytes } from '../../sockets/socketAddress.ts';
import { attribute, number, type Request } from '../message.ts';
import {
  AF_INET,
  AF_INET6,
  IFA,
  IFA_F_NODAD,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  numberIn,
  RTM_DELADDR,
  RTM_NEWADDR,
  SCOPES,
} from '../numbers.ts';
import type { Names, Words } from './words.ts';

const VERBS: Readonly<Record<string, Pick<Request, 'type' | 'flags'>>> = {
  add: { type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL },
  replace: { type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_REPLACE },
  del: { type: RTM_DELADDR, flags: 0 },
};

/** The last address of a block, for all of it. */
function broadcastOf(cidr: string): string {
  const { version, last } = parseCidr(cidr)!;
  return formatAddress({ version, value: last });
}

/** 'addr add|replace|del CIDR … dev NAME' without its first word. */
export function addressRequest(words: Words, names: Names): Request {
  const verb = VERBS[words.peek() ?? ''];
  if (!verb) throw words.unknown(words.peek());
  words.need();
  const cidr = words.need();
  const [address, prefix] = cidr.split('/') as [string, string?];
  const bytes = addressBytes(address);
  const found = [attribute(IFA.LOCAL, bytes), attribute(IFA.ADDRESS, bytes)];
  // What belongs to this host alone is the whole of 127.0.0.0/8, unless the line says otherwise.
  let scope = bytes.length === 4 && bytes[0] === 127 ? SCOPES.host! : SCOPES.global!;
  let index = 0;
  let flags = 0;
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === 'dev') index = names.indexOf(words.need());
    else if (word === 'scope') scope = numberIn(SCOPES, words.need());
    else if (word === 'nodad') flags |= IFA_F_NODAD;
    else if (word === 'brd') {
      const last = words.need();
      found.push(attribute(IFA.BROADCAST, addressBytes(last === '+' ? broadcastOf(cidr) : last)));
    } else throw words.unknown(word);
  }
  if (flags > 0) found.push(attribute(IFA.FLAGS, number(32, flags)));
  const prefixLength = prefix === undefined ? bytes.length * 8 : Number(prefix);
  return { ...verb, body: Buffer.concat([addressHeader(bytes, prefixLength, scope, index), ...found]) };
}

/** struct ifaddrmsg. */
function addressHeader(address: Buffer, prefix: number, scope: number, index: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(address.length === 4 ? AF_INET : AF_INET6, 0);
  bytes.writeUInt8(prefix, 1);
  bytes.writeUInt8(scope, 3);
  bytes.writeUInt32LE(index, 4);
  return bytes;
}
