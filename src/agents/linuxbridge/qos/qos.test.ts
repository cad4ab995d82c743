import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Qdiscs } from '../../../linux/qdiscs.ts';
import type { VersionedObject } from '../../../rpc/resources.ts';
import { bucketOf, planDevice } from './plan.ts';
import { policyFor } from './testing.ts';
import { type Limit, policyOf, type Wish, wishOf } from './wishes.ts';

const tuning = { hz: 250, latencyMilliseconds: 50 };
const policy: VersionedObject = policyFor('p', [
  ['QosBandwidthLimitRule', { max_kbps: 1000, max_burst_kbps: 0, direction: 'egress' }],
  ['QosBandwidthLimitRule', { max_kbps: 2000, max_burst_kbps: 0, direction: 'ingress' }],
  ['QosDscpMarkingRule', { dscp_mark: 26 }],
  ['QosMinimumBandwidthRule', { min_kbps: 1, direction: 'egress' }],
]);
const whole: Wish = { egress: { kbps: 1000, burst: 800 }, ingress: { kbps: 2000, burst: 0 }, dscp: 26 };

const owners: readonly [
  owner: string,
  own: string | null,
  ofNetwork: string | null,
  policy: string | undefined,
  wish: Wish,
][] = [
  ['compute:nova', 'p', null, 'p', whole],
  ['compute:nova', null, 'p', 'p', whole],
  ['compute:nova', 'p', 'q', 'p', whole],
  ['compute:nova', null, null, undefined, whole],
  ['network:dhcp', null, 'p', 'p', {}],
  ['network:dhcp', 'p', null, 'p', whole],
  ['network:router_gateway', null, 'p', 'p', whole],
];
for (const [device_owner, qos_policy_id, qos_network_policy_id, id, wish] of owners) {
  test(`a port of ${device_owner} with policy ${qos_policy_id}, its network with ${qos_network_policy_id}`, () => {
    const port = { device_owner, qos_policy_id, qos_network_policy_id };
    assert.equal(policyOf(port), id);
    if (id !== undefined) assert.deepEqual(wishOf(port, policy), wish);
    assert.deepEqual(wishOf(port, undefined), {});
  });
}

/** Rates and bursts in kilobits, and the bytes that Python's agent gives to the kernel for them. */
const buckets: readonly [Limit, rate: number, burst: number][] = [
  [{ kbps: 2000, burst: 0 }, 250_000, 1000],
  [{ kbps: 12345, burst: 999 }, 1_543_125, 124_875],
];
for (const [limit, rate, burst] of buckets) {
  test(`a limit of ${limit.kbps} kbit/s with a burst of ${limit.burst} kbit`, () =>
    assert.deepEqual(bucketOf(limit, tuning), { rate, burst, latency: 50_000 }));
}

const REPLACE = 'qdisc replace dev tap0 root tbf rate 250000bps burst 1000b latency 50000us';
const POLICE = [
  'qdisc add dev tap0 handle ffff: ingress',
  'filter add dev tap0 parent ffff: protocol all prio 49 u32 match u32 0 0 police rate 125000bps burst 100000b mtu 65535 drop',
];
const bucket = { rate: 250_000, burst: 1001, latency: 50_001 };
const { egress, ingress } = whole as Required<Wish>;
const plans: readonly [
  title: string,
  wish: Wish,
  have: Qdiscs | undefined,
  policed: Limit | undefined,
  lines: readonly string[],
][] = [
  ['nothing of nothing', {}, undefined, undefined, []],
  ['both limits anew', whole, undefined, undefined, [REPLACE, ...POLICE]],
  ['both are there', whole, { bucket, ingress: true }, egress, []],
  [
    'what another process policed',
    { egress },
    { bucket: undefined, ingress: true },
    undefined,
    ['qdisc del dev tap0 ingress', ...POLICE],
  ],
  [
    'another limit',
    { egress },
    { bucket: undefined, ingress: true },
    { kbps: 5, burst: 4 },
    ['qdisc del dev tap0 ingress', ...POLICE],
  ],
  ['somebody took the filter away', { egress }, undefined, egress, POLICE],
  ['another bucket', { ingress }, { bucket: { ...bucket, rate: 1 }, ingress: false }, undefined, [REPLACE]],
  [
    'a bucket that holds more',
    { ingress },
    { bucket: { ...bucket, burst: 2000 }, ingress: false },
    undefined,
    [REPLACE],
  ],
  [
    'nothing is wanted any more',
    {},
    { bucket, ingress: true },
    egress,
    ['qdisc del dev tap0 root', 'qdisc del dev tap0 ingress'],
  ],
];
for (const [title, wish, have, policed, lines] of plans) {
  test(`tc: ${title}`, () => assert.deepEqual(planDevice('tap0', wish, tuning, have, policed), lines));
}
