import { readFileSync } from 'node:fs';
import { type Channel, Connection, type ConnectionOptions } from 'rabbitmq-client';
import type { Log } from '../../log/log.ts';
import type { Incoming } from '../envelope.ts';
import type { TransportEvent } from '../transport.ts';
import { Consumer } from './consumer.ts';
import { Publisher } from './publisher.ts';
import type { RabbitSettings, RabbitTls } from './settings.ts';

function tlsOptions(tls: RabbitTls): ConnectionOptions['tls'] {
  return {
    ...(tls.caFile ? { ca: readFileSync(tls.caFile) } : {}),
    ...(tls.certFile ? { cert: readFileSync(tls.certFile) } : {}),
    ...(tls.keyFile ? { key: readFileSync(tls.keyFile) } : {}),
    ...(tls.verifyHostname ? {} : { checkServerIdentity: () => undefined }),
    rejectUnauthorized: Boolean(tls.caFile),
  };
}

/** A broker that starts again takes some 20 seconds: who tried meanwhile is not to find it only half a minute later. */
const LONGEST_RETRY_SECONDS = 10;

const longestRetry = ({ retryIntervalMax }: RabbitSettings): number =>
  Math.min(retryIntervalMax, LONGEST_RETRY_SECONDS);

/** How the library is to connect with these settings. */
export function connectionOptions(settings: RabbitSettings): ConnectionOptions {
  const hosts = settings.hosts.map(({ host, port }) => ({ host, port }));
  if (settings.shuffleHosts) hosts.sort(() => Math.random() - 0.5);
  const [first] = hosts;
  return {
    hostname: first!.host,
    port: first!.port,
    ...(hosts.length > 1 ? { hosts: hosts.map(({ host, port }) => `${host}:${port}`) } : {}),
    username: settings.username,
    password: settings.password,
    vhost: settings.vhost,
    connectionName: settings.connectionName,
    // A silent peer is given up after twice the interval, so that it is heartbeat_timeout_threshold in all.
    heartbeat: Math.ceil(settings.heartbeat / 2),
    retryLow: settings.retryInterval * 1000,
    retryHigh: longestRetry(settings) * 1000,
    noDelay: true,
    ...(settings.tls ? { tls: tlsOptions(settings.tls) } : {}),
  };
}

/**
 * The connection with everything declared on it. After a loss, of the connection or of a consumer alone, all exchanges,
 * queues and consumers that went are declared again, then the publisher goes on, then 'connected' is announced.
 */
export class RabbitLink {
  readonly publisher: Publisher;
  readonly #settings: RabbitSettings;
  readonly #log: Log;
  readonly #announce: (event: TransportEvent) => void;
  readonly #connection: Connection;
  readonly #consumers = new Set<Consumer>();
  #up = false;
  /** What the broker refused last; said once. */
  #problem = '';
  #establishing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  #closed = false;
  /** In the time of `performance.now()`, in which no step of the clock shows. */
  connectedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: RabbitSettings, log: Log, announce: (event: TransportEvent) => void) {
    this.#settings = settings;
    this.#log = log;
    this.#announce = announce;
    this.publisher = new Publisher(settings);
    this.#connection = new Connection(connectionOptions(settings));
    this.#connection.on('connection', () => {
      this.connectedAt = performance.now();
      this.#establish();
    });
    this.#connection.on('error', (error: Error) => this.#onError(error));
    this.#connection.on('connection.blocked', (reason) =>
      log.warning(`The broker takes no messages for now: ${reason}`),
    );
  }

  /** Adds a consumer; resolves when it consumes, now or when the broker comes back. `ownQueue` goes with it. */
  async consume(
    ownQueue: string,
    declare: (channel: Channel) => Promise<string[]>,
    handle: (incoming: Incoming) => void,
  ): Promise<Consumer> {
    const consumer = new Consumer({
      acquire: () => this.#connection.acquire({ emitErrorsFromChannel: true }),
      ownQueue,
      declare,
      handle,
      prefetchCount: this.#settings.prefetchCount,
      log: this.#log,
      onLost: () => this.#onConsumerLost(),
    });
    this.#consumers.add(consumer);
    this.#establish();
    while (!consumer.active && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    return consumer;
  }

  async release(consumer: Consumer): Promise<void> {
    this.#consumers.delete(consumer);
    await consumer.close();
  }

  async stopConsuming(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#wake();
    await Promise.allSettled([...this.#consumers].map((consumer) => consumer.close()));
    this.#consumers.clear();
  }

  /** Resolves when the broker has all messages and the connection is closed; with a broker that is silent, never. */
  async close(): Promise<void> {
    await this.publisher.drain();
    this.publisher.close();
    await this.#connection.close();
  }

  /** Ends the connection at once, and rejects the messages that are not confirmed. */
  destroy(): void {
    this.publisher.close();
    this.#connection.unsafeDestroy();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #onError(error: Error): void {
    if (this.#connection.ready || this.#closed) {
      if (!this.#closed) this.#log.error(`AMQP channel error: ${error.message}`);
      return;
    }
    const hosts = this.#settings.hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
    this.#log.error(
      `AMQP server on ${hosts} is unreachable: ${error.message}. Trying again, at most every ${longestRetry(this.#settings)} seconds.`,
    );
    this.#goDown();
  }

  /** What a consumer misses until its queues are declared again is lost, be the connection up or not. */
  #onConsumerLost(): void {
    if (this.#closed || !this.#connection.ready) return;
    this.#log.warning('The broker ended a consumer; its queues are declared again');
    this.#goDown();
    this.#establishSoon();
  }

  #goDown(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#announce('disconnected');
  }

  #establishSoon(): void {
    if (this.#closed || !this.#connection.ready || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#establish();
    }, this.#settings.retryInterval * 1000);
  }

  /** Declares what is not declared. One run at a time; a request during a run is followed by another run. */
  #establish(): void {
    if (this.#closed || !this.#connection.ready) return;
    const previous = this.#establishing ?? Promise.resolve();
    const run = previous
      .then(() => this.#declareAll())
      .finally(() => {
        if (this.#establishing === run) this.#establishing = undefined;
        this.#wake();
      });
    this.#establishing = run;
  }

  async #declareAll(): Promise<void> {
    if (this.#closed) return;
    const failures: Error[] = [];
    // One that cannot be declared must not keep the others from working.
    for (const consumer of this.#consumers)
      await consumer.start().catch((error: Error) => failures.push(error));
    if (!this.publisher.active) await this.#startPublisher().catch((error: Error) => failures.push(error));
    if (!this.#connection.ready || this.#closed) return;
    const problem = failures.map(({ message }) => message).join('; ');
    if (problem !== '' && problem !== this.#problem)
      this.#log.error(`Could not declare on the broker: ${problem}. Trying again.`);
    this.#problem = problem;
    if (failures.length > 0) this.#establishSoon();
    const consuming = this.#consumers.values().every(({ active }) => active);
    if (failures.length > 0 || !consuming || this.#up) return;
    this.#up = true;
    this.#log.info('Connected to the AMQP server');
    this.#announce('connected');
  }

  async #startPublisher(): Promise<void> {
    await this.publisher.start(
      await this.#connection.acquire({ emitErrorsFromChannel: true }),
      () => this.#connection.ready,
      () => this.#establishSoon(),
    );
  }
}
