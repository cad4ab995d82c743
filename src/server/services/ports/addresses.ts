import { DHCP_PORT } from '../../../net/deviceOwners.ts';
import { eui64Address } from '../../../net/mac.ts';
import { allocateAddresses, releaseAddresses } from '../../ipam/allocate.ts';
import { addressRequests, type FixedIp, isRouterOrSnatPort, type WantedIp } from '../../ipam/requests.ts';
import { type AllocationSubnet, allocationSubnets } from '../../ipam/subnets.ts';
import type { Item, Tx } from '../service.ts';
import type { Port } from './rows.ts';

interface Plan {
  readonly add: readonly WantedIp[];
  readonly remove: readonly FixedIp[];
}

/**
 * Which addresses to add and to take away. A wish for any address of a subnet keeps one the port has there. Addresses
 * that follow from the MAC stay unless `dropped` names their subnet, or the MAC changes.
 */
function plan(
  port: Port,
  wanted: readonly WantedIp[],
  subnets: readonly AllocationSubnet[],
  mac: string,
  dropped: string | undefined,
): Plan {
  const left = new Map(port.fixed_ips.map((ip) => [ip.ip_address, ip]));
  const add: WantedIp[] = [];
  for (const wish of wanted) {
    if (wish.ip_address === undefined) continue;
    const known = left.get(wish.ip_address);
    if (known !== undefined && (wish.subnet_id ?? known.subnet_id) === known.subnet_id) {
      left.delete(wish.ip_address);
    } else add.push(wish);
  }
  for (const wish of wanted) {
    if (wish.ip_address !== undefined) continue;
    const known = [...left.values()].find(({ subnet_id }) => subnet_id === wish.subnet_id);
    if (known === undefined) add.push(wish);
    else left.delete(known.ip_address);
  }
  const follows = ({ subnet_id, ip_address }: FixedIp): boolean => {
    const subnet = subnets.find(({ id }) => id === subnet_id);
    return (
      subnet?.auto === true &&
      subnet_id !== dropped &&
      !isRouterOrSnatPort(port.device_owner) &&
      ip_address === eui64Address(subnet.cidr, mac)
    );
  };
  return { add, remove: [...left.values()].filter((ip) => !follows(ip)) };
}

/** Changes a port's addresses to those wanted; true when anything changed. */
export async function changeAddresses(
  tx: Tx,
  port: Port,
  changes: Item,
  mac: string,
  dropped?: string,
): Promise<boolean> {
  const named = (changes.fixed_ips as WantedIp[] | null | undefined) ?? undefined;
  const macChanged = mac !== port.mac_address;
  if (named === undefined && !macChanged) return false;
  const others = (named ?? []).flatMap(({ subnet_id }) => subnet_id ?? []);
  const all = await allocationSubnets(tx, [port.network_id], others);
  const subnets = all.filter(({ id }) => id !== dropped);
  const stateful = port.fixed_ips.filter(
    ({ subnet_id }) => !subnets.find(({ id }) => id === subnet_id)?.auto,
  );
  const wanted = named ?? stateful;
  const { add, remove } = plan(port, wanted, all, mac, dropped);
  const kept = new Set(
    port.fixed_ips.filter((ip) => !remove.includes(ip)).map(({ ip_address }) => ip_address),
  );
  const requests = addressRequests(
    { networkId: port.network_id, deviceOwner: port.device_owner, mac, wanted: add },
    subnets,
  ).filter((request) => request.kind === 'any' || !kept.has(request.address));
  if (remove.length > 0) await releaseAddresses(tx, remove);
  if (requests.length > 0) {
    const first = port.device_owner === DHCP_PORT;
    await allocateAddresses(tx, [{ portId: port.id, networkId: port.network_id, requests, first }]);
  }
  return remove.length + requests.length > 0;
}
