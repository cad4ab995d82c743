import { setTimeout as sleep } from 'node:timers/promises';
import { startAgain, stop } from '../../src/lab/daemons.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { soon } from '../measure.ts';
import { PATIENCE } from '../target/guests.ts';
import type { Target } from '../target/target.ts';
import { quiet } from '../target/usage.ts';
import { kernelWrites } from '../target/writes.ts';

/** The kernel tells of IPv6 addresses of new interfaces until it knows that nobody else has them (RFC 4862). */
const SETTLING_MILLISECONDS = 5000;
const MOST_LINES = 10;

/** How many of its things an agent of the controller told of last, and when. */
async function lastReport({ database }: Target, agent: string, things: string) {
  const [rows] = await database.query(
    'select configurations, unix_timestamp(heartbeat_timestamp) at from agents where `binary` = ? and host = ?',
    [agent, 'controller'],
  );
  const [{ configurations, at }] = rows as [{ configurations: string; at: number }];
  return { count: (JSON.parse(configurations) as Record<string, number>)[things] ?? 0, at };
}

/**
 * Starts an agent of the controller again while nothing is to be done; how much it writes until it has told of a number of
 * its things, in a later report than its first, and has come to rest.
 */
export async function restartAtRest(target: Target, name: string, things: string, number: number) {
  const host = hostNamed(target.lab, 'controller');
  await sleep(SETTLING_MILLISECONDS);
  await quiet([host]);
  const daemon = { host: 'controller', name };
  await stop(target.lab, daemon);
  const told = await kernelWrites(host, async () => {
    await startAgain(target.lab, daemon);
    const first = await lastReport(target, name, things);
    await soon(async () => {
      const { count, at } = await lastReport(target, name, things);
      if (at <= first.at || count < number) throw new Error(`${name} tells of ${count} ${things}`);
    }, PATIENCE);
    await quiet([host]);
  });
  for (const line of told.slice(0, MOST_LINES)) process.stderr.write(`${name} wrote: ${line}\n`);
  return { values: [told.length] };
}

/** What rows of it have in common. */
export const NO_WRITE = {
  unit: 'writes',
  goal: { atMost: 0 },
  rounds: { ours: 3, peer: 1 },
  floor: { what: 'what has not changed needs none', measure: async () => 0 },
} as const;
