import { cidrContains } from '../../net/cidr.ts';
import { listAddresses } from '../addresses.ts';
import { findRoute } from '../routes.ts';
import { arp } from './arp.ts';
import { type EchoFailure, type EchoOptions, echo } from './echo.ts';

/** What of a size gets to an address that belongs to a host. */
export type Way =
  | { readonly state: 'full'; readonly milliseconds: number }
  /** `largest`: bytes that do arrive; `limit`: who says so, when somebody does. */
  | { readonly state: 'narrow'; readonly largest: number; readonly limit?: string }
  | { readonly state: 'unreachable'; readonly why: string }
  /** It is there, or behind a router, and answers no ping, which a firewall may forbid. */
  | { readonly state: 'silent' };

/** A packet that fits everywhere. */
const SMALL = 84;
/** Sizes that links have, to find the largest packet that arrives where nobody says so. */
const COMMON = [
  8950, 4000, 1500, 1492, 1480, 1476, 1460, 1450, 1430, 1420, 1400, 1350, 1300, 1280, 1000, 576,
];

/** Sends a packet of `bytes` that may not be broken into fragments, and finds out what is in its way. */
export async function wayTo(
  address: string,
  bytes: number,
  from: Pick<EchoOptions, 'source' | 'netns'> = {},
): Promise<Way> {
  const sends = (size: number) =>
    echo(address, { ...from, size, dontFragment: true, count: 2, intervalMs: 100, milliseconds: 700 });
  const small = await sends(SMALL);
  if (small.answers.length === 0) {
    const why = await silenceOf(address, small.failure, from.netns);
    return why === undefined ? { state: 'silent' } : { state: 'unreachable', why };
  }
  const full = await sends(bytes);
  if (full.answers.length > 0) return { state: 'full', milliseconds: full.answers[0]! };
  if (full.failure?.kind !== 'too big') return { state: 'narrow', largest: await largestOf(sends, bytes) };
  const { mtu, from: teller } = full.failure;
  const limit = teller === undefined ? 'the network card of this host' : `the router ${teller}`;
  return { state: 'narrow', largest: mtu, limit };
}

/** Why a host does not answer; undefined when it is there and may only refuse to answer. */
async function silenceOf(
  address: string,
  failure: EchoFailure | undefined,
  netns: string | undefined,
): Promise<string | undefined> {
  if (failure?.kind === 'unreachable') return failure.reason;
  const route = await findRoute(address, netns);
  if (route === undefined) return 'there is no route';
  if (route.via !== undefined) return undefined;
  const source = await addressTowards(address, route.device, netns);
  const macs = await arp(address, { device: route.device, netns, source, milliseconds: 400 });
  return macs.length > 0 ? undefined : 'nobody answers ARP for it';
}

/** The address that a device asks its neighbours with. */
async function addressTowards(
  address: string,
  device: string,
  netns: string | undefined,
): Promise<string | undefined> {
  const own = (await listAddresses({ netns, device })).find(({ cidr }) => cidrContains(cidr, address));
  return own?.cidr.split('/')[0];
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
