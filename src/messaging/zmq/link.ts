import { Context, Dealer, type EventType } from 'zeromq';
import type { Log } from '../../log/log.ts';
import { hexId } from '../envelope.ts';
import { addressOf, MessageDeliveryFailure, NoReceiver } from '../errors.ts';
import type { TransportEvent } from '../transport.ts';
import { type Address, type FromHub, type FromPeer, frames, readHeader, type Worth } from './frames.ts';
import { readClientKeys } from './keys.ts';
import { isLoopback } from './loopback.ts';
import { SendQueue } from './sendQueue.ts';
import type { ZmqSettings } from './settings.ts';
import { watchSocket } from './watch.ts';

interface Unconfirmed {
  readonly header: FromPeer;
  readonly body: string | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface LinkOptions {
  readonly settings: ZmqSettings;
  readonly name: string;
  readonly log: Log;
  readonly onMessage: (to: Address, body: string) => void;
  readonly announce: (event: TransportEvent) => void;
}

interface Attempt {
  readonly socket: Dealer;
  readonly queue: SendQueue;
  /** Closes the socket. */
  readonly close: () => void;
  lastHeard: number;
}

/**
 * A peer's side of the hub: one session over as many connections as it takes. Everything said is kept until the hub
 * confirms it and said again, in order, on the next connection.
 */
export class ZmqLink {
  readonly session = hexId();
  readonly #options: LinkOptions;
  readonly #context = new Context();
  readonly #keys: ReturnType<typeof readClientKeys> | undefined;
  readonly #listening = new Map<string, { topic: string; server: string }>();
  readonly #unconfirmed = new Map<number, Unconfirmed>();
  readonly #timer: NodeJS.Timeout;
  #attempt: Attempt | undefined;
  #welcomed = false;
  #wasLost = false;
  #nextId = 1;
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { keysDirectory, host, heartbeat } = options.settings;
    this.#keys = keysDirectory === undefined ? undefined : readClientKeys(keysDirectory);
    if (!this.#keys && !isLoopback(host))
      throw new Error(
        `RPC to ${host} leaves this machine and needs keys: copy server.key and client.key_secret from the controller and set keys_directory in [zmq]`,
      );
    this.#timer = setInterval(() => this.#beat(), heartbeat * 1000);
    this.#connect();
  }

  /** Resolves when the hub listens for this topic on our behalf. */
  listen(topic: string, server: string): Promise<void> {
    this.#listening.set(`${topic}\0${server}`, { topic, server });
    return this.#say((id) => ({ do: 'listen', id, topic, server }));
  }

  forget(topic: string, server: string): Promise<void> {
    this.#listening.delete(`${topic}\0${server}`);
    return this.#say((id) => ({ do: 'forget', id, topic, server }));
  }

