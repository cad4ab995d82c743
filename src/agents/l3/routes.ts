import type { Route } from '../../linux/routes.ts';
import type { DesiredRouter } from './desired.ts';

const canonical = (destination: string): string => {
  if (destination === '0.0.0.0/0' || destination === '::/0') return 'default';
  return destination.replace(/\/(32|128)$/, '');
};

interface Wanted {
  readonly family: 4 | 6;
  readonly destination: string;
  readonly via?: string;
  readonly device?: string;
}

function wantedRoutes(router: DesiredRouter): Wanted[] {
  const devices = [...router.interfaces, ...(router.gateway ? [router.gateway] : [])];
  const family = (text: string): 4 | 6 => (text.includes(':') ? 6 : 4);
  return [
    ...devices.flatMap((device) =>
      device.onLink.map((cidr) => ({
        family: family(cidr),
        destination: canonical(cidr),
        device: device.name,
      })),
    ),
    ...router.routes.map(({ destination, via, device }) => ({
      family: family(via),
      destination: canonical(destination),
      via,
      ...(device ? { device } : {}),
    })),
  ];
}

const matches = (have: Route, want: Wanted): boolean =>
  have.family === want.family &&
  have.destination === want.destination &&
  have.via === want.via &&
  (want.device === undefined || have.device === want.device);

/** The kernel makes these itself, or another protocol does. */
const foreign = (route: Route): boolean => ['kernel', 'ra', 'redirect'].includes(route.protocol ?? 'boot');

/** The `ip` lines that bring the routes of a router's namespace, which are all the agent's, to what is wanted. Pure. */
export function planRoutes(router: DesiredRouter, observed: readonly Route[]): string[] {
  const wanted = wantedRoutes(router);
  const stale = observed.filter((have) => !foreign(have) && !wanted.some((want) => matches(have, want)));
  const missing = wanted.filter((want) => !observed.some((have) => matches(have, want)));
  const replaced = (route: Route) =>
    missing.some((want) => want.family === route.family && want.destination === route.destination);
  const words = (family: 4 | 6) => (family === 6 ? '-6 route' : 'route');
  return [
    ...missing.map(({ family, destination, via, device }) =>
      [
        words(family),
        `replace ${destination}`,
        ...(via ? [`via ${via}`] : ['scope link']),
        ...(device ? [`dev ${device}`] : []),
        'proto static',
      ].join(' '),
    ),
    ...stale
      .filter((route) => !replaced(route))
      .map(
        (route) =>
          `${words(route.family)} del ${route.destination}${route.device ? ` dev ${route.device}` : ''}`,
      ),
  ];
}
