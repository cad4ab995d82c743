import { run } from './process.ts';

/** An entry of a device's own forwarding table (`self`): where a vxlan device sends a MAC. */
export interface FdbEntry {
  readonly mac: string;
  readonly device: string;
  readonly destination?: string;
  readonly permanent: boolean;
}

export interface Neighbour {
  readonly address: string;
  readonly device: string;
  readonly mac?: string;
  readonly permanent: boolean;
}

interface RawFdb {
  readonly mac: string;
  readonly ifname: string;
  readonly dst?: string;
  readonly flags?: readonly string[];
  readonly state?: string;
}

interface RawNeighbour {
  readonly dst: string;
  readonly dev?: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

/** Entries with a remote destination, of all devices or one. */
export async function listFdb(
  where: { netns?: string | undefined; device?: string } = {},
): Promise<readonly FdbEntry[]> {
  const device = where.device === undefined ? [] : ['dev', where.device];
  const { stdout } = await run(['bridge', '-j', 'fdb', 'show', ...device], { netns: where.netns });
  return readFdb(stdout, where.device);
}

/** Reads the JSON of `bridge -j fdb show`. */
function readFdb(json: string, device = ''): readonly FdbEntry[] {
  const raw = JSON.parse(json || '[]') as RawFdb[];
  return raw
    .filter((entry) => entry.dst !== undefined)
    .map((entry) => ({
      mac: entry.mac,
      device: entry.ifname ?? device,
      permanent: entry.state === 'permanent',
      ...(entry.dst === undefined ? {} : { destination: entry.dst }),
    }));
}

/** The neighbour (ARP and NDP) table, of all devices or one. */
export async function listNeighbours(
  where: { netns?: string | undefined; device?: string } = {},
): Promise<readonly Neighbour[]> {
  const device = where.device === undefined ? [] : ['dev', where.device];
  const { stdout } = await run(['ip', '-j', 'neigh', 'show', ...device], { netns: where.netns });
  const raw = JSON.parse(stdout || '[]') as RawNeighbour[];
  return raw.map((entry) => ({
    address: entry.dst,
    device: entry.dev ?? where.device ?? '',
    permanent: entry.state?.includes('PERMANENT') ?? false,
    ...(entry.lladdr === undefined ? {} : { mac: entry.lladdr }),
  }));
}
