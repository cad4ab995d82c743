import { insideGuest } from '../../../src/lab/guests.ts';
import { hostNamed, type Lab } from '../../../src/lab/lab.ts';
import { type Pinging, pingFromGuest, pingFromHost } from '../../../src/lab/traffic/pings.ts';
import { startEcho, startStream } from '../../../src/lab/traffic/stream.ts';
import type { RichCloud } from './richCloud.ts';

const PER_SECOND = 5;
const INTERNET = '203.0.113.1';

/** Traffic that no replacement of a process may touch. */
export interface Traffic {
  /** Requests that were lost since this was last asked, as sentences. */
  lost(): readonly string[];
  /** Ends it all; `echoed N` or `broken: why` of the TCP stream. */
  stop(): Promise<string>;
}

export async function startTraffic(lab: Lab, { guests, floatingAddress }: RichCloud): Promise<Traffic> {
  const outside = hostNamed(lab, 'outside');
  await startEcho(outside);
  const { web, local, limited, free, flat1, ha } = guests;
  const pings: readonly Pinging[] = [
    pingFromGuest(web!, local!.address, PER_SECOND),
    pingFromGuest(local!, limited!.address, PER_SECOND),
    pingFromGuest(free!, INTERNET, PER_SECOND),
    pingFromGuest(ha!, INTERNET, PER_SECOND),
    pingFromHost(outside, flat1!.address, PER_SECOND),
    pingFromHost(outside, floatingAddress, PER_SECOND),
  ];
  const endStream = startStream(web!.host, INTERNET, (words) => insideGuest(web!.name, words));
  const positions = new Map(pings.map((ping) => [ping, 0]));
  return {
    lost: () =>
      pings.flatMap((ping) => {
        const [from, to] = [positions.get(ping)!, ping.position()];
        positions.set(ping, to);
        const lost = ping.lostBetween(from, to).length;
        if (to === from) return [`${ping.what}: nothing is answered any more`];
        return lost === 0 ? [] : [`${ping.what}: ${lost} of ${to - from}`];
      }),
    async stop() {
      await Promise.all(pings.map((ping) => ping.stop()));
      return endStream();
    },
  };
}
