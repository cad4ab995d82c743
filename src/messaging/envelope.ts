import { randomUUID } from 'node:crypto';
import { UnreadableMessage } from './errors.ts';
import type { Json, RpcContext, Target } from './transport.ts';

/**
 * oslo.messaging's wire format: an envelope with the body as a JSON string in it, a request with the context spread
 * over _context_* keys, one reply for each call.
 */

type Dict = { [key: string]: Json };

const envelopeVersion = '2.0';
const contextPrefix = '_context_';

/** uuid4 as 32 hex digits, as oslo names messages and queues. */
export const hexId = () => randomUUID().replaceAll('-', '');

export interface Request {
  readonly method: string;
  readonly args: Dict;
  readonly version: string;
  readonly namespace?: string;
  readonly context: RpcContext;
  readonly uniqueId?: string;
  /** Of a call: whom to answer. A cast has none. */
  readonly replyTo?: { readonly queue: string; readonly messageId: string };
}

export interface Reply {
  readonly messageId: string;
  readonly result: Json;
  /** JSON of a Failure, see failure.ts. */
  readonly failure: string | null;
  readonly ending: boolean;
  readonly uniqueId?: string;
}

export type Incoming =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'reply'; readonly reply: Reply };

const seal = (body: Dict): string =>
  JSON.stringify({ 'oslo.version': envelopeVersion, 'oslo.message': JSON.stringify(body) });

/** Serialises a request; with `replyTo` it is a call. Each encoding has a fresh _unique_id. */
export function encodeRequest(
  target: Pick<Target, 'namespace' | 'version'>,
  method: string,
  args: Dict,
  context: RpcContext,
  replyTo?: Request['replyTo'],
): string {
  const spread = Object.entries(context).map(([key, value]) => [contextPrefix + key, value]);
  return seal({
    method,
    args,
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    version: target.version,
    ...(replyTo ? { _msg_id: replyTo.messageId, _reply_q: replyTo.queue, _timeout: null } : {}),
    _unique_id: hexId(),
    ...(Object.fromEntries(spread) as Dict),
  });
}

export const encodeReply = (messageId: string, result: Json, failure: string | null): string =>
  seal({ result, failure, ending: true, _msg_id: messageId, _unique_id: hexId() });

const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseDict(text: string, what: string): Dict {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableMessage(`${what} is not JSON: ${(error as Error).message}`);
  }
  if (!isDict(value)) throw new UnreadableMessage(`${what} is not a JSON object`);
  return value;
}

/** Opens the envelope; a message without one is taken as it is, as oslo does. */
function open(text: string): Dict {
  const outer = parseDict(text, 'The message');
  const version = outer['oslo.version'];
  if (version === undefined) return outer;
  const [major, minor] = String(version).split('.').map(Number);
  if (major !== 2 || (minor ?? 0) > 0)
    throw new UnreadableMessage(`RPC envelope version ${String(version)} is not supported`);
  const inner = outer['oslo.message'];
  if (typeof inner !== 'string') throw new UnreadableMessage('The envelope has no oslo.message');
  return parseDict(inner, 'The body in the envelope');
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : undefined);

function asRequest(body: Dict, method: string): Request {
  const context: RpcContext = {};
  for (const [key, value] of Object.entries(body))
    if (key.startsWith(contextPrefix)) context[key.slice(contextPrefix.length)] = value;
  const messageId = text(body._msg_id);
  const queue = text(body._reply_q);
  const namespace = text(body.namespace);
  const uniqueId = text(body._unique_id);
  return {
    method,
    args: isDict(body.args) ? body.args : {},
    version: text(body.version) ?? '1.0',
    context,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    ...(messageId !== undefined && queue !== undefined ? { replyTo: { queue, messageId } } : {}),
  };
}

/** Reads a message of either kind. Throws UnreadableMessage. */
export function decode(message: string): Incoming {
  const body = open(message);
  const method = text(body.method);
  if (method !== undefined) return { kind: 'request', request: asRequest(body, method) };
  const messageId = text(body._msg_id);
  if (messageId === undefined) throw new UnreadableMessage('Neither a request nor a reply');
  const uniqueId = text(body._unique_id);
  return {
    kind: 'reply',
    reply: {
      messageId,
      result: body.result ?? null,
      failure: text(body.failure) ?? null,
      ending: body.ending === true,
      ...(uniqueId === undefined ? {} : { uniqueId }),
    },
  };
}
