/**
 * Says `ready`, then reads the name of a network namespace from standard input and asks for an address on its eth0, thirty times a
 * second from when the device is there; prints when the first offer came, in milliseconds since the epoch. Ends with its input.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { discover } from '../../src/linux/probes/dhcp.ts';

const input = createInterface({ input: process.stdin });
process.stdout.write('ready\n');
const [netns] = (await once(input, 'line')) as [string];
input.on('close', () => process.exit());
for (;;) {
  const question = { netns, device: 'eth0', milliseconds: 33, all: false };
  const offers = await discover(question).catch(() => undefined);
  if (offers && offers.length > 0) break;
  if (offers === undefined) await sleep(5);
}
process.stdout.write(`${Date.now()}\n`);
process.exit(0);
