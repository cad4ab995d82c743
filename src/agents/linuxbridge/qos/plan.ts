import { type Chains, frame, wrapped } from '../../../linux/iptables/index.ts';
import type { Tables } from '../../../linux/iptables/rules.ts';
import { bucketLine, policeLines, type Qdiscs, sameBucket, type TokenBucket } from '../../../linux/qdiscs.ts';
import { WRAP } from '../firewall/portChains.ts';
import type { Limit, Wish } from './wishes.ts';

export interface Tuning {
  /** Timer frequency of the kernel: a bucket holds at least what may be sent between two ticks. */
  readonly hz: number;
  readonly latencyMilliseconds: number;
}

const bytes = (kilobits: number) => Math.trunc((kilobits * 1000) / 8);

/** The bucket for what a machine receives; a limit of nothing is none, as in Neutron. */
export function bucketOf(
  limit: Limit | undefined,
  { hz, latencyMilliseconds }: Tuning,
): TokenBucket | undefined {
  if (!limit?.kbps) return undefined;
  const burst = bytes(Math.max(limit.kbps / hz, limit.burst));
  return { rate: bytes(limit.kbps), burst, latency: latencyMilliseconds * 1000 };
}

/**
 * The lines of tc that bring a device to what its policy wants. A filter's numbers cannot be read back exactly, so
 * `policed` says which limit of what it receives this agent wrote there.
 */
export function planDevice(
  device: string,
  { egress, ingress }: Wish,
  tuning: Tuning,
  have: Qdiscs | undefined,
  policed: Limit | undefined,
): readonly string[] {
  const bucket = bucketOf(ingress, tuning);
  const isPoliced = have?.ingress === true;
  const isRight = egress
    ? isPoliced && policed?.kbps === egress.kbps && policed.burst === egress.burst
    : !isPoliced;
  return [
    ...(bucket && !(have?.bucket && sameBucket(have.bucket, bucket)) ? [bucketLine(device, bucket)] : []),
    ...(!bucket && have?.bucket ? [`qdisc del dev ${device} root`] : []),
    ...(!isRight && isPoliced ? [`qdisc del dev ${device} ingress`] : []),
    ...(!isRight && egress ? policeLines(device, bytes(egress.kbps), bytes(egress.burst)) : []),
  ];
}

/** The chain that marks what a device sends: `qos-o` and the tap's name without 'tap'. */
const markChain = (device: string) => `qos-o${device.slice(3)}`.slice(0, 11);

/** Table mangle of one family with the marks of all devices. */
export function markTables(
  family: 4 | 6,
  marks: readonly (readonly [device: string, dscp: number])[],
): Tables {
  const own: Chains = Object.fromEntries(
    marks.map(([device, dscp]) => [
      markChain(device),
      [`-j DSCP --set-dscp 0x${dscp.toString(16).padStart(2, '0')}`],
    ]),
  );
  const jumps = marks.map(
    ([device]) =>
      `-m physdev --physdev-in ${device} --physdev-is-bridged -j ${wrapped(WRAP, markChain(device))}`,
  );
  return frame(WRAP, family, { mangle: { POSTROUTING: jumps, ...own } });
}
