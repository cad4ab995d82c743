import type { Log } from '../log/log.ts';
import { silentLog } from '../log/silent.ts';
import { decode, encodeRequest, hexId } from './envelope.ts';
import { addressOf, NoReceiver } from './errors.ts';
import { PendingCalls } from './pendingCalls.ts';
import { serve } from './serve.ts';
import type { Endpoint, Listener, Target, Transport } from './transport.ts';

interface Registered {
  readonly topic: string;
  readonly server: string;
  readonly endpoints: readonly Endpoint[];
}

/** What joins in-process transports: who listens. */
export class Bus {
  readonly #listeners = new Set<Registered>();
  #turn = 0;

  add(listener: Registered): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All listeners of a fanout, else the next one in turn. */
  recipients({ topic, server, fanout }: Target): Registered[] {
    const matching = [...this.#listeners].filter(
      (listener) =>
        listener.topic === topic && (fanout || server === undefined || listener.server === server),
    );
    if (fanout || matching.length <= 1) return matching;
    return [matching[this.#turn++ % matching.length]!];
  }
}

async function deliver({ endpoints }: Registered, message: string, log: Log): Promise<string | undefined> {
  const incoming = decode(message);
  return incoming.kind === 'request' ? serve(endpoints, incoming.request, log) : undefined;
}

/**
 * A transport inside one process, for tests and for parts composed in one process. Messages pass through the same
 * JSON as on a wire; a message nobody listens to is dropped, as a broker drops it.
 *
 */
export function inProcess(bus: Bus = new Bus(), log: Log = silentLog): Transport {
  const calls = new PendingCalls();
  const own = new Set<() => void>();
  const running = new Set<Promise<unknown>>();

  const send = (target: Target, message: string) => {
    for (const listener of bus.recipients(target)) {
      const work = new Promise<void>((resolve) => setImmediate(resolve))
        .then(() => deliver(listener, message, log))
        .then((reply) => {
          if (reply === undefined) return;
          const incoming = decode(reply);
          if (incoming.kind === 'reply') calls.settle(incoming.reply);
        })
        .finally(() => running.delete(work));
      running.add(work);
    }
  };

  return {
    async call(target, method, args, context, { timeoutSeconds = 60, present } = {}) {
      if (present && bus.recipients(target).length === 0) throw new NoReceiver(addressOf(target));
      const messageId = hexId();
      const reply = calls.wait(messageId, method, target.topic, timeoutSeconds);
      send(target, encodeRequest(target, method, args, context, { queue: 'reply', messageId }));
      return reply;
    },
    async cast(target, method, args, context) {
      send(target, encodeRequest(target, method, args, context));
    },
    async listen(topic, server, endpoints): Promise<Listener> {
      const remove = bus.add({ topic, server, endpoints });
      own.add(remove);
      return {
        async close() {
          own.delete(remove);
          remove();
        },
      };
    },
    on() {
      // Never lost, so never regained.
    },
    async close() {
      for (const remove of own) remove();
      own.clear();
      await Promise.allSettled(running);
      calls.failAll(new Error('The transport is closed'));
    },
  };
}