  /**
   * Resolves when the hub has the message. Rejects with MessageDeliveryFailure when too many are unconfirmed, with
   * NoReceiver when it is only for who is present and nobody is.
   */
  send(to: Address, body: string, worth: Worth = {}): Promise<void> {
    if (this.#unconfirmed.size >= this.#options.settings.limit)
      return Promise.reject(
        new MessageDeliveryFailure(
          `The server has not confirmed ${this.#unconfirmed.size} messages; no more are taken`,
        ),
      );
    return this.#say((id) => ({ do: 'send', id, to, ...worth }), body);
  }

  /** Waits for what is unconfirmed, at most `seconds` and only while there is a connection, and leaves. */
  async close(seconds: number): Promise<void> {
    if (this.#closed) return;
    const deadline = performance.now() + seconds * 1000;
    while (this.#welcomed && this.#unconfirmed.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#closed = true;
    clearInterval(this.#timer);
    for (const { reject } of this.#unconfirmed.values())
      reject(new MessageDeliveryFailure('The transport was closed before the server had the message'));
    this.#unconfirmed.clear();
    const attempt = this.#attempt;
    if (attempt && !attempt.socket.closed) {
      attempt.socket.linger = 500;
      if (this.#welcomed) await attempt.socket.send(frames({ do: 'bye' })).catch(() => undefined);
      attempt.close();
    }
  }

  #say(header: (id: number) => FromPeer, body?: string): Promise<void> {
    if (this.#closed) return Promise.reject(new MessageDeliveryFailure('The transport is closed'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const unconfirmed: Unconfirmed = { header: header(id), body, resolve, reject };
      this.#unconfirmed.set(id, unconfirmed);
      if (this.#welcomed) this.#attempt?.queue.push(frames(unconfirmed.header, body));
    });
  }

  #connect(): void {
    const { settings } = this.#options;
    const socket = new Dealer({
      context: this.#context,
      linger: 0,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 0,
      reconnectInterval: 100,
      reconnectMaxInterval: 2000,
      ...(this.#keys
        ? {
            curvePublicKey: this.#keys.own.publicKey,
            curveSecretKey: this.#keys.own.secretKey,
            curveServerKey: this.#keys.server,
          }
        : {}),
    });
    const attempt: Attempt = {
      socket,
      queue: new SendQueue(socket, () => this.#lost(attempt, 'sending failed')),
      close: watchSocket(socket, (event) => this.#onEvent(attempt, event)),
      lastHeard: performance.now(),
    };
    this.#attempt = attempt;
    socket.connect(`tcp://${settings.host}:${settings.port}`);
    void this.#receive(attempt);
  }

  #onEvent(attempt: Attempt, event: EventType): void {
    const { settings, log } = this.#options;
    if (event === 'handshake') this.#greet(attempt);
    // Before the welcome the socket itself tries again.
    if (event === 'disconnect' && this.#welcomed) this.#lost(attempt, 'the connection was closed');
    if (event === 'handshake:error:auth')
      log.error(`${settings.host}:${settings.port} does not admit our RPC key`);
  }

  #greet({ queue }: Attempt): void {
    queue.push(frames({ do: 'hello', session: this.session, name: this.#options.name }));
  }

  async #receive(attempt: Attempt): Promise<void> {
    for await (const [header, body] of attempt.socket) {
      if (attempt !== this.#attempt) return;
      attempt.lastHeard = performance.now();
      try {
        this.#onMessage(attempt, readHeader<FromHub>(header), body);
      } catch (error) {
        this.#options.log.error(`Dropped a message: ${(error as Error).message}`);
      }
    }
  }

  #onMessage(attempt: Attempt, header: FromHub, body: Buffer | undefined): void {
    switch (header.do) {
      case 'welcome':
        this.#onWelcome(attempt);
        break;
      case 'done':
        this.#onDone(header.id);
        break;
      case 'nobody':
        this.#onNobody(header.id);
        break;
      case 'deliver':
        attempt.queue.push(frames({ do: 'got', id: header.id }));
        this.#options.onMessage(header.to, String(body));
        break;
      case 'who':
        this.#lost(attempt, 'the server was restarted');
        break;
      case 'pong':
        break;
    }
  }

  #onWelcome({ queue }: Attempt): void {
    if (this.#welcomed) return;
    for (const { topic, server } of this.#listening.values())
      queue.push(frames({ do: 'listen', id: 0, topic, server }));
    for (const { header, body } of this.#unconfirmed.values()) queue.push(frames(header, body));
    this.#welcomed = true;
    this.#wasLost = false;
    this.#options.log.info(`Connected to the server on ${this.#options.settings.host}`);
    this.#options.announce('connected');
  }

  #onDone(id: number): void {
    this.#unconfirmed.get(id)?.resolve();
    this.#unconfirmed.delete(id);
  }

  #onNobody(id: number): void {
    const { header, reject } = this.#unconfirmed.get(id) ?? {};
    if (header?.do === 'send' && 'topic' in header.to) reject?.(new NoReceiver(addressOf(header.to)));
    this.#unconfirmed.delete(id);
  }

  #beat(): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    const { heartbeatTimeout, host, port } = this.#options.settings;
    if (this.#welcomed) attempt.queue.push(frames({ do: 'ping' }));
    if (performance.now() - attempt.lastHeard <= heartbeatTimeout * 1000) return;
    this.#lost(attempt, this.#welcomed ? 'it is silent' : `nobody answers on ${host}:${port}`);
  }

  /** Gives this connection up and tries another. */
  #lost(attempt: Attempt, why: string): void {
    if (this.#closed || attempt !== this.#attempt) return;
    const { log, announce, settings } = this.#options;
    attempt.close();
    const wasUp = this.#welcomed;
    this.#welcomed = false;
    if (!this.#wasLost)
      log.error(`The server on ${settings.host}:${settings.port} is unreachable: ${why}. Trying again.`);
    this.#wasLost = true;
    this.#connect();
    if (wasUp) announce('disconnected');
  }
}
