import { canonicalAddress, parseAddress } from '../../../net/address.ts';
import { cidrContains, parseCidr } from '../../../net/cidr.ts';
import { badRequest, fault } from '../../errors/index.ts';
import type { Item, Tx } from '../service.ts';
import { routerAddresses } from './topology.ts';

export interface Route {
  readonly destination: string;
  readonly nexthop: string;
}

/** Replaces a router's extra routes; each next hop must be a neighbour of the router. */
export async function replaceRoutes(
  tx: Tx,
  routerId: string,
  routes: readonly Route[],
  maxRoutes: number,
): Promise<void> {
  if (routes.length > maxRoutes) throw fault('RoutesExhausted', { router_id: routerId, quota: maxRoutes });
  const addresses = await routerAddresses(tx, routerId);
  for (const { nexthop } of routes) {
    if (parseAddress(nexthop) === undefined) {
      throw fault('AddrFormatError', { message: `failed to detect a valid IP address from '${nexthop}'` });
    }
    if (!addresses.some(({ cidr }) => cidrContains(cidr, nexthop))) {
      throw fault('InvalidRoutes', { routes, reason: 'the nexthop is not connected with router' });
    }
    if (addresses.some(({ ip_address }) => ip_address === canonicalAddress(nexthop))) {
      throw fault('InvalidRoutes', { routes, reason: 'the nexthop is used by router' });
    }
  }
  const bad = routes.find(({ destination }) => parseCidr(destination) === undefined);
  if (bad) throw fault('AddrFormatError', { message: `invalid IPNetwork ${bad.destination}` });
  await tx.deleteFrom('routerroutes').where('router_id', '=', routerId).execute();
  if (routes.length === 0) return;
  await tx
    .insertInto('routerroutes')
    .values(routes.map(({ destination, nexthop }) => ({ router_id: routerId, destination, nexthop })))
    .execute();
}

/** Routes as a router shows them. */
export const sortedRoutes = (routes: unknown): readonly Route[] =>
  ((routes ?? []) as Route[])
    .map(({ destination, nexthop }) => ({ destination, nexthop }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' &&
  value !== null &&
  ['destination', 'nexthop'].every((key) => typeof (value as Item)[key] === 'string');

/**
 * The routes that the body of add_extraroutes and remove_extraroutes names: `{router: {routes: [...]}}`. Nothing else
 * of the router is looked at.
 */
export function routesRequest(body: Item): readonly Route[] {
  const routes = (body.router as Item | null | undefined)?.routes;
  if (!Array.isArray(routes) || !routes.every(isRoute)) {
    const message = "The body must be {'router': {'routes': [{'destination': CIDR, 'nexthop': address}]}}";
    throw badRequest(message);
  }
  return routes.map(({ destination, nexthop }) => ({ destination, nexthop }));
}

const keyOf = ({ destination, nexthop }: Route) => `${destination} ${nexthop}`;

/** Both together, each route once; a destination may have several next hops. */
export const mergedRoutes = (old: readonly Route[], more: readonly Route[]): readonly Route[] => [
  ...new Map([...old, ...more].map((route) => [keyOf(route), route])).values(),
];

/** Those that stay; a route that is not there need not go. */
export const remainingRoutes = (old: readonly Route[], less: readonly Route[]): readonly Route[] => {
  const gone = new Set(less.map(keyOf));
  return old.filter((route) => !gone.has(keyOf(route)));
};
