import { spawn } from 'node:child_process';
import type { Guest } from '../../../src/lab/guests.ts';
import { insideGuest } from '../../../src/lab/guests.ts';
import { entering, type RunningHost } from '../../../src/lab/host.ts';

export interface PingResult {
  readonly what: string;
  readonly sent: number;
  /** Sequence numbers that were never answered. */
  readonly lost: readonly number[];
}

export interface Pinging {
  /** Ends the ping; the request that is on its way at this moment does not count. */
  stop(): Promise<PingResult>;
}

/** Pings an address 20 times a second until stopped. */
function startPing(
  what: string,
  host: RunningHost,
  enter: (command: string[]) => string[],
  address: string,
): Pinging {
  const command = [...entering(host), ...enter(['ping', '-n', '-i', '0.05', address])];
  const child = spawn(command[0]!, command.slice(1), { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    async stop() {
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT');
      await ended;
      const sent = Number(/(\d+) packets transmitted/.exec(output)?.[1]);
      if (!(sent > 1)) throw new Error(`${what}: ping said: ${output.slice(-500)}`);
      const answered = new Set(
        [...output.matchAll(/bytes from .*icmp_seq=(\d+)/g)].map(([, sequence]) => Number(sequence)),
      );
      const lost = Array.from({ length: sent - 1 }, (_, index) => index + 1).filter((n) => !answered.has(n));
      return { what, sent, lost };
    },
  };
}

export const pingFromGuest = (guest: Guest, address: string): Pinging =>
  startPing(
    `${guest.name} ${guest.address} → ${address}`,
    guest.host,
    (command) => insideGuest(guest.name, command),
    address,
  );

export const pingFromHost = (host: RunningHost, address: string): Pinging =>
  startPing(`${host.name} → ${address}`, host, (command) => command, address);
