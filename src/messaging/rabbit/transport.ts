import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log/log.ts';
import { encodeRequest, hexId, type Incoming } from '../envelope.ts';
import { addressOf, MessageDeliveryFailure, NoReceiver } from '../errors.ts';
import { PendingCalls } from '../pendingCalls.ts';
import { serve } from '../serve.ts';
import type {
  CallOptions,
  Endpoint,
  Json,
  Listener,
  RpcContext,
  Target,
  Transport,
  TransportEvent,
} from '../transport.ts';
import { RabbitLink } from './link.ts';
import type { Publication } from './publisher.ts';
import type { RabbitSettings } from './settings.ts';
import { declareListener, declareReplyQueue, fanoutExchange } from './topology.ts';

type Args = { [key: string]: Json };

/** Seconds between tries to hand a message to a queue that is not there: its owner is starting or reconnecting. */
const receiverRetry = 0.5;
/** Seconds after a connection in which a cast waits so for its receiver; later it is dropped, as by any broker. */
const settling = 10;
/** Seconds that close() gives to handlers that run, messages that are not confirmed and a broker that is silent. */
const closing = 5;

/**
 * RPC over RabbitMQ in oslo.messaging's wire format.
 *
 * Delivery: a cast resolves when the broker confirmed it; while the broker is away it waits in memory, in order, up to
 * the publisher's limit, beyond which it is rejected with MessageDeliveryFailure. Just after a connection it also waits
 * for its receiver to declare its queue. A call is sent again in the same way until its time is up, and after each new
 * connection while it has no reply: its caller would ask again anyway, but only when that time is up.
 *
 * Requests are acknowledged when they begin to run, not when they are through: one that a listener took is gone when that
 * process dies; callers time out and agents resync. A cast is not run twice, unless its listener is killed before it has
 * told the broker so. A call that is asked again may run twice.
 */
export class RabbitTransport implements Transport {
  readonly #settings: RabbitSettings;
  readonly #log: Log;
  readonly #serverLog: Log;
  readonly #events = new EventEmitter();
  readonly #link: RabbitLink;
  readonly #calls = new PendingCalls();
  readonly #running = new Set<Promise<void>>();
  readonly #replyQueue = `reply_${hexId()}`;
  #replies: Promise<unknown> | undefined;
  #closed = false;

  constructor(settings: RabbitSettings, log: Log) {
    this.#settings = settings;
    this.#log = log.named('oslo.messaging._drivers.impl_rabbit');
    this.#serverLog = log.named('oslo_messaging.rpc.server');
    // Each call that has no reply yet listens.
    this.#events.setMaxListeners(0);
    this.#link = new RabbitLink(settings, this.#log, (event) => this.#events.emit(event));
  }

  on(event: TransportEvent, handler: () => void): void {
    this.#events.on(event, handler);
  }

  async call(
    target: Target,
    method: string,
    args: Args,
    context: RpcContext,
    { timeoutSeconds = this.#settings.responseTimeout, present = false }: CallOptions = {},
  ): Promise<Json> {
    const messageId = hexId();
    const reply = this.#calls.wait(messageId, method, target.topic, timeoutSeconds);
    const given = new AbortController();
    const patience = { timeoutSeconds, present, signal: given.signal };
    this.#sendCall(target, method, args, context, messageId, patience).catch((error: Error) =>
      this.#calls.fail(messageId, error),
    );
    try {
      return await reply;
    } finally {
      given.abort();
    }
  }

