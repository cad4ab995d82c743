import { type Address, listAddresses } from './addresses.ts';
import { ip } from './batch.ts';
import { type Difference, differencesOf, missing } from './difference.ts';
import { findLink, type Link } from './links.ts';
import { writeSysctls } from './sysctl.ts';

export interface VethPort {
  /** The device inside the namespace: ns-…, qr-…, qg-…. */
  readonly device: string;
  /** Its other end in the host, which the L2 agent puts into the network's bridge: tap…. */
  readonly tap: string;
  readonly mac: string;
  readonly mtu?: number | undefined;
  readonly netns: string;
}

/**
 * Plugs a port into a namespace as Neutron's bridge interface driver does: a veth pair whose inner end carries the
 * port's MAC. What exists already is kept and only corrected. Returns true when the device was made.
 */
export async function plug(port: VethPort): Promise<boolean> {
  const [inner, outer] = await Promise.all([findLink(port.device, port.netns), findLink(port.tap)]);
  return (await plugSeen([{ ...port, inner, outer }], port.netns)).length > 0;
}

/** A port with the ends that are there. */
export interface SeenPort extends Omit<VethPort, 'netns'> {
  readonly inner: Link | undefined;
  readonly outer: Link | undefined;
}

/** `plug` of several ports of one namespace, with as many processes as for one. Returns the devices that were made. */
export async function plugSeen(ports: readonly SeenPort[], netns: string): Promise<readonly string[]> {
  const plans = ports.map((port) => ({ port, plan: planPlug(port, port.inner, port.outer) }));
  const made = plans.filter(({ plan }) => plan.make).map(({ port }) => port);
  await make(made, netns);
  await Promise.all([
    ip(
      plans.flatMap(({ plan }) => plan.inside),
      { netns },
    ),
    ip(plans.flatMap(({ plan }) => plan.outside)),
  ]);
  return made.map(({ device }) => device);
}

export interface PlugPlan {
  /** Whether the pair must be made first. */
  readonly make: boolean;
  /** Lines of `ip` in the namespace, and in the host. */
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

/** What brings a port's pair about, with the ends that are there. Pure. */
function planPlug(
  { device, tap, mac, mtu }: Omit<VethPort, 'netns'>,
  inner: Link | undefined,
  outer: Link | undefined,
): PlugPlan {
  const make = !inner || !outer;
  return {
    make,
    inside: [
      ...(make || inner.mac === mac ? [] : [`link set ${device} address ${mac}`]),
      ...(mtu === undefined || (!make && inner.mtu === mtu) ? [] : [`link set ${device} mtu ${mtu}`]),
      ...(make || !inner.up ? [`link set ${device} up`] : []),
    ],
    outside: [
      ...(mtu === undefined || (!make && outer.mtu === mtu) ? [] : [`link set ${tap} mtu ${mtu}`]),
      ...(make || !outer.up ? [`link set ${tap} up`] : []),
    ],
  };
}

/** What `plug` would put right. Pure. */
export function comparePlug(
  port: Omit<VethPort, 'netns'>,
  inner: Link | undefined,
  outer: Link | undefined,
): Difference[] {
  const { make, inside, outside } = planPlug(port, inner, outer);
  return make ? [missing(`link ${inner ? port.tap : port.device}`)] : differencesOf([...inside, ...outside]);
}

async function make(ports: readonly SeenPort[], netns: string): Promise<void> {
  const gone = ports.filter(({ inner }) => inner).map(({ device }) => `link del ${device}`);
  await ip(gone, { netns });
  const left = ports.filter(({ outer }) => outer).map(({ tap }) => `link del ${tap}`);
  await ip(left, { force: true });
  await ip(
    ports.map(
      ({ tap, device, mac }) => `link add ${tap} type veth peer name ${device} address ${mac} netns ${netns}`,
    ),
  );
  for (const { tap } of ports) writeSysctls({ [`net/ipv6/conf/${tap}/disable_ipv6`]: 1 });
}

/** Takes a port's device away, and with it its tap; one that is gone already is fine. */
export async function unplug(device: string, netns: string): Promise<void> {
  if (await findLink(device, netns)) await ip([`link del ${device}`], { netns });
}

/**
 * Gives a device exactly these addresses ('ADDRESS/PREFIX'), IPv6 link-local ones apart. Missing ones are added before
 * surplus ones go; link-local ones without waiting for duplicates, because several hosts carry the metadata address. Returns those that were added.
 * @param keep addresses that are somebody else's affair: neither added nor removed
 */
export async function setAddresses(
  device: string,
  cidrs: readonly string[],
  netns?: string,
  keep: readonly string[] = [],
): Promise<readonly string[]> {
  const { lines, added } = planAddresses(device, cidrs, await listAddresses({ netns, device }), keep);
  await ip(lines, { netns });
  return added;
}

/** What `setAddresses` does, with the addresses that the device has. Pure. */
export function planAddresses(
  device: string,
  cidrs: readonly string[],
  observed: readonly Address[],
  keep: readonly string[] = [],
): { readonly lines: readonly string[]; readonly added: readonly string[] } {
  const have = observed.filter(
    ({ cidr }) => cidrs.includes(cidr) || !(cidr.startsWith('fe80:') || keep.includes(cidr)),
  );
  // What was learnt from an advertisement would expire: written again it stays.
  const present = new Set(have.filter(({ dynamic }) => !dynamic).map(({ cidr }) => cidr));
  const added = cidrs.filter((cidr) => !present.has(cidr));
  const remove = have.map((address) => address.cidr).filter((cidr) => !cidrs.includes(cidr));
  return {
    lines: [
      ...added.map((cidr) => `addr replace ${cidr} ${addressFlags(cidr)} dev ${device}`),
      ...remove.map((cidr) => `addr del ${cidr} dev ${device}`),
    ],
    added,
  };
}

function addressFlags(cidr: string): string {
  if (cidr.includes(':')) return cidr.startsWith('fe80:') ? 'scope link nodad' : 'scope global';
  const [address, prefix] = cidr.split('/');
  return `brd ${prefix === '32' ? address : '+'} scope global`;
}
