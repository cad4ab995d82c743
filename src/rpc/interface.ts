import type { Endpoint, Json, RpcContext, Target, Transport } from '../messaging/transport.ts';

type Args = Record<string, unknown>;

/** One RPC method: its argument and result types, the version a client asks for, whether it waits for a reply. */
export interface Method<A extends Args, R> {
  readonly kind: 'call' | 'cast';
  readonly version: string;
  readonly types?: { args: A; result: R };
}

export type Methods = Readonly<Record<string, Method<never, unknown> | Method<Args, unknown>>>;

/** An RPC interface: the topic it is served on, its namespace, the version the server side offers, its methods. */
export interface RpcInterface<M> {
  readonly topic: string;
  readonly namespace?: string;
  readonly version: string;
  readonly methods: M;
}

export const call = <A extends object, R>(version: string) =>
  ({ kind: 'call', version }) as Method<A & Args, R>;
export const cast = <A extends object>(version: string) =>
  ({ kind: 'cast', version }) as Method<A & Args, void>;

export const defineInterface = <M>(definition: RpcInterface<M>): RpcInterface<M> => definition;

type ArgsOf<T> = T extends Method<infer A, unknown> ? A : never;
type ResultOf<T> = T extends Method<never, infer R> ? R : T extends Method<infer _A, infer R> ? R : never;

export type Client<M> = {
  [Name in keyof M]: (
    context: RpcContext,
    args: ArgsOf<M[Name]>,
    options?: { server?: string; fanout?: boolean; timeoutSeconds?: number },
  ) => Promise<ResultOf<M[Name]>>;
};

export type Handlers<M> = {
  [Name in keyof M]?: (context: RpcContext, args: ArgsOf<M[Name]>) => Promise<ResultOf<M[Name]>>;
};

/** Typed sender for an interface over a transport. */
export function client<M extends object>(transport: Transport, definition: RpcInterface<M>): Client<M> {
  const methods = definition.methods as Record<string, Method<Args, unknown>>;
  const senders = Object.entries(methods).map(([name, method]) => [
    name,
    (
      context: RpcContext,
      args: Args,
      options: { server?: string; fanout?: boolean; timeoutSeconds?: number } = {},
    ) => {
      const { timeoutSeconds, ...where } = options;
      const target: Target = {
        topic: definition.topic,
        version: method.version,
        ...(definition.namespace === undefined ? {} : { namespace: definition.namespace }),
        ...where,
      };
      const wire = args as { [key: string]: Json };
      return method.kind === 'call'
        ? transport.call(target, name, wire, context, timeoutSeconds === undefined ? {} : { timeoutSeconds })
        : transport.cast(target, name, wire, context);
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
