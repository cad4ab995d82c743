import { addressBytes } from '../../sockets/socketAddress.ts';
import { attribute, number, type Request } from '../message.ts';
import {
  AF_INET,
  AF_INET6,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  numberIn,
  PROTOCOLS,
  RT_TABLE_MAIN,
  RTA,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTN_UNICAST,
  RTNH_F_ONLINK,
  SCOPES,
} from '../numbers.ts';
import type { Names, Words } from './words.ts';

const VERBS: Readonly<Record<string, Pick<Request, 'type' | 'flags'>>> = {
  add: { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_EXCL },
  append: { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_APPEND },
  replace: { type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_REPLACE },
  del: { type: RTM_DELROUTE, flags: 0 },
};

/** Headers of routes: struct rtmsg. */
export interface RouteHeader {
  readonly family: 4 | 6;
  readonly prefix?: number;
  readonly table?: number;
  readonly protocol?: number;
  readonly scope?: number;
  readonly type?: number;
  readonly flags?: number;
}

export function routeHeader(header: RouteHeader): Buffer {
  const { family, prefix = 0, table = 0, protocol = 0, scope = 0, type = 0, flags = 0 } = header;
  const bytes = Buffer.from([family === 4 ? AF_INET : AF_INET6, prefix, 0, 0, table, protocol, scope, type]);
  return Buffer.concat([bytes, number(32, flags)]);
}

/** 'route add|append|replace|del DESTINATION …' of the main table, without its first word; `family` is that of 'default'. */
export function routeRequest(words: Words, names: Names, family: 4 | 6 | undefined): Request {
  const verb = VERBS[words.peek() ?? ''];
  if (!verb) throw words.unknown(words.peek());
  words.need();
  const adds = verb.type === RTM_NEWROUTE;
  const destination = words.need();
  const said = new Map<string, string>();
  let flags = 0;
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (word === 'onlink') flags |= RTNH_F_ONLINK;
    else if (['via', 'dev', 'proto', 'scope', 'src', 'metric'].includes(word)) said.set(word, words.need());
    else throw words.unknown(word);
  }
  const [via, device, source, metric] = ['via', 'dev', 'src', 'metric'].map((word) => said.get(word));
  const [block, prefix] = destination.split('/') as [string, string?];
  const target = block === 'default' ? undefined : addressBytes(block);
  const length = target === undefined ? 0 : Number(prefix ?? target.length * 8);
  const header = routeHeader({
    family: familyOf(target, via, family),
    prefix: length,
    table: RT_TABLE_MAIN,
    protocol: numberIn(PROTOCOLS, said.get('proto') ?? (adds ? 'boot' : '0')),
    // What has no gateway is on the link; what goes is found whatever its scope.
    scope: numberIn(SCOPES, said.get('scope') ?? (adds ? (via ? 'global' : 'link') : 'nowhere')),
    type: adds ? RTN_UNICAST : 0,
    flags,
  });
  const address = (type: number, text: string | undefined) =>
    text === undefined ? [] : [attribute(type, addressBytes(text))];
  const found = [
    ...(target === undefined || length === 0 ? [] : [attribute(RTA.DST, target)]),
    ...address(RTA.GATEWAY, via),
    ...(device === undefined ? [] : [attribute(RTA.OIF, number(32, names.indexOf(device)))]),
    ...address(RTA.PREFSRC, source),
    ...(metric === undefined ? [] : [attribute(RTA.PRIORITY, number(32, Number(metric)))]),
  ];
  return { ...verb, body: Buffer.concat([header, ...found]) };
}

function familyOf(target: Buffer | undefined, via: string | undefined, family: 4 | 6 | undefined): 4 | 6 {
  if (target !== undefined) return target.length === 4 ? 4 : 6;
  return via?.includes(':') ? 6 : (family ?? 4);
}
