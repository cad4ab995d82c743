import { type RunningHost, runIn } from '../../src/lab/host.ts';

/** Where a program runs: in a network namespace of a host, or in the host's own. */
export interface Place {
  readonly host: RunningHost;
  readonly namespace?: string;
}

const words = ({ namespace }: Place, command: readonly string[]) =>
  namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command];

const PORT = 5001;
const BYTES = 2 ** 30;
const BLOCK = ['-u', '-b', '262144'];

/** Sends a gibibyte by one TCP connection; megabits a second, from the first byte to the end of the connection. */
export async function megabitsPerSecond(from: Place, to: Place, address: string): Promise<number> {
  const receiver = ['timeout', '60', 'socat', ...BLOCK, `TCP-LISTEN:${PORT},reuseaddr`, 'OPEN:/dev/null'];
  const sender = `TCP:${address}:${PORT},retry=200,interval=0.01`;
  const sending = ['timeout', '60', 'socat', ...BLOCK, `OPEN:/dev/zero,readbytes=${BYTES}`, sender];
  // Until the receiver listens the sender tries again; the clock starts when it may be connected.
  const received = runIn(to.host, words(to, receiver));
  const listening = `until ss -Hltn sport = :${PORT} | grep -q .; do sleep 0.01; done`;
  await runIn(to.host, words(to, ['timeout', '20', 'sh', '-c', listening]));
  const began = performance.now();
  await Promise.all([received, runIn(from.host, words(from, sending))]);
  return (BYTES * 8) / ((performance.now() - began) / 1000) / 1e6;
}

/** Milliseconds that a ping takes, the mean of 2,000 without a pause: a processor that sleeps meanwhile takes longer to wake. */
export async function roundTrip(from: Place, address: string): Promise<number> {
  const ping = ['ping', '-n', '-q', '-f', '-c', '2000', address];
  const { stdout } = await runIn(from.host, words(from, ping));
  return Number(/= [\d.]+\/([\d.]+)\//.exec(stdout)![1]);
}
