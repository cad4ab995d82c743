import { canonicalAddress } from '../../../net/address.ts';
import { cidrContains } from '../../../net/cidr.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
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
    if (!addresses.some(({ cidr }) => cidrContains(cidr, nexthop))) {
      throw fault('InvalidRoutes', { routes, reason: 'the nexthop is not connected with router' });
    }
    if (addresses.some(({ ip_address }) => ip_address === canonicalAddress(nexthop))) {
      throw fault('InvalidRoutes', { routes, reason: 'the nexthop is used by router' });
    }
  }
  await tx.deleteFrom('routerroutes').where('router_id', '=', routerId).execute();
  if (routes.length === 0) return;
  await tx
    .insertInto('routerroutes')
    .values(routes.map(({ destination, nexthop }) => ({ router_id: routerId, destination, nexthop })))
    .execute();
}
