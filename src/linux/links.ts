import { run } from './process.ts';

export interface VxlanInfo {
  readonly vni: number;
  readonly local?: string;
  readonly device?: string;
  readonly group?: string;
  readonly port: number;
  readonly proxy: boolean;
  readonly learning: boolean;
}

/** A network device as `ip -d -j link` shows it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Whether something is at its other end: a veth's peer that is up, a running guest behind a tap, a cable. */
  readonly carrier: boolean;
  readonly master?: string;
  /** A note that somebody left on the device. */
  readonly alias?: string;
  /** 'bridge', 'veth', 'vxlan', 'tun', 'vlan', …; undefined for a real NIC. */
  readonly kind?: string;
  readonly bridge?: { readonly forwardDelay: number; readonly stp: boolean };
  readonly vxlan?: VxlanInfo;
}

interface RawLink {
  readonly ifindex: number;
  readonly ifname: string;
  readonly address?: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly ifalias?: string;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: RawData };
}

interface RawData {
  readonly forward_delay?: number;
  readonly stp_state?: number;
  readonly id?: number;
  readonly local?: string;
  readonly local6?: string;
  readonly link?: string;
  readonly group?: string;
  readonly group6?: string;
  readonly port?: number;
  readonly proxy?: boolean;
  readonly learning?: boolean;
}

/** Every device of the namespace, by name. */
export async function listLinks(netns?: string): Promise<ReadonlyMap<string, Link>> {
  const { stdout } = await run(['ip', '-d', '-j', 'link', 'show'], { netns });
  return new Map(readLinks(stdout).map((link) => [link.name, link]));
}

/** One device, or undefined when there is none of that name. */
export async function findLink(name: string, netns?: string): Promise<Link | undefined> {
  const { stdout } = await run(['ip', '-d', '-j', 'link', 'show', 'dev', name], { netns, allowed: [0, 1] });
  return readLinks(stdout)[0];
}

/** Reads the JSON of `ip -d -j link show`. */
export function readLinks(json: string): readonly Link[] {
  const raw = JSON.parse(json || '[]') as RawLink[];
  return raw.filter((link) => link.ifname !== undefined).map(toLink);
}

function toLink(raw: RawLink): Link {
  const kind = raw.linkinfo?.info_kind;
  const data = raw.linkinfo?.info_data;
  return {
    index: raw.ifindex,
    name: raw.ifname,
    mac: raw.address ?? '',
    mtu: raw.mtu,
    up: raw.flags.includes('UP'),
    carrier: raw.flags.includes('LOWER_UP'),
    ...(raw.master === undefined ? {} : { master: raw.master }),
    ...(raw.ifalias === undefined ? {} : { alias: raw.ifalias }),
    ...(kind === undefined ? {} : { kind }),
    ...(kind === 'bridge'
      ? { bridge: { forwardDelay: data?.forward_delay ?? 0, stp: data?.stp_state === 1 } }
      : {}),
    ...(kind === 'vxlan' && data ? { vxlan: toVxlan(data) } : {}),
  };
}

function toVxlan(data: RawData): VxlanInfo {
  const local = data.local ?? data.local6;
  const group = data.group ?? data.group6;
  return {
    vni: data.id ?? 0,
    port: data.port ?? 0,
    proxy: data.proxy === true,
    learning: data.learning !== false,
    ...(local === undefined ? {} : { local }),
    ...(group === undefined ? {} : { group }),
    ...(data.link === undefined ? {} : { device: data.link }),
  };
}
