import type { AsyncMessage, Channel } from 'rabbitmq-client';
import type { Log } from '../../log/log.ts';
import { Duplicates } from '../duplicates.ts';
import { decode, type Incoming } from '../envelope.ts';

interface ConsumerOptions {
  /** Nobody else's: deleted when the consumer closes. */
  readonly ownQueue: string;
  readonly acquire: () => Promise<Channel>;
  /** Declares everything on a fresh channel and returns the queues to consume. */
  readonly declare: (channel: Channel) => Promise<string[]>;
  readonly handle: (incoming: Incoming) => void;
  readonly prefetchCount: number;
  readonly log: Log;
  /** The broker closed the channel or cancelled the consumer while the connection may still live. */
  readonly onLost: () => void;
}

const asText = (body: unknown): string =>
  Buffer.isBuffer(body) ? body.toString('utf8') : typeof body === 'string' ? body : JSON.stringify(body);

/**
 * Consumes some queues on one channel. A message is acknowledged whatever comes of it, and not handed on again. Those that
 * come together are acknowledged together, a turn after they were handed on: writing to the broker takes longer than most of
 * what they ask. Of a process that is killed in that turn the broker gives them to the next.
 */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #duplicates = new Duplicates(1000);
  #channel: Channel | undefined;
  /** The last message that is to be acknowledged, with those before it. */
  #unacknowledged: { readonly channel: Channel; deliveryTag: number } | undefined;
  #closed = false;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#channel?.active ?? false;
  }

  /** Declares and consumes on a new channel; rejects when the broker refuses or the connection goes. */
  async start(): Promise<void> {
    if (this.#closed || this.active) return;
    const { acquire, declare, prefetchCount } = this.#options;
    const channel = await acquire();
    channel.on('error', () => {
      // The close event follows, and the failing request rejects.
    });
    try {
      const queues = await declare(channel);
      if (prefetchCount > 0) await channel.basicQos({ prefetchCount });
      for (const queue of queues)
        await channel.basicConsume({ queue }, (message) => this.#receive(channel, message));
    } catch (error) {
      await channel.close();
      throw error;
    }
    this.#channel = channel;
    channel.once('close', () => this.#lost(channel));
    channel.once('basic.cancel', () => channel.close());
    if (!channel.active) this.#lost(channel);
    if (this.#closed) await channel.close();
  }

  /** Stops consuming and deletes its own queue with what is left in it. */
  async close(): Promise<void> {
    this.#closed = true;
    const channel = this.#channel;
    if (!channel?.active) return;
    await channel.queueDelete({ queue: this.#options.ownQueue }).catch(() => undefined);
    this.#acknowledge(channel);
    await channel.close();
  }

  #lost(channel: Channel): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    if (!this.#closed) this.#options.onLost();
  }

  #acknowledgeSoon(channel: Channel, deliveryTag: number): void {
    const waiting = this.#unacknowledged;
    this.#unacknowledged = { channel, deliveryTag };
    if (waiting?.channel === channel) return;
    setImmediate(() => this.#acknowledge(channel));
  }

  #acknowledge(channel: Channel): void {
    if (this.#unacknowledged?.channel !== channel) return;
    const { deliveryTag } = this.#unacknowledged;
    this.#unacknowledged = undefined;
    if (channel.active) channel.basicAck({ deliveryTag, multiple: true });
  }

  #receive(channel: Channel, message: AsyncMessage): void {
    // On a dead channel the acknowledgement cannot be sent: the broker will deliver it again.
    if (!channel.active) return;
    this.#acknowledgeSoon(channel, message.deliveryTag);
    try {
      const incoming = decode(asText(message.body));
      const { uniqueId } = incoming.kind === 'request' ? incoming.request : incoming.reply;
      if (this.#duplicates.isRepeated(uniqueId))
        this.#options.log.debug(`Dropped a repeated message ${uniqueId}`);
      else this.#options.handle(incoming);
    } catch (error) {
      this.#options.log.error(`Dropped a message of ${message.routingKey}: ${(error as Error).message}`);
    }
  }
}
