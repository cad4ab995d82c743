import { run } from './process.ts';

/** An address of a device, as `ip -j addr` shows it. */
export interface Address {
  readonly device: string;
  /** 'ADDRESS/PREFIX'. */
  readonly cidr: string;
  readonly scope: string;
  readonly broadcast?: string;
  readonly dynamic: boolean;
  /** Seconds; undefined for ever. */
  readonly validLifetime?: number;
  readonly preferredLifetime?: number;
}

interface RawAddress {
  readonly local?: string;
  readonly prefixlen: number;
  readonly scope: string;
  readonly broadcast?: string;
  readonly dynamic?: boolean;
  readonly valid_life_time: number;
  readonly preferred_life_time: number;
}

interface RawDevice {
  readonly ifname?: string;
  readonly addr_info?: readonly RawAddress[];
}

const FOREVER = 4294967295;

/** Addresses of every device of the namespace, or of one. */
export async function listAddresses(
  where: { netns?: string | undefined; device?: string } = {},
): Promise<readonly Address[]> {
  const { stdout } = await run(['ip', '-j', 'addr', 'show', ...(where.device ? ['dev', where.device] : [])], {
    netns: where.netns,
  });
  return readAddresses(stdout);
}

/** Reads the JSON of `ip -j addr show`. */
export function readAddresses(json: string): readonly Address[] {
  const devices = JSON.parse(json || '[]') as RawDevice[];
  return devices.flatMap((device) =>
    (device.addr_info ?? [])
      .filter((raw) => raw.local !== undefined)
      .map((raw) => toAddress(device.ifname ?? '', raw)),
  );
}

const toAddress = (device: string, raw: RawAddress): Address => ({
  device,
  cidr: `${raw.local}/${raw.prefixlen}`,
  scope: raw.scope,
  dynamic: raw.dynamic === true,
  ...(raw.broadcast === undefined ? {} : { broadcast: raw.broadcast }),
  ...(raw.valid_life_time >= FOREVER ? {} : { validLifetime: raw.valid_life_time }),
  ...(raw.preferred_life_time >= FOREVER ? {} : { preferredLifetime: raw.preferred_life_time }),
});