  async #sendCall(
    target: Target,
    method: string,
    args: Args,
    context: RpcContext,
    messageId: string,
    { timeoutSeconds, present, signal }: { timeoutSeconds: number; present: boolean; signal: AbortSignal },
  ): Promise<void> {
    this.#replies ??= this.#link.consume(
      this.#replyQueue,
      (channel) => declareReplyQueue(channel, this.#settings, this.#replyQueue),
      (incoming) => this.#onReply(incoming),
    );
    await this.#replies;
    // As Neutron does, the first message lives as long as the call may take; one sent again only for what is left of it.
    let expiration = Math.round(timeoutSeconds * 1000);
    const end = performance.now() + expiration;
    const deadline = present ? 0 : end;
    do {
      const body = encodeRequest(target, method, args, context, { queue: this.#replyQueue, messageId });
      await this.#publish({ ...this.#address(target), body, expiration, signal }, () => deadline);
      if (present || !(await this.#reconnected(signal))) return;
      expiration = Math.max(0, Math.round(end - performance.now()));
    } while (expiration > 0);
  }

  /** True after the next connection, the request or its reply being lost with the old one; false once there is a reply. */
  #reconnected(signal: AbortSignal): Promise<boolean> {
    return once(this.#events, 'connected', { signal }).then(
      () => true,
      () => false,
    );
  }

  cast(target: Target, method: string, args: Args, context: RpcContext, signal?: AbortSignal): Promise<void> {
    if (this.#closed) return Promise.reject(new MessageDeliveryFailure('The transport is closed'));
    const body = encodeRequest(target, method, args, context);
    return this.#publish(
      { ...this.#address(target), body, signal },
      () => this.#link.connectedAt + settling * 1000,
    ).catch((error: Error) => {
      if (!(error instanceof NoReceiver)) throw error;
      this.#log.debug(`Dropped ${method}: ${error.message}`);
    });
  }

  async listen(topic: string, server: string, endpoints: readonly Endpoint[]): Promise<Listener> {
    const fanoutQueue = `${fanoutExchange(topic)}_${hexId()}`;
    const consumer = await this.#link.consume(
      fanoutQueue,
      (channel) => declareListener(channel, this.#settings, topic, server, fanoutQueue),
      (incoming) => this.#onRequest(endpoints, incoming),
    );
    return { close: () => this.#link.release(consumer) };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const orderly = this.#link
      .stopConsuming()
      .then(() => Promise.allSettled(this.#running))
      .then(() => this.#link.close());
    await Promise.race([orderly, sleep(closing * 1000, undefined, { ref: false })]);
    this.#calls.failAll(new MessageDeliveryFailure('The transport is closed'));
    this.#link.destroy();
  }

  #address({ topic, server, fanout }: Target) {
    if (fanout) return { exchange: fanoutExchange(topic), routingKey: '', fanout };
    return {
      exchange: this.#settings.exchange,
      routingKey: addressOf({ topic, ...(server === undefined ? {} : { server }) }),
    };
  }

  #onReply(incoming: Incoming): void {
    if (incoming.kind === 'reply' && !this.#calls.settle(incoming.reply))
      this.#log.debug(`No calling threads waiting for msg_id : ${incoming.reply.messageId}`);
  }

  #onRequest(endpoints: readonly Endpoint[], incoming: Incoming): void {
    if (incoming.kind !== 'request') return;
    const { request } = incoming;
    const work = serve(endpoints, request, this.#serverLog)
      .then((body) => (body && request.replyTo ? this.#reply(request.replyTo.queue, body) : undefined))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #reply(queue: string, body: string): Promise<void> {
    const deadline = performance.now() + this.#settings.missingConsumerRetry * 1000;
    await this.#publish({ exchange: '', routingKey: queue, body }, () => deadline).catch((error: Error) =>
      this.#log.warning(`A reply is lost: ${error.message}`),
    );
  }

  /** Publishes; while nobody receives it, again until the deadline. A fanout is for whoever is there. */
  async #publish(publication: Publication, deadline: () => number): Promise<void> {
    for (;;)
      try {
        return await this.#link.publisher.send({ ...publication, mandatory: !publication.fanout });
      } catch (error) {
        if (!(error instanceof NoReceiver) || this.#closed || performance.now() > deadline()) throw error;
        if (publication.signal?.aborted) throw error;
        await sleep(receiverRetry * 1000);
      }
  }
}
