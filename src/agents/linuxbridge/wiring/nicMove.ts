import type { Address } from '../../../linux/addresses.ts';
import type { Route } from '../../../linux/routes.ts';
import type { Host } from './host.ts';

/**
 * Lines that carry a device's addresses and routes to another one, around the line that makes the other one the way
 * to the wire. New addresses come first, old ones go last, so that a host with one NIC keeps its connections.
 */
export function planMove(
  host: Host,
  from: string,
  to: string,
  switchOver: readonly string[],
): readonly string[] {
  const addresses = host.addresses.filter((one) => one.device === from && movable(one));
  const present = new Set(host.addresses.filter((one) => one.device === to).map((one) => one.cidr));
  const routes = host.routes.filter((route) => route.device === from && route.protocol !== 'kernel');
  return [
    ...addresses
      .filter((one) => !present.has(one.cidr))
      .map((one) => `addr add ${addressArguments(one)} dev ${to}`),
    ...switchOver,
    ...routes
      .filter(keepsMeaning)
      .toSorted(onLinkFirst)
      .map((route) => routeLine(route, to)),
    ...addresses.map((one) => `addr del ${one.cidr} dev ${from}`),
  ];
}

/** What `planMove` would carry: whether there is anything to move at all. */
export const hasMovable = (host: Host, device: string): boolean =>
  host.addresses.some((one) => one.device === device && movable(one));

/** Addresses that the kernel made for the device itself, by link-local or router advertisement, stay. */
const movable = (address: Address) =>
  address.scope === 'global' && !(address.cidr.includes(':') && address.dynamic);

const addressArguments = (address: Address) =>
  address.broadcast === undefined ? address.cidr : `${address.cidr} brd ${address.broadcast}`;

/** Routes learnt by router advertisement are learnt again on the new device. */
const keepsMeaning = (route: Route) => route.protocol !== 'ra' && route.protocol !== 'redirect';

const onLinkFirst = (a: Route, b: Route) => Number(a.via !== undefined) - Number(b.via !== undefined);

function routeLine(route: Route, device: string): string {
  const destination = route.destination === 'default' && route.family === 6 ? '::/0' : route.destination;
  return [
    `route replace ${destination}`,
    ...(route.via === undefined ? [] : [`via ${route.via}`]),
    `dev ${device}`,
    ...(route.protocol === undefined || route.protocol === 'boot' ? [] : [`proto ${route.protocol}`]),
    ...(route.scope === undefined ? [] : [`scope ${route.scope}`]),
    ...(route.source === undefined ? [] : [`src ${route.source}`]),
    ...(route.metric === undefined ? [] : [`metric ${route.metric}`]),
    ...(route.onlink ? ['onlink'] : []),
  ].join(' ');
}
