import { spawn } from 'node:child_process';
import type { Guest } from '../guests.ts';
import { insideGuest } from '../guests.ts';
import { entering, type RunningHost } from '../host.ts';

export interface PingResult {
  readonly what: string;
  readonly sent: number;
  /** Sequence numbers that were never answered. */
  readonly lost: readonly number[];
}

export interface Pinging {
  readonly what: string;
  /** The highest sequence number answered so far; 0 before the first. */
  position(): number;
  /** Sequence numbers after one position and up to another that have not been answered so far. */
  lostBetween(from: number, to: number): readonly number[];
  /** Ends the ping; the request that is on its way at this moment does not count. */
  stop(): Promise<PingResult>;
}

/** Pings an address until stopped. */
function startPing(
  what: string,
  host: RunningHost,
  enter: (command: string[]) => string[],
  address: string,
  perSecond: number,
): Pinging {
  const command = [...entering(host), ...enter(['ping', '-n', '-i', String(1 / perSecond), address])];
  const child = spawn(command[0]!, command.slice(1), { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const answered = new Set<number>();
  let highest = 0;
  let output = '';
  const read = (data: Buffer) => {
    const lines = (output + data).split('\n');
    output = lines.pop()!;
    for (const line of lines) {
      const sequence = Number(/bytes from .*icmp_seq=(\d+)/.exec(line)?.[1] ?? 0);
      if (sequence > 0) answered.add(sequence);
      else ending += `${line}\n`;
      highest = Math.max(highest, sequence);
    }
  };
  let ending = '';
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const lostBetween = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index + 1).filter(
      (sequence) => !answered.has(sequence),
    );
  return {
    what,
    position: () => highest,
    lostBetween,
    async stop() {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT');
      await ended;
      const sent = Number(/(\d+) packets transmitted/.exec(ending)?.[1]);
      if (!(sent > 1)) throw new Error(`${what}: ping said: ${ending.slice(-500)}`);
      return { what, sent, lost: lostBetween(0, sent - 1) };
    },
  };
}

/** Pings from inside a guest, 20 times a second unless told. */
export const pingFromGuest = (guest: Guest, address: string, perSecond = 20): Pinging =>
  startPing(
    `${guest.name} ${guest.address} → ${address}`,
    guest.host,
    (command) => insideGuest(guest.name, command),
    address,
    perSecond,
  );

export const pingFromHost = (host: RunningHost, address: string, perSecond = 20): Pinging =>
  startPing(`${host.name} → ${address}`, host, (command) => command, address, perSecond);
