import type { Cloud } from '../cloud.ts';
import { insideGuest } from '../guests.ts';
import { hostNamed, type Lab } from '../lab.ts';
import { type Pinging, pingFromGuest, pingFromHost } from '../traffic/pings.ts';
import { startEcho, startStream } from '../traffic/stream.ts';

const PER_SECOND = 10;
const INTERNET = '203.0.113.1';

/** Traffic that must not notice anything: pings, 10 a second each, and one TCP connection. */
export interface Watch {
  /** Requests of each ping that were lost since this was last asked, by what is pinged. */
  lost(): Readonly<Record<string, number>>;
  stop(): Promise<{
    readonly pings: readonly { readonly what: string; readonly sent: number; readonly lost: number }[];
    /** `echoed N`, or `broken: why`. */
    readonly stream: string;
  }>;
}

export async function watchTraffic(lab: Lab, { vm1, vm2, floatingAddress }: Cloud): Promise<Watch> {
  const outside = hostNamed(lab, 'outside');
  await startEcho(outside);
  const pings: readonly Pinging[] = [
    pingFromGuest(vm1, vm2.address, PER_SECOND),
    pingFromGuest(vm2, INTERNET, PER_SECOND),
    pingFromGuest(vm1, INTERNET, PER_SECOND),
    pingFromHost(outside, floatingAddress, PER_SECOND),
  ];
  const endStream = startStream(vm1.host, INTERNET, (words) => insideGuest(vm1.name, words));
  const positions = new Map(pings.map((ping) => [ping, 0]));
  return {
    lost() {
      const counts = pings.map((ping) => {
        const [from, to] = [positions.get(ping)!, ping.position()];
        positions.set(ping, to);
        return [ping.what, ping.lostBetween(from, to).length] as const;
      });
      return Object.fromEntries(counts);
    },
    async stop() {
      const results = await Promise.all(pings.map((ping) => ping.stop()));
      return {
        pings: results.map(({ what, sent, lost }) => ({ what, sent, lost: lost.length })),
        stream: await endStream(),
      };
    },
  };
}
