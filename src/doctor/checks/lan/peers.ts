import { peerUnreachable, underlayMtuSmall, vxlanRefused } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { arp, type EchoFailure, echo, udp } from '../../../linux/probes/index.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { vxlanPort } from '../host/filters.ts';
import { hostNetworkOf, isOwn, onLink, tunnelCard } from './hostNetwork.ts';
import { type Need, tunnelNeed } from './needs.ts';
import { type Peer, tunnelPeers } from './tunnelPeers.ts';

const SMALL = 84;
/** Sizes that links have, to find the largest packet that arrives where nobody says so. */
const COMMON = [
  8950, 4000, 1500, 1492, 1480, 1476, 1460, 1450, 1430, 1420, 1400, 1350, 1300, 1280, 1000, 576,
];

/** Whether the packets of tunnels reach the other hosts: each is sent one that may not be broken into fragments. */
export const peers: Check<DoctorContext> = {
  name: 'underlay: the way to the other hosts',
  async run(context) {
    const { root, host } = context;
    if (!root) return notChecked('it needs root');
    const [network, cloud] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    const { localIp } = network;
    if (localIp === undefined)
      return notChecked('this host has no tunnels: enable_vxlan or local_ip is not set');
    if (localIp.includes(':')) return notChecked('local_ip is an IPv6 address, to which it does not send');
    if (!isOwn(network, localIp)) return notChecked(`local_ip ${localIp} is not on this host`);
    const found = await tunnelPeers(context);
    if (found.length === 0)
      return notChecked(cloud.facts ? 'no other host has reported a tunnel address' : cloud.why);
    const need = tunnelNeed(cloud.facts, tunnelCard(network)?.mtu ?? SMALL);
    const port = vxlanPort(context);
    const results = await Promise.all(
      found.map((peer) => lookAt(peer, { localIp, need, port, host, link: onLink(network, peer.address) })),
    );
    const findings = results.flatMap(({ finding }) => (finding ? [finding] : []));
    const unknown = results.flatMap(({ unknown }) => (unknown ? [unknown] : []));
    if (findings.length === 0 && unknown.length > 0) return notChecked(unknown.join('; '));
    return failing(findings, ...results.flatMap(({ evidence }) => (evidence ? [evidence] : [])));
  },
};

interface Seen {
  readonly finding?: Finding;
  readonly evidence?: string;
  /** Why nothing can be said. */
  readonly unknown?: string;
}

interface From {
  readonly localIp: string;
  readonly need: Need;
  /** Of VXLAN. */
  readonly port: number;
  readonly host: string;
  /** Where the peer is asked for by ARP; undefined with a router between. */
  readonly link: ReturnType<typeof onLink>;
}

async function lookAt({ name, address }: Peer, from: From): Promise<Seen> {
  const { localIp, need, host, link } = from;
  const sends = (size: number, count = 2) =>
    echo(address, { source: localIp, size, dontFragment: true, count, intervalMs: 100, milliseconds: 700 });
  const small = await sends(SMALL);
  if (small.answers.length === 0) {
    const why = await silenceOf(address, small.failure, link);
    if (why === undefined)
      return { unknown: `${name} (${address}) does not answer to ping, which a firewall may forbid` };
    const evidence = [`ping of ${SMALL} bytes from ${localIp} to ${address}: ${why}`];
    return { finding: peerUnreachable.found({ peer: name, address, why }, { host, evidence }) };
  }
  const full = await sends(need.bytes);
  if (full.answers.length > 0)
    return refusal(
      { name, address },
      from,
      `${need.bytes} bytes from ${localIp} to ${name} (${address}): answered`,
    );
  const told = full.failure?.kind === 'too big' ? full.failure : undefined;
  const largest = told?.mtu ?? (await largestOf(sends, need.bytes));
  const said = told
    ? `${told.from ?? 'this host'} says: too big, ${told.mtu} at most`
    : 'not answered, twice';
  const evidence = [
    `${need.what} needs ${need.bytes} bytes`,
    `${SMALL} bytes from ${localIp} to ${address}: answered`,
    `${need.bytes} bytes, not to be broken into fragments: ${said}`,
    ...(told ? [] : [`${largest} bytes: answered`]),
  ];
  const limit =
    told && (told.from === undefined ? 'the network card of this host' : `the router ${told.from}`);
  const args = { peer: name, address, needed: need.bytes, largest, ...(limit ? { limit } : {}) };
  return { finding: underlayMtuSmall.found(args, { host, evidence }) };
}

/** Whether a firewall refuses tunnels to a host that is reached: a VXLAN packet without a network goes no further there. */
async function refusal(
  { name, address }: Peer,
  { localIp, port, host }: From,
  evidence: string,
): Promise<Seen> {
  const got = await udp(address, port, { source: localIp, payload: Buffer.alloc(8), milliseconds: 300 });
  if (got.result !== 'refused' || !got.forbidden) return { evidence };
  const seen = [evidence, `UDP port ${port} of ${address}: ${got.from} says that ${got.reason}`];
  const args = { peer: name, address, port, from: got.from };
  return { finding: vxlanRefused.found(args, { host, evidence: seen }) };
}

/** Why a host does not answer; undefined when it is there and may only refuse to answer. */
async function silenceOf(
  address: string,
  failure: EchoFailure | undefined,
  link: From['link'],
): Promise<string | undefined> {
  if (failure?.kind === 'unreachable') return failure.reason;
  if (link === undefined) return undefined;
  const macs = await arp(address, { ...link, milliseconds: 400 });
  return macs.length > 0 ? undefined : 'nobody answers ARP for it';
}

/** The largest of the common sizes below `needed` that is answered. */
async function largestOf(
  sends: (size: number) => Promise<{ answers: readonly number[] }>,
  needed: number,
): Promise<number> {
  const sizes = COMMON.filter((size) => size < needed);
  const answered = await Promise.all(sizes.map(async (size) => (await sends(size)).answers.length > 0));
  return sizes.find((_, index) => answered[index]) ?? SMALL;
}
