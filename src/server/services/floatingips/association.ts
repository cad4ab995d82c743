import { type SqlBool, sql } from 'kysely';
import { canonicalAddress, versionOf } from '../../../net/address.ts';
import { DHCP_PORT, ROUTER_INTERFACES } from '../../../net/deviceOwners.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import type { FixedIp } from '../../ipam/requests.ts';
import { fixedIpsOf } from '../neighbours.ts';
import type { L3Parts } from '../routers/parts.ts';
import type { Item, RequestContext } from '../service.ts';
import type { Work } from '../work.ts';
import type { FloatingIpRow } from './rows.ts';

export const badFloatingIp = (msg: string) => fault('BadRequest', { resource: 'floatingip', msg });

/** Where a floating IP leads to. */
export interface Association {
  readonly fixed_port_id: string | null;
  readonly fixed_ip_address: string | null;
  readonly router_id: string | null;
}

export const NOWHERE: Association = { fixed_port_id: null, fixed_ip_address: null, router_id: null };

const isV4 = ({ ip_address }: FixedIp) => versionOf(ip_address) === 4;

/** Rejects a port that the caller does not see, and an address without a port. */
export async function checkPortVisible(
  { ports }: L3Parts,
  context: RequestContext,
  item: Item,
): Promise<void> {
  if (item.port_id) await ports.get(context, item.port_id as string);
  else if (item.fixed_ip_address)
    throw badFloatingIp('fixed_ip_address cannot be specified without a port_id');
}

/** The one address of the port that the floating IP shall lead to. */
function fixedAddress(port: Item, wanted: unknown): FixedIp {
  const addresses = fixedIpsOf(port);
  if (wanted) {
    const address = canonicalAddress(String(wanted));
    if (versionOf(address) !== 4) {
      throw badFloatingIp(
        `Cannot process floating IP association with ${wanted}, since that is not an IPv4 address`,
      );
    }
    const found = addresses.find(({ ip_address }) => ip_address === address);
    if (!found) throw badFloatingIp(`Port ${port.id} does not have fixed ip ${wanted}`);
    return found;
  }
  const [only, ...more] = addresses.filter(isV4);
  if (only === undefined) {
    throw badFloatingIp(`Cannot add floating IP to port ${port.id} that has no fixed IPv4 addresses`);
  }
  if (more.length > 0) {
    throw badFloatingIp(
      `Port ${port.id} has multiple fixed IPv4 addresses.  ` +
        'Must provide a specific IPv4 address when assigning a floating IP',
    );
  }
  return only;
}

/** Routers between a subnet and an external network, those first that are the subnet's gateway. */
const routersBetween = (work: Work, subnetId: string, externalNetworkId: string) =>
  work.tx
    .selectFrom('routers')
    .innerJoin('ports as gateway', 'gateway.id', 'routers.gw_port_id')
    .innerJoin('routerports', 'routerports.router_id', 'routers.id')
    .innerJoin('ipallocations', 'ipallocations.port_id', 'routerports.port_id')
    .innerJoin('subnets', 'subnets.id', 'ipallocations.subnet_id')
    .select('routers.id')
    .where('gateway.network_id', '=', externalNetworkId)
    .where('routerports.port_type', 'in', ROUTER_INTERFACES)
    .where('ipallocations.subnet_id', '=', subnetId)
    .orderBy(sql`case when ipallocations.ip_address = subnets.gateway_ip then 0 else 1 end`)
    .orderBy('routers.id')
    .execute();

/** Holds the router, if it still connects the two; nobody can take gateway or interface away until the commit. */
async function holdRouter(work: Work, routerId: string, subnetId: string): Promise<boolean> {
  const { numUpdatedRows } = await work.tx
    .updateTable('routers')
    .set((e) => ({ status: e.ref('status') }))
    .where('id', '=', routerId)
    .where('gw_port_id', 'is not', null)
    .where(
      sql<SqlBool>`exists (select 1 from routerports join ipallocations
        on ipallocations.port_id = routerports.port_id
        where routerports.router_id = ${routerId} and ipallocations.subnet_id = ${subnetId})`,
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Finds address and router for a floating IP of `projectId` that shall lead to a port. */
export async function associate(
  { ports }: L3Parts,
  work: Work,
  {
    projectId,
    networkId,
    portId,
    address,
  }: {
    readonly projectId: string | null;
    readonly networkId: string;
    readonly portId: string;
    readonly address: unknown;
  },
): Promise<Association> {
  const port = await ports.getIn(work.tx, portId);
  if (port === undefined) throw fault('PortNotFound', { port_id: portId });
  if (!work.context.isAdmin && port.tenant_id !== projectId) {
    throw badFloatingIp(
      `Cannot process floating IP association with Port ${portId}, since that port is owned by a different tenant`,
    );
  }
  if (port.device_owner === DHCP_PORT) {
    throw badFloatingIp(`Port ${portId} is unable to be assigned a floating IP`);
  }
  const fixed = fixedAddress(port, address);
  for (const { id } of await routersBetween(work, fixed.subnet_id, networkId)) {
    if (await holdRouter(work, id, fixed.subnet_id)) {
      return { fixed_port_id: portId, fixed_ip_address: fixed.ip_address, router_id: id };
    }
  }
  throw fault('ExternalGatewayForFloatingIPNotFound', {
    subnet_id: fixed.subnet_id,
    external_network_id: networkId,
    port_id: portId,
  });
}

/** Writes where a floating IP leads to; the database allows one floating IP per address and external network. */
export async function store(
  work: Work,
  floating: Pick<FloatingIpRow, 'id' | 'floating_ip_address' | 'floating_network_id' | 'router_id'>,
  association: Association,
): Promise<void> {
  const taken = fault('FloatingIPPortAlreadyAssociated', {
    floating_ip_address: floating.floating_ip_address,
    fip_id: floating.id,
    port_id: association.fixed_port_id,
    fixed_ip: association.fixed_ip_address,
    net_id: floating.floating_network_id,
  });
  try {
    await work.tx
      .updateTable('floatingips')
      .set({ ...association, last_known_router_id: floating.router_id })
      .where('id', '=', floating.id)
      .execute();
  } catch (error) {
    throw isDuplicate(error) ? taken : error;
  }
}
