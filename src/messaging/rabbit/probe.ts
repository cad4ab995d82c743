import { Connection } from 'rabbitmq-client';
import { connectionOptions } from './link.ts';
import type { RabbitSettings } from './settings.ts';

/** How a broker answers: who is refused is told why, by the broker's own words. */
export type BrokerAnswer =
  | { readonly state: 'open'; readonly queues: readonly QueueState[] }
  /** user: name or password; vhost: there is none, or it is closed to the user. */
  | { readonly state: 'unreachable' | 'user' | 'vhost'; readonly reason: string };

/** A queue as the broker sees it; without counts there is no such queue, or it is closed to us. */
export interface QueueState {
  readonly name: string;
  readonly consumers?: number;
  readonly waiting?: number;
}

/**
 * Connects to the first of the hosts once, asks who reads these queues, and leaves: nothing is declared. Resolves with
 * 'unreachable' after `seconds`.
 */
export async function probeRabbit(
  settings: RabbitSettings,
  queues: readonly string[],
  seconds: number,
): Promise<BrokerAnswer> {
  const connection = new Connection({
    ...connectionOptions(settings),
    connectionTimeout: seconds * 1000,
    acquireTimeout: seconds * 1000,
  });
  try {
    const refusal = await firstAnswer(connection, seconds);
    if (refusal !== undefined) return refusal;
    const states: QueueState[] = [];
    for (const name of queues) states.push(await look(connection, name));
    return { state: 'open', queues: states };
  } finally {
    connection.unsafeDestroy();
  }
}

function firstAnswer(connection: Connection, seconds: number): Promise<BrokerAnswer | undefined> {
  return new Promise((resolve) => {
    const late = { state: 'unreachable', reason: `no answer within ${seconds} s` } as const;
    const timer = setTimeout(() => resolve(late), seconds * 1000);
    const end = (answer: BrokerAnswer | undefined): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    connection.on('connection', () => end(undefined));
    connection.on('error', (error: Error & { code?: string }) => end(refusalOf(error)));
  });
}

/** What a failed connection means. */
export function refusalOf({ code = '', message }: { code?: string; message: string }): BrokerAnswer {
  if (code === 'ACCESS_REFUSED') return { state: 'user', reason: message };
  if (code === 'NOT_ALLOWED') return { state: 'vhost', reason: message };
  return { state: 'unreachable', reason: code === 'ECONNREFUSED' ? 'connection refused' : message };
}

async function look(connection: Connection, name: string): Promise<QueueState> {
  // A queue that is not there closes the channel that asked.
  const channel = await connection.acquire();
  try {
    const { consumerCount, messageCount } = await channel.queueDeclare({ queue: name, passive: true });
    await channel.close();
    return { name, consumers: consumerCount, waiting: messageCount };
  } catch {
    return { name };
  }
}
