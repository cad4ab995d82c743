import { EventEmitter } from 'node:events';
import type { Log } from '../../log/log.ts';
import { Duplicates } from '../duplicates.ts';
import { decode, encodeRequest, hexId, type Request } from '../envelope.ts';
import { MessageDeliveryFailure } from '../errors.ts';
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
import type { Address } from './frames.ts';
import { ZmqLink } from './link.ts';
import type { ZmqSettings } from './settings.ts';

type Args = { [key: string]: Json };

interface Registered {
  readonly topic: string;
  readonly server: string;
  readonly endpoints: readonly Endpoint[];
}

/** Seconds that close() gives to handlers that run and messages that are not confirmed. */
const closing = 5;

/**
 * RPC over ZeroMQ through the hub of a neutron-server, with oslo's envelope.
 *
 * Delivery: a cast resolves when the hub has it; while the hub is away it waits in memory, in order, up to the limit,
 * beyond which it is rejected with MessageDeliveryFailure. The hub delivers what a listener did not confirm again when
 * that listener comes back. A hub that dies takes what it relayed with it: every peer notices, and resyncs on
 * 'connected'.
 */
export class ZmqTransport implements Transport {
  readonly #settings: ZmqSettings;
  readonly #log: Log;
  readonly #serverLog: Log;
  readonly #events = new EventEmitter();
  readonly #link: ZmqLink;
  readonly #calls = new PendingCalls();
  readonly #listeners = new Set<Registered>();
  readonly #running = new Set<Promise<void>>();
  readonly #duplicates = new Duplicates(1000);

  constructor(settings: ZmqSettings, name: string, log: Log) {
    this.#settings = settings;
    this.#log = log.named('neutron.messaging.zmq');
    this.#serverLog = log.named('oslo_messaging.rpc.server');
    this.#link = new ZmqLink({
      settings,
      name,
      log: this.#log,
      onMessage: (to, body) => this.#onMessage(to, body),
      announce: (event) => this.#events.emit(event),
    });
  }

  on(event: TransportEvent, handler: () => void): void {
    this.#events.on(event, handler);
  }

  async call(
    target: Target,
    method: string,
    args: Args,
    context: RpcContext,
    { timeoutSeconds = this.#settings.responseTimeout, present }: CallOptions = {},
  ): Promise<Json> {
    const messageId = hexId();
    const reply = this.#calls.wait(messageId, method, target.topic, timeoutSeconds);
    const body = encodeRequest(target, method, args, context, { queue: this.#link.session, messageId });
    this.#link
      .send(this.#address(target), body, { seconds: timeoutSeconds, ...(present ? { present } : {}) })
      .catch((error: Error) => this.#calls.fail(messageId, error));
    return reply;
  }

  cast(target: Target, method: string, args: Args, context: RpcContext): Promise<void> {
    return this.#link.send(this.#address(target), encodeRequest(target, method, args, context));
  }

  async listen(topic: string, server: string, endpoints: readonly Endpoint[]): Promise<Listener> {
    const registered: Registered = { topic, server, endpoints };
    this.#listeners.add(registered);
    await this.#link.listen(topic, server);
    return {
      close: async () => {
        this.#listeners.delete(registered);
        await this.#link.forget(topic, server);
      },
    };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, closing * 1000);
    });
    await Promise.race([Promise.allSettled(this.#running), patience]);
    clearTimeout(timer);
    this.#calls.failAll(new MessageDeliveryFailure('The transport is closed'));
    await this.#link.close(closing);
  }

  #address({ topic, server, fanout }: Target): Address {
    return { topic, ...(server === undefined ? {} : { server }), ...(fanout ? { fanout } : {}) };
  }

  #onMessage(to: Address, body: string): void {
    const incoming = decode(body);
    const { uniqueId } = incoming.kind === 'request' ? incoming.request : incoming.reply;
    if (this.#duplicates.isRepeated(uniqueId)) return;
    if (incoming.kind === 'reply') {
      if (!this.#calls.settle(incoming.reply))
        this.#log.debug(`Nobody waits any more for the reply to ${incoming.reply.messageId}`);
      return;
    }
    if ('reply' in to) return;
    const addressed = [...this.#listeners].filter(
      ({ topic, server }) =>
        topic === to.topic && (to.fanout || to.server === undefined || to.server === server),
    );
    for (const { endpoints } of to.fanout ? addressed : addressed.slice(0, 1))
      this.#serve(endpoints, incoming.request);
  }

  #serve(endpoints: readonly Endpoint[], request: Request): void {
    const work = serve(endpoints, request, this.#serverLog)
      .then((body) =>
        body && request.replyTo ? this.#link.send({ reply: request.replyTo.queue }, body) : undefined,
      )
      .catch((error: Error) => this.#log.warning(`A reply is lost: ${error.message}`))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }
}
