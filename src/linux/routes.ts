import { run } from './process.ts';

/** A route of the main table, as `ip -j route` shows it. */
export interface Route {
  /** 'default' or a CIDR (a host route without its prefix). */
  readonly destination: string;
  readonly family: 4 | 6;
  readonly via?: string;
  readonly device?: string;
  readonly source?: string;
  readonly metric?: number;
  /** 'kernel', 'static', 'boot', 'dhcp', 'ra', … */
  readonly protocol?: string;
  readonly scope?: string;
  readonly onlink: boolean;
}

interface RawRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  readonly prefsrc?: string;
  readonly metric?: number;
  readonly protocol?: string;
  readonly scope?: string;
  readonly flags?: readonly string[];
}

/** Routes of the namespace, or of one device, of both families unless told. */
export async function listRoutes(
  where: { netns?: string | undefined; device?: string; family?: 4 | 6 } = {},
): Promise<readonly Route[]> {
  const families = where.family === undefined ? ([4, 6] as const) : [where.family];
  const found = await Promise.all(
    families.map(async (family) => {
      const device = where.device === undefined ? [] : ['dev', where.device];
      const { stdout } = await run(['ip', `-${family}`, '-j', 'route', 'show', ...device], {
        netns: where.netns,
        allowed: [0, 1, 2],
      });
      return readRoutes(stdout, family, where.device);
    }),
  );
  return found.flat();
}

/** Reads the JSON of `ip -j route show`; `device` fills what `show dev` leaves out. */
export function readRoutes(json: string, family: 4 | 6, device?: string): readonly Route[] {
  const raw = JSON.parse(json || '[]') as RawRoute[];
  return raw.map((route) => {
    const via = route.gateway ?? route.via?.host;
    const dev = route.dev ?? device;
    return {
      destination: route.dst,
      family,
      onlink: route.flags?.includes('onlink') ?? false,
      ...(via === undefined ? {} : { via }),
      ...(dev === undefined ? {} : { device: dev }),
      ...(route.prefsrc === undefined ? {} : { source: route.prefsrc }),
      ...(route.metric === undefined ? {} : { metric: route.metric }),
      ...(route.protocol === undefined ? {} : { protocol: route.protocol }),
      ...(route.scope === undefined ? {} : { scope: route.scope }),
    };
  });
}

/** How the kernel would send to an address now; undefined when it has no route there. */
export async function findRoute(
  to: string,
  netns?: string,
): Promise<{ readonly device: string; readonly via?: string } | undefined> {
  const { stdout } = await run(['ip', '-j', 'route', 'get', to], { netns, allowed: [0, 1, 2] });
  const [route] = JSON.parse(stdout || '[]') as RawRoute[];
  if (route?.dev === undefined) return undefined;
  const via = route.gateway ?? route.via?.host;
  return { device: route.dev, ...(via === undefined ? {} : { via }) };
}
