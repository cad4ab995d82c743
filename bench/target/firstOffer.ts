/**
 * Asks for an address on eth0 of this network namespace, thirty times a second from when the device is there; prints
 * when the first offer came, in milliseconds since the epoch.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { discover } from '../../src/linux/probes/dhcp.ts';

for (;;) {
  const offers = await discover({ device: 'eth0', milliseconds: 33, all: false }).catch(() => undefined);
  if (offers && offers.length > 0) break;
  if (offers === undefined) await sleep(5);
}
process.stdout.write(`${Date.now()}\n`);
