import type { Route } from '../../linux/routes.ts';
import { versionOf } from '../../net/address.ts';
import { type DesiredRouter, devicesOf } from './desired.ts';

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
  return [
    ...devicesOf(router).flatMap((device) =>
      device.onLink.map((cidr) => ({
        family: versionOf(cidr),
        destination: canonical(cidr),
        device: device.name,
      })),
    ),
    ...router.routes.map(({ destination, via, device }) => ({
      family: versionOf(via),
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
const isForeign = ({ protocol = 'boot' }: Route, { learnsGateway }: DesiredRouter): boolean =>
  ['kernel', 'redirect'].includes(protocol) || (protocol === 'ra' && learnsGateway);

/** Whether a line is of a route that a project asked for: it does not say which device. */
export const isProjects = (line: string): boolean => /^route replace (?!.* dev )/.test(line);

/**
 * The `ip` lines that bring the routes of one family in a router's namespace, which are all the agent's, to what is
 * wanted. Pure.
 */
export function planRoutes(router: DesiredRouter, family: 4 | 6, observed: readonly Route[]): string[] {
  const all = wantedRoutes(router).filter((route) => route.family === family);
  // Of several next hops of one destination the last one is taken: each would replace the others, at every look.
  const wanted = [...new Map(all.map((route) => [route.destination, route])).values()];
  const stale = observed.filter(
    (have) => !isForeign(have, router) && !wanted.some((want) => matches(have, want)),
  );
  const missing = wanted.filter((want) => !observed.some((have) => matches(have, want)));
  const replaced = (route: Route) => missing.some((want) => want.destination === route.destination);
  return [
    ...missing.map(({ destination, via, device }) =>
      [
        `route replace ${destination}`,
        ...(via ? [`via ${via}`] : ['scope link']),
        ...(device ? [`dev ${device}`] : []),
        'proto static',
      ].join(' '),
    ),
    ...stale
      .filter((route) => !replaced(route))
      .map(({ destination, device }) => `route del ${destination}${device ? ` dev ${device}` : ''}`),
  ];
}
