/** A JSON value as it crosses a transport. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** oslo.context as a plain dictionary (request_id, project_id, roles, is_admin, …). */
export type RpcContext = { [key: string]: Json };

/** Where a message goes: oslo.messaging's Target. `fanout` reaches every listener of the topic. */
export interface Target {
  readonly topic: string;
  readonly server?: string;
  readonly fanout?: boolean;
  readonly namespace?: string;
  readonly version: string;
}

/** Methods that one listener offers under a namespace and version; a method's result is the call's reply. */
export interface Endpoint {
  readonly namespace?: string;
  readonly version: string;
  readonly methods: Readonly<
    Record<string, (context: RpcContext, args: { [key: string]: Json }) => Promise<Json | undefined>>
  >;
}

export interface Listener {
  close(): Promise<void>;
}

export interface CallOptions {
  readonly timeoutSeconds?: number;
  /** Ask only who listens now. */
  readonly present?: boolean;
}

/** 'connected' after every connection, the first too when the broker was late; 'disconnected' when one is lost, or what it consumes. */
export type TransportEvent = 'connected' | 'disconnected';

/**
 * One RPC transport: rabbit, zmq or in-process. A lost connection is regained by the transport itself; listeners are
 * declared again before 'connected' is emitted, so that an agent resyncs on that event and misses nothing.
 */
export interface Transport {
  /**
   * Sends and waits for the reply. Rejects with MessagingTimeout or RemoteError; with `present` also with NoReceiver, at
   * once when nobody listens, instead of waiting for somebody who will.
   */
  call(
    target: Target,
    method: string,
    args: { [key: string]: Json },
    context: RpcContext,
    options?: CallOptions,
  ): Promise<Json>;
  /**
   * Sends without a reply; resolves when the broker (or the peer) has the message. RabbitMQ's takes back on `signal` what it
   * has not sent, and rejects it when there is a connection again.
   */
  cast(
    target: Target,
    method: string,
    args: { [key: string]: Json },
    context: RpcContext,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Consumes topic, topic.server and the topic's fanout. */
  listen(topic: string, server: string, endpoints: readonly Endpoint[]): Promise<Listener>;
  on(event: TransportEvent, handler: () => void): void;
  close(): Promise<void>;
}
