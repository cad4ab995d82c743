import { run } from './process.ts';

/** A token bucket filter: bytes a second, bytes at once, and microseconds that a packet waits at most. */
export interface TokenBucket {
  readonly rate: number;
  readonly burst: number;
  readonly latency: number;
}

/** What shapes one device's traffic. */
export interface Qdiscs {
  /** What the device sends is held back by this. */
  readonly bucket: TokenBucket | undefined;
  /** Whether what it receives goes through filters of a qdisc of its own. */
  readonly ingress: boolean;
}

interface Shown {
  readonly kind: string;
  readonly dev: string;
  readonly root?: true;
  readonly options?: { readonly rate?: number; readonly burst?: number; readonly lat?: number };
}

/** What shapes the traffic of every device of this host; devices without anything are absent. One process. */
export async function listQdiscs(): Promise<ReadonlyMap<string, Qdiscs>> {
  const { stdout } = await run(['tc', '-j', 'qdisc', 'show']);
  const found = new Map<string, Qdiscs>();
  for (const { kind, dev, root, options } of JSON.parse(stdout || '[]') as Shown[]) {
    const known = found.get(dev) ?? { bucket: undefined, ingress: false };
    if (kind === 'ingress') found.set(dev, { ...known, ingress: true });
    if (kind !== 'tbf' || !root) continue;
    const bucket = { rate: options?.rate ?? 0, burst: options?.burst ?? 0, latency: options?.lat ?? 0 };
    found.set(dev, { ...known, bucket });
  }
  return found;
}

/** The kernel counts in ticks: what it shows differs by some bytes and microseconds from what was asked. */
const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

export const sameBucket = (a: TokenBucket, b: TokenBucket): boolean =>
  a.rate === b.rate && near(a.burst, b.burst, 8 + b.burst / 100) && near(a.latency, b.latency, 1000);

/** The line of tc that holds back what a device sends. */
export const bucketLine = (device: string, { rate, burst, latency }: TokenBucket): string =>
  `qdisc replace dev ${device} root tbf rate ${rate}bps burst ${burst}b latency ${latency}us`;

/** The largest packet that a policer measures. */
const MTU = 65535;

/** The lines of tc that drop what a device receives beyond a rate: bytes a second, and bytes at once. */
export const policeLines = (device: string, rate: number, burst: number): readonly string[] => [
  `qdisc add dev ${device} handle ffff: ingress`,
  `filter add dev ${device} parent ffff: protocol all prio 49 u32 match u32 0 0 police rate ${rate}bps burst ${burst}b mtu ${MTU} drop`,
];
