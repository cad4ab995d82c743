import { lookup } from 'node:dns/promises';
import { Context, Reply, Router } from 'zeromq';
import type { Log } from '../../log/log.ts';
import { type FromHub, type FromPeer, frames, readHeader } from './frames.ts';
import { readServerKeys } from './keys.ts';
import { isLoopback } from './loopback.ts';
import { SendQueue } from './sendQueue.ts';
import type { ZmqSettings } from './settings.ts';
import { Switchboard } from './switchboard.ts';
import { encodeZ85 } from './z85.ts';

const empty = Buffer.alloc(0);

/** Answers libzmq's authentication requests (ZAP, ZeroMQ RFC 27): only clients whose public key is admitted. */
async function admit(context: Context, admitted: ReadonlySet<string>, log: Log): Promise<Reply> {
  const handler = new Reply({ context, linger: 0 });
  await handler.bind('inproc://zeromq.zap.01');
  void (async () => {
    for await (const [version, requestId, , address, , mechanism, key] of handler) {
      const allowed = mechanism?.toString() === 'CURVE' && key !== undefined && admitted.has(encodeZ85(key));
      if (!allowed) log.warning(`Refused a peer from ${address} whose key is not admitted`);
      const [code, text] = allowed ? ['200', 'OK'] : ['400', 'The key is not admitted'];
      await handler.send([version!, requestId!, code, text, empty, empty]);
    }
  })();
  return handler;
}

/** The small broker inside neutron-server that relays between peers; see switchboard.ts for what it promises. */
export class ZmqHub {
  readonly #router: Router;
  readonly #zap: Reply | undefined;
  readonly #queue: SendQueue;
  readonly #board: Switchboard;
  readonly #timer: NodeJS.Timeout;
  readonly #log: Log;
  #stopped: Promise<void> = Promise.resolve();

  /** Binds the address. Rejects when it is taken (code EADDRINUSE), or when it is not loopback and there are no keys. */
  static async open(settings: ZmqSettings, log: Log): Promise<ZmqHub> {
    const { address } = await lookup(settings.host, { family: 4 });
    const keys = settings.keysDirectory === undefined ? undefined : readServerKeys(settings.keysDirectory);
    if (!keys && !isLoopback(address))
      throw new Error(
        `RPC on ${settings.host}:${settings.port} leaves this machine and needs keys: make them with neutron-rpc-keys and set keys_directory in [zmq]`,
      );
    const context = new Context();
    const named = log.named('neutron.messaging.zmq');
    if (isLoopback(address) && !isLoopback(settings.host))
      named.warning(
        `${settings.host} is ${address} here: no other host can reach RPC on it. Look at /etc/hosts`,
      );
    const router = new Router({
      context,
      mandatory: true,
      linger: 0,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 0,
      ...(keys ? { curveServer: true, curveSecretKey: keys.own.secretKey } : {}),
    });
    const zap = keys && (await admit(context, keys.admitted, named));
    try {
      await router.bind(`tcp://${address}:${settings.port}`);
    } catch (error) {
      zap?.close();
      router.close();
      throw error;
    }
    return new ZmqHub(router, zap, settings, named);
  }

  private constructor(router: Router, zap: Reply | undefined, settings: ZmqSettings, log: Log) {
    this.#router = router;
    this.#zap = zap;
    this.#log = log;
    this.#queue = new SendQueue(router, (message) => this.#board.detach(message[0] as Buffer));
    this.#board = new Switchboard({
      ...settings,
      deliver: (route, id, to, body) => this.#say(route, { do: 'deliver', id, to }, body),
      report: (text) => log.info(text),
    });
    this.#timer = setInterval(() => this.#board.expire(), settings.heartbeat * 1000);
    this.#stopped = this.#run();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#zap?.close();
    this.#router.close();
    await this.#stopped;
  }

  async #run(): Promise<void> {
    for await (const [route, header, body] of this.#router)
      try {
        this.#onMessage(route!, readHeader<FromPeer>(header), body ?? empty);
      } catch (error) {
        this.#log.error(`Dropped a message: ${(error as Error).message}`);
      }
  }

  #say(route: Buffer, header: FromHub, body?: Buffer): void {
    this.#queue.push([route, ...frames(header, body)]);
  }

  #onMessage(route: Buffer, header: FromPeer, body: Buffer): void {
    if (header.do === 'hello') {
      this.#say(route, { do: 'welcome', resumed: this.#board.attach(route, header.session, header.name) });
      return;
    }
    if (!this.#board.isKnown(route)) {
      this.#say(route, { do: 'who' });
      return;
    }
    switch (header.do) {
      case 'ping':
        this.#say(route, { do: 'pong' });
        break;
      case 'got':
        this.#board.got(route, header.id);
        break;
      case 'bye':
        this.#board.leave(route);
        break;
      case 'listen':
        this.#board.listen(route, header.topic, header.server);
        this.#say(route, { do: 'done', id: header.id });
        break;
      case 'forget':
        this.#board.forget(route, header.topic, header.server);
        this.#say(route, { do: 'done', id: header.id });
        break;
      case 'send':
        this.#say(route, {
          do: this.#board.send(header.to, body, header) ? 'done' : 'nobody',
          id: header.id,
        });
        break;
    }
  }
}
