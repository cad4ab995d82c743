import type { Snapshot } from '../../../src/lab/snapshot.ts';

/** What the kernel keeps of an interface only while IPv6 is forwarded there: the groups and addresses of routers. */
const OF_A_ROUTER = /^33:33:|^anycast /;

/**
 * A data plane without what tells whether a router forwards IPv6. Python's agent sets up the namespace of an HA router
 * anew at its start, with forwarding off, and turns it on when it works on the router and knows by then that it is the
 * active one: these lines come and go with the order of its threads, at its restart on what it made itself, too.
 */
export function withoutForwarding(snapshot: Snapshot, routerId: string): Snapshot {
  const isRouter = (key: string) => / (routes|forwarding)$/.test(key) && key.includes(`qrouter-${routerId}`);
  return Object.fromEntries(
    Object.entries(snapshot).map(([key, lines]) => [
      key,
      isRouter(key) ? lines.filter((line) => !OF_A_ROUTER.test(line)) : lines,
    ]),
  );
}
