import type { Json, RpcContext, Target, Transport } from '../../src/messaging/transport.ts';

/** A message that one of our processes sent, and its answer. */
export interface Heard {
  /** 'server' or the agent's type. */
  readonly from: string;
  readonly kind: 'call' | 'cast';
  readonly target: Target;
  readonly method: string;
  /** As JSON carries them. */
  readonly args: { readonly [key: string]: Json };
  readonly context: RpcContext;
  result?: Json;
  failure?: unknown;
}

/** Where one of our processes listens. */
export interface Listens {
  readonly from: string;
  readonly topic: string;
  readonly server: string;
}

const asJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** The same transport, under the name of one who uses it: what he sends is written down. Closing it ends nothing. */
export function tapped(transport: Transport, from: string, heard: Heard[], listens?: Listens[]): Transport {
  const note = (kind: Heard['kind'], target: Target, method: string, args: object, context: RpcContext) => {
    const message: Heard = {
      from,
      kind,
      target,
      method,
      args: asJson(args) as Heard['args'],
      context: asJson(context),
    };
    heard.push(message);
    return message;
  };
  return {
    ...transport,
    listen(topic, server, endpoints) {
      listens?.push({ from, topic, server });
      return transport.listen(topic, server, endpoints);
    },
    async call(target, method, args, context, options) {
      const message = note('call', target, method, args, context);
      try {
        message.result = await transport.call(target, method, args, context, options);
        return message.result;
      } catch (error) {
        message.failure = error;
        throw error;
      }
    },
    cast(target, method, args, context) {
      note('cast', target, method, args, context);
      return transport.cast(target, method, args, context);
    },
    async close() {},
  };
}
