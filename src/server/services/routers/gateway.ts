import { ROUTER_GATEWAY } from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import type { FixedIp } from '../../ipam/requests.ts';
import { fixedIpsOf } from '../neighbours.ts';
import type { Item, RequestContext } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import type { Work } from '../work.ts';
import type { L3Parts } from './parts.ts';
import type { RouterRow } from './rows.ts';
import { badRouter, checkNoOverlap, routerAddresses } from './topology.ts';

/** external_gateway_info as a client sends it. */
export interface GatewayRequest {
  readonly network_id: string;
  readonly enable_snat?: boolean;
  readonly external_fixed_ips?: readonly Partial<FixedIp>[];
}

/** The request for a gateway, or undefined when the router shall have none: null or an empty dictionary. */
export function gatewayRequest(value: unknown): GatewayRequest | undefined {
  const request = value as GatewayRequest | null;
  return request?.network_id ? request : undefined;
}

/** Rejects what can be said before the transaction: a network that the caller does not see or that is not external. */
export async function checkGatewayNetwork(
  { networks }: L3Parts,
  context: RequestContext,
  request: GatewayRequest,
): Promise<void> {
  const network = await networks.get(context, request.network_id);
  if (network['router:external'] !== true) {
    throw badRouter(`Network ${request.network_id} is not an external network`);
  }
}

async function checkUnused(work: Work, router: RouterRow): Promise<void> {
  const user = await work.tx
    .selectFrom('floatingips')
    .select('id')
    .where('router_id', '=', router.id)
    .where('floating_network_id', '=', router.gw_network_id ?? '')
    .limit(1)
    .executeTakeFirst();
  if (user !== undefined) {
    throw fault('RouterExternalGatewayInUseByFloatingIp', {
      router_id: router.id,
      net_id: router.gw_network_id,
    });
  }
}

async function checkAddresses({ subnets }: L3Parts, work: Work, request: GatewayRequest): Promise<void> {
  const own = await subnets.listIn(work.tx, { network_id: [request.network_id] });
  for (const { ip_address } of request.external_fixed_ips ?? []) {
    if (ip_address !== undefined && own.some(({ gateway_ip }) => gateway_ip === ip_address)) {
      throw badRouter(`External IP ${ip_address} is the same as the gateway IP`);
    }
  }
}

/** Takes a router's gateway away; it must not carry floating IPs. */
export async function clearGateway({ ports }: L3Parts, work: Work, router: RouterRow): Promise<void> {
  if (router.gw_port_id === null) return;
  await checkUnused(work, router);
  await work.tx.updateTable('routers').set({ gw_port_id: null }).where('id', '=', router.id).execute();
  await work.tx.deleteFrom('routerports').where('port_id', '=', router.gw_port_id).execute();
  await ports.deleteIn(work, router.gw_port_id);
  await bumpRevision(work.tx, [router.standard_attr_id], undefined, 2);
}

async function createGateway(
  parts: L3Parts,
  work: Work,
  router: RouterRow,
  request: GatewayRequest,
): Promise<void> {
  const port = await parts.ports.createIn(work, {
    tenant_id: '',
    project_id: '',
    name: '',
    network_id: request.network_id,
    admin_state_up: true,
    device_id: router.id,
    device_owner: ROUTER_GATEWAY,
    ...(request.external_fixed_ips?.length ? { fixed_ips: request.external_fixed_ips } : {}),
  });
  const ids = fixedIpsOf(port).map(({ subnet_id }) => subnet_id);
  const subnets = ids.length === 0 ? [] : await parts.subnets.listIn(work.tx, { id: ids });
  checkNoOverlap(await routerAddresses(work.tx, router.id), subnets, ROUTER_GATEWAY);
  await work.tx
    .insertInto('routerports')
    .values({ router_id: router.id, port_id: port.id as string, port_type: ROUTER_GATEWAY })
    .execute();
  await work.tx
    .updateTable('routers')
    .set({ gw_port_id: port.id as string })
    .where('id', '=', router.id)
    .execute();
  await bumpRevision(work.tx, [router.standard_attr_id]);
}

/** Gives a locked router the gateway that is asked for, changing as little as possible. */
export async function setGateway(
  parts: L3Parts,
  work: Work,
  router: RouterRow,
  request: GatewayRequest,
  snatByDefault: boolean,
): Promise<void> {
  await checkAddresses(parts, work, request);
  if (router.gw_network_id !== request.network_id) {
    await clearGateway(parts, work, router);
    await createGateway(parts, work, router, request);
  } else if (request.external_fixed_ips?.length) {
    const changes: Item = { fixed_ips: request.external_fixed_ips };
    await parts.ports.updateIn(work, router.gw_port_id!, changes);
  }
  await work.tx
    .updateTable('routers')
    .set({ enable_snat: (request.enable_snat ?? snatByDefault) ? 1 : 0 })
    .where('id', '=', router.id)
    .execute();
  await bumpRevision(work.tx, [router.standard_attr_id]);
}
