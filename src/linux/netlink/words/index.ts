import type { Request } from '../message.ts';
import { addressRequest } from './address.ts';
import { linkRequest } from './link.ts';
import { fdbRequest, neighbourRequest } from './neighbour.ts';
import { routeRequest } from './route.ts';
import { type Names, Words } from './words.ts';

export type { Names } from './words.ts';

/**
 * What a line of iproute2's `ip` or `bridge` asks of the kernel, for those words that agents write: 'link set tap0 up',
 * 'fdb append MAC dev vxlan-1 dst 10.0.0.2'. `family` is that of a route that names no address. Throws for words that
 * are none of them, and what `names` throws.
 */
export function requestOf(line: string, names: Names, family?: 4 | 6): Request {
  const words = new Words(line);
  const object = words.need();
  switch (object) {
    case 'link':
      return linkRequest(words, names);
    case 'addr':
    case 'address':
      return addressRequest(words, names);
    case 'route':
      return routeRequest(words, names, family);
    case 'neigh':
      return neighbourRequest(words, names);
    case 'fdb':
      return fdbRequest(words, names);
    default:
      throw words.unknown(object);
  }
}
