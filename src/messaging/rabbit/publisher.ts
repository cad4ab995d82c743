import type { Channel, ReturnedMessage } from 'rabbitmq-client';
import { MessageDeliveryFailure, NoReceiver } from '../errors.ts';
import type { RabbitSettings } from './settings.ts';
import { declareFanoutExchange, declareTopicExchange } from './topology.ts';

export interface Publication {
  /** '' is the default exchange. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: string;
  readonly fanout?: boolean;
  /** Milliseconds after which the broker drops it. */
  readonly expiration?: number;
  /** Rejects with NoReceiver when no queue takes it. */
  readonly mandatory?: boolean;
  /** Takes it back if it was not sent yet; it is rejected when its turn comes. */
  readonly signal?: AbortSignal | undefined;
}

interface Outgoing extends Publication {
  readonly payload: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  channelFailures: number;
  returned: boolean;
}

/** A channel that closes this often under one message is closed because of it. */
const maximumChannelFailures = 5;

/**
 * Publishes with confirms. What the broker has not confirmed stays here, in order, and is sent again on the next
 * channel, with the same _unique_id, so that receivers drop what they already had. At most `limit` messages are kept;
 * further ones are refused at once with MessageDeliveryFailure, so that their sender keeps them.
 */
export class Publisher {
  readonly #settings: RabbitSettings;
  readonly #limit: number;
  readonly #waiting: Outgoing[] = [];
  readonly #unconfirmed = new Set<Outgoing>();
  #channel: Channel | undefined;
  #declared = new Set<string>();
  #pumping = false;
  #closed = false;

  constructor(settings: RabbitSettings, limit = 10_000) {
    this.#settings = settings;
    this.#limit = limit;
  }

  get active(): boolean {
    return this.#channel?.active ?? false;
  }

  /** Resolves when the broker has the message. */
  send(publication: Publication): Promise<void> {
    if (this.#closed) return Promise.reject(new MessageDeliveryFailure('The transport is closed'));
    if (this.#waiting.length + this.#unconfirmed.size >= this.#limit)
      return Promise.reject(
        new MessageDeliveryFailure(`The broker has not confirmed ${this.#limit} messages; no more are taken`),
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        ...publication,
        payload: Buffer.from(publication.body, 'utf8'),
        resolve,
        reject,
        channelFailures: 0,
        returned: false,
      });
      void this.#pump();
    });
  }

  /**
   * Takes a fresh channel and sends what waits. `onLost` is called when the channel goes; when the connection did not
   * go with it, one of the messages on it was the cause. A channel that it cannot use is closed again.
   */
  async start(channel: Channel, isConnected: () => boolean, onLost: () => void): Promise<void> {
    try {
      await channel.confirmSelect();
      await declareTopicExchange(channel, this.#settings);
    } catch (error) {
      await channel.close();
      throw error;
    }
    if (this.#closed) return channel.close();
    channel.on('error', () => {
      // The close event follows.
    });
    channel.on('basic.return', (message) => this.#onReturn(message));
    channel.once('close', () => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#requeue(isConnected());
      onLost();
    });
    this.#declared = new Set();
    this.#channel = channel;
    void this.#pump();
  }

  /** Resolves when everything is confirmed, or nobody is there to confirm it. */
  async drain(): Promise<void> {
    while (this.active && this.#waiting.length + this.#unconfirmed.size > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Takes nothing more, and rejects what is not confirmed. */
  close(): void {
    this.#closed = true;
    const channel = this.#channel;
    this.#channel = undefined;
    void channel?.close();
    for (const outgoing of [...this.#unconfirmed, ...this.#waiting])
      outgoing.reject(
        new MessageDeliveryFailure('The transport was closed before the broker had the message'),
      );
    this.#unconfirmed.clear();
    this.#waiting.length = 0;
  }

  #requeue(causedByMessage: boolean): void {
    const again: Outgoing[] = [];
    for (const outgoing of this.#unconfirmed) {
      if (causedByMessage) outgoing.channelFailures += 1;
      outgoing.returned = false;
      if (outgoing.channelFailures < maximumChannelFailures) again.push(outgoing);
      else outgoing.reject(new MessageDeliveryFailure('The broker closes the channel on this message'));
    }
    this.#unconfirmed.clear();
    this.#waiting.unshift(...again);
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (
        let channel = this.#channel;
        channel?.active && this.#waiting.length > 0;
        channel = this.#channel
      ) {
        const next = this.#waiting[0]!;
        if (next.fanout && !next.signal?.aborted && !this.#declared.has(next.exchange)) {
          await declareFanoutExchange(channel, next.exchange);
          this.#declared.add(next.exchange);
          continue;
        }
        this.#waiting.shift();
        if (next.signal?.aborted) next.reject(new MessageDeliveryFailure('Nobody waits for it any more'));
        else this.#publish(channel, next);
      }
    } catch {
      // The channel closed under the declaration; the message still waits for the next channel.
    } finally {
      this.#pumping = false;
    }
  }

  #publish(channel: Channel, outgoing: Outgoing): void {
    this.#unconfirmed.add(outgoing);
    const { exchange, routingKey, expiration, mandatory } = outgoing;
    channel
      .basicPublish(
        {
          exchange,
          routingKey,
          ...(expiration === undefined ? {} : { expiration: String(expiration) }),
          ...(mandatory ? { mandatory } : {}),
          durable: true,
          priority: 0,
          headers: {},
          contentType: 'application/json',
          contentEncoding: 'utf-8',
        },
        outgoing.payload,
      )
      .then(
        // The return of an unroutable message arrives before its confirm, but its event is deferred by a turn.
        () =>
          mandatory
            ? setImmediate(() => setImmediate(() => this.#confirm(outgoing)))
            : this.#confirm(outgoing),
        (error: Error) => {
          if (!channel.active || !this.#unconfirmed.delete(outgoing)) return;
          outgoing.reject(new MessageDeliveryFailure(`The broker refused a message: ${error.message}`));
        },
      );
  }

  #confirm(outgoing: Outgoing): void {
    this.#unconfirmed.delete(outgoing);
    if (outgoing.returned) outgoing.reject(new NoReceiver(outgoing.routingKey));
    else outgoing.resolve();
  }

  #onReturn(message: ReturnedMessage): void {
    for (const outgoing of this.#unconfirmed)
      if (
        outgoing.mandatory &&
        outgoing.routingKey === message.routingKey &&
        Buffer.isBuffer(message.body) &&
        outgoing.payload.equals(message.body)
      )
        outgoing.returned = true;
  }
}
