import { macBytes } from '../../sockets/packetSocket.ts';
import { addressBytes } from '../../sockets/socketAddress.ts';
import { attribute, type Request } from '../message.ts';
import {
  AF_BRIDGE,
  AF_INET,
  AF_INET6,
  NDA,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  NTF_SELF,
  NUD,
  RTM_DELNEIGH,
  RTM_NEWNEIGH,
} from '../numbers.ts';
import type { Names, Words } from './words.ts';

const VERBS: Readonly<Record<string, Pick<Request, 'type' | 'flags'>>> = {
  add: { type: RTM_NEWNEIGH, flags: NLM_F_CREATE | NLM_F_EXCL },
  append: { type: RTM_NEWNEIGH, flags: NLM_F_CREATE | NLM_F_APPEND },
  replace: { type: RTM_NEWNEIGH, flags: NLM_F_CREATE | NLM_F_REPLACE },
  del: { type: RTM_DELNEIGH, flags: 0 },
};

/** struct ndmsg. */
export function neighbourHeader(family: number, index = 0, state = 0, flags = 0): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(family, 0);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt16LE(state, 8);
  bytes.writeUInt8(flags, 10);
  return bytes;
}

function verbOf(words: Words) {
  const verb = VERBS[words.peek() ?? ''];
  if (!verb) throw words.unknown(words.peek());
  words.need();
  return verb;
}

/** 'fdb add|append|replace|del MAC dev NAME dst ADDRESS' without its first word: an entry of the device's own table. */
export function fdbRequest(words: Words, names: Names): Request {
  const verb = verbOf(words);
  const found = [attribute(NDA.LLADDR, macBytes(words.need()))];
  let index = 0;
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === 'dev') index = names.indexOf(words.need());
    else if (word === 'dst') found.push(attribute(NDA.DST, addressBytes(words.need())));
    else throw words.unknown(word);
  }
  const header = neighbourHeader(AF_BRIDGE, index, NUD.PERMANENT, NTF_SELF);
  return { ...verb, body: Buffer.concat([header, ...found]) };
}

/** 'neigh add|replace|del ADDRESS lladdr MAC dev NAME nud STATE' without its first word. */
export function neighbourRequest(words: Words, names: Names): Request {
  const verb = verbOf(words);
  const address = addressBytes(words.need());
  const found = [attribute(NDA.DST, address)];
  let index = 0;
  let state: number = verb.type === RTM_NEWNEIGH ? NUD.PERMANENT : 0;
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === 'dev') index = names.indexOf(words.need());
    else if (word === 'lladdr') found.push(attribute(NDA.LLADDR, macBytes(words.need())));
    else if (word === 'nud') {
      const name = words.need();
      const known = NUD[name.toUpperCase() as keyof typeof NUD];
      if (known === undefined) throw words.unknown(name);
      state = known;
    } else throw words.unknown(word);
  }
  const header = neighbourHeader(address.length === 4 ? AF_INET : AF_INET6, index, state);
  return { ...verb, body: Buffer.concat([header, ...found]) };
}
