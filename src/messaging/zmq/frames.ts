import { UnreadableMessage } from '../errors.ts';

/**
 * What peers (DEALER) and the hub (ROUTER) say: a header as JSON and, where there is one, a message in oslo's
 * envelope as a second frame.
 *
 * A peer opens with hello and is welcomed; it names its session, which outlives the connection. The hub answers each
 * listen, forget and send with done once it has taken it over, and a send to who is present with nobody when none is; a peer answers each deliver with got. ping and pong
 * keep both sure of the other. To a peer whose session the hub does not know it says who, and the peer starts over.
 */

/** A topic's listeners, one or all of them, or the session that waits for a reply. */
export type Address =
  | { readonly topic: string; readonly server?: string; readonly fanout?: boolean }
  | { readonly reply: string };

/** For how many seconds a message is worth something; `present`: only to who listens now. */
export interface Worth {
  readonly seconds?: number;
  readonly present?: boolean;
}

export type FromPeer =
  | { readonly do: 'hello'; readonly session: string; readonly name: string }
  | { readonly do: 'listen' | 'forget'; readonly id: number; readonly topic: string; readonly server: string }
  | ({ readonly do: 'send'; readonly id: number; readonly to: Address } & Worth)
  | { readonly do: 'got'; readonly id: number }
  | { readonly do: 'ping' }
  | { readonly do: 'bye' };

export type FromHub =
  | { readonly do: 'welcome'; readonly resumed: boolean }
  | { readonly do: 'done'; readonly id: number }
  | { readonly do: 'nobody'; readonly id: number }
  | { readonly do: 'deliver'; readonly id: number; readonly to: Address }
  | { readonly do: 'pong' }
  | { readonly do: 'who' };

export const frames = (header: FromPeer | FromHub, body?: string | Buffer): (string | Buffer)[] =>
  body === undefined ? [JSON.stringify(header)] : [JSON.stringify(header), body];

/** Reads the header of a message from an authenticated counterpart. Throws UnreadableMessage. */
export function readHeader<Header extends FromPeer | FromHub>(frame: Buffer | undefined): Header {
  try {
    const header = JSON.parse(String(frame)) as Header;
    if (typeof header?.do === 'string') return header;
  } catch {
    // Reported below, as anything else that is no header.
  }
  throw new UnreadableMessage('Not a message of this protocol');
}
