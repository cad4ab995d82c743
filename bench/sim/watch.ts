import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import type { Backend } from './backend.ts';
import { api } from './cloud.ts';

/** The worst that was seen while a run was watched. */
export interface Seen {
  /** Agents that the API called dead at one moment. */
  deadAgents: number;
  /** Messages that waited in a queue of the server, by queue. */
  longestQueue: Record<string, number>;
  /** Messages in nts_outbox, that agents are still to be told. */
  longestOutbox: number;
}

const SERVER_QUEUES = ['q-plugin', 'q-reports-plugin', 'q-l3-plugin'];
const [EVERY_SECONDS, AGENTS_EVERY] = [2, 5];

/** Looks every two seconds at the server's queues, every ten at its agents. */
export function watch({ rabbit, url, db }: Backend): { seen: Seen; end(): Promise<void> } {
  const seen: Seen = { deadAgents: 0, longestQueue: {}, longestOutbox: 0 };
  const connection = new Connection({ hostname: '127.0.0.1', port: rabbit.port });
  let ended = false;

  async function look(round: number): Promise<void> {
    for (const queue of SERVER_QUEUES) {
      const { messageCount } = await connection.queueDeclare({ queue, passive: true });
      seen.longestQueue[queue] = Math.max(seen.longestQueue[queue] ?? 0, messageCount);
    }
    const { waiting } = await db.kysely
      .selectFrom('nts_outbox')
      .select((eb) => eb.fn.countAll<number>().as('waiting'))
      .executeTakeFirstOrThrow();
    seen.longestOutbox = Math.max(seen.longestOutbox, Number(waiting));
    if (round % AGENTS_EVERY !== 0) return;
    const { agents } = await api<{ agents: { alive: boolean }[] }>(`${url}/v2.0/agents?fields=alive`);
    seen.deadAgents = Math.max(seen.deadAgents, agents.filter(({ alive }) => !alive).length);
  }

  const loop = (async () => {
    for (let round = 0; !ended; round++) {
      await look(round).catch(() => undefined);
      await sleep(EVERY_SECONDS * 1000);
    }
  })();
  return {
    seen,
    async end() {
      ended = true;
      await loop;
      await connection.close();
    },
  };
}
