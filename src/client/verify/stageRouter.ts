import { REPLICATED_INTERFACE, ROUTER_INTERFACE } from '../../net/deviceOwners.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict, str } from '../python/value.ts';
import { floatingip, port, router } from '../resources.ts';
import type { Maker } from './maker.ts';
import { type Known, missing, type Part } from './part.ts';
import type { Place } from './stageNetwork.ts';
import { externalNetwork, type Survey, subnetOf } from './survey.ts';

/** A router that has an interface on the network of the tests. */
export interface Crossing {
  readonly id: string;
  /** Its address there. */
  readonly gateway: string;
  /** The network that its gateway is on. */
  readonly external: string | undefined;
}

/** Interfaces of routers of every kind that works here: distributed ones do not. */
export const INTERFACES = [ROUTER_INTERFACE, REPLICATED_INTERFACE];

/** The external network and its subnet. */
export async function chooseExternal(api: Api, name: string | undefined): Promise<Part<Place>> {
  const network = await externalNetwork(api, name);
  if (!network) return missing('there is no external network (one with router:external True)');
  const subnet = await subnetOf(api, str(network.id ?? null));
  if (!subnet) return missing(`external network ${str(network.name ?? null)} has no IPv4 subnet`);
  return { is: { network, subnet, own: false } };
}

interface Wanted {
  readonly survey: Survey;
  readonly named: string | undefined;
  readonly place: Place;
  readonly second: Place | undefined;
  readonly external: Part<Place>;
}

/** The router that is named, or one of our own between our own networks, or the one that the network has. */
export async function chooseRouter(api: Api, maker: Maker, wanted: Wanted): Promise<Part<Crossing>> {
  const { survey, named, place, second, external } = wanted;
  if (survey.withoutRouters !== undefined) return missing(survey.withoutRouters);
  if (!place.own) return routerOf(api, place, named);
  const made =
    named === undefined
      ? await maker.make(router, routerBody(survey, external))
      : await api.find(router, named);
  const id = str(made.id ?? null);
  for (const { subnet } of [place, ...(second ? [second] : [])])
    await api.put(`${router.path}/${id}/add_router_interface`, { subnet_id: subnet.id! });
  return crossing(made, str(place.subnet.gateway_ip ?? null));
}

const routerBody = ({ aliases }: Survey, external: Part<Place>): Dict => ({
  // A highly available one would need a network more, and answers later.
  ...(aliases.has('l3-ha') ? { ha: false } : {}),
  ...('is' in external ? { external_gateway_info: { network_id: external.is.network.id! } } : {}),
});

async function routerOf(api: Api, { network }: Place, named: string | undefined): Promise<Part<Crossing>> {
  const wanted = named === undefined ? undefined : await api.findId(router, named);
  const query = { network_id: network.id!, device_owner: INTERFACES };
  const interfaces = await api.list(port.plural, port.path, query);
  const found = interfaces.find(({ device_id }) => wanted === undefined || device_id === wanted);
  const of = named === undefined ? 'no router' : `router ${named} not, which`;
  if (!found) return missing(`${of} has an interface on network ${str(network.name ?? null)}`);
  const id = str(found.device_id ?? null);
  const [fixed] = Array.isArray(found.fixed_ips) ? found.fixed_ips.filter(isDict) : [];
  return crossing((await api.get(`${router.path}/${id}`)).router as Dict, str(fixed?.ip_address ?? null));
}

function crossing(object: Dict, gateway: string): Part<Crossing> {
  const info = object.external_gateway_info;
  const external = isDict(info) ? str(info.network_id ?? null) : undefined;
  return { is: { id: str(object.id ?? null), gateway, external } };
}

/** Leads an address of the external network to a port. */
export async function float(maker: Maker, { external }: Crossing, portId: string): Promise<Part<Known>> {
  if (external === undefined) return missing('the router has no gateway on an external network');
  const made = await maker.make(floatingip, { floating_network_id: external, port_id: portId });
  return { is: { id: str(made.id ?? null), address: str(made.floating_ip_address ?? null) } };
}
