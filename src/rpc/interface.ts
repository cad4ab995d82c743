import type { CallOptions, Endpoint, Json, RpcContext, Target, Transport } from '../messaging/transport.ts';

/** One RPC method: its argument and result types, the version a client asks for, whether it waits for a reply. */
export interface Method<A extends object, R> {
  readonly kind: 'call' | 'cast';
  readonly version: string;
  /** Carries the types only; absent at run time. */
  readonly types?: { args: A; result: R };
}

/** An RPC interface: the topic it is served on, its namespace, the version the server side offers, its methods. */
export interface RpcInterface<M> {
  readonly topic: string;
  readonly namespace?: string;
  readonly version: string;
  readonly methods: M;
}

export const call = <A extends object, R>(version: string): Method<A, R> => ({ kind: 'call', version });
export const cast = <A extends object>(version: string): Method<A, void> => ({ kind: 'cast', version });

export const defineInterface = <M>(definition: RpcInterface<M>): RpcInterface<M> => definition;

export type ArgsOf<T> = T extends Method<infer A, unknown> ? A : never;
export type ResultOf<T> = T extends Method<infer _A, infer R> ? R : never;

/** Who gets a message: any listener of the topic, the one on `server`, or all of them (`fanout`). */
export interface Recipient {
  readonly server?: string;
  readonly fanout?: boolean;
}

export type Client<M> = {
  [Name in keyof M]: (
    context: RpcContext,
    args: ArgsOf<M[Name]>,
    options?: Recipient & CallOptions,
  ) => Promise<ResultOf<M[Name]>>;
};

export type Handlers<M> = {
  [Name in keyof M]?: (context: RpcContext, args: ArgsOf<M[Name]>) => Promise<ResultOf<M[Name]>>;
};

/** A message ready for Transport.call or cast, or to be kept for later. */
export interface Message {
  readonly target: Target;
  readonly method: string;
  readonly args: { [key: string]: Json };
}

/** The message that calls or casts a method; its argument types are checked here, JSON from then on. */
export function message<M, Name extends keyof M & string>(
  definition: RpcInterface<M>,
  name: Name,
  args: ArgsOf<M[Name]>,
  { server, fanout }: Recipient = {},
): Message {
  const method = definition.methods[name] as Method<object, unknown>;
  const target: Target = {
    topic: definition.topic,
    version: method.version,
    ...(definition.namespace === undefined ? {} : { namespace: definition.namespace }),
    ...(server === undefined ? {} : { server }),
    ...(fanout ? { fanout } : {}),
  };
  return { target, method: name, args: args as { [key: string]: Json } };
}

/** Typed sender for an interface over a transport. */
export function client<M extends object>(
  transport: Pick<Transport, 'call' | 'cast'>,
  definition: RpcInterface<M>,
): Client<M> {
  const methods = definition.methods as Record<string, Method<object, unknown>>;
  const senders = Object.entries(methods).map(([name, method]) => [
    name,
    (context: RpcContext, args: object, options: Recipient & CallOptions = {}) => {
      const sent = message(definition, name as keyof M & string, args as never, options);
      if (method.kind === 'cast') return transport.cast(sent.target, name, sent.args, context);
      const { server: _server, fanout: _fanout, ...how } = options;
      return transport.call(sent.target, name, sent.args, context, how);
    },
  ]);
  return Object.fromEntries(senders) as Client<M>;
}

/** Typed handlers of an interface as an endpoint for Transport.listen. */
export function endpoint<M extends object>(definition: RpcInterface<M>, handlers: Handlers<M>): Endpoint {
  return {
    version: definition.version,
    ...(definition.namespace === undefined ? {} : { namespace: definition.namespace }),
    methods: handlers as unknown as Endpoint['methods'],
  };
}
