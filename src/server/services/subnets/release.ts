import { DHCP_PORT, ROUTER_INTERFACE } from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import type { Work } from '../work.ts';
import { isAutoAddress } from './validation.ts';

const REASON = 'One or more ports have an IP allocation from this subnet';

/** Ports that give up their address with the subnet. */
const yields = (owner: string, auto: boolean): boolean =>
  owner === DHCP_PORT || (auto && !owner.startsWith(ROUTER_INTERFACE));

/**
 * Takes a locked subnet's addresses from ports that live without them and removes the subnet; throws SubnetInUse when
 * another port has one.
 */
export async function releaseSubnet(
  work: Work,
  subnet: Item,
  leaveSubnet: (work: Work, portId: string, subnetId: string) => Promise<void>,
): Promise<void> {
  const { tx } = work;
  const id = subnet.id as string;
  const users = await tx
    .selectFrom('ipallocations')
    .innerJoin('ports', 'ports.id', 'ipallocations.port_id')
    .select(['ports.id', 'ports.device_owner'])
    .distinct()
    .where('ipallocations.subnet_id', '=', id)
    .execute();
  const auto = isAutoAddress(subnet);
  if (users.some(({ device_owner }) => !yields(device_owner, auto))) {
    throw fault('SubnetInUse', { subnet_id: id, reason: REASON });
  }
  for (const port of users) await leaveSubnet(work, port.id, id);
  const network = await tx
    .selectFrom('networks')
    .select('standard_attr_id')
    .where('id', '=', subnet.network_id as string)
    .executeTakeFirst();
  await tx.deleteFrom('ipamsubnets').where('neutron_subnet_id', '=', id).execute();
  await tx
    .deleteFrom('standardattributes')
    .where('id', '=', subnet.standard_attr_id as number)
    .execute();
  if (network !== undefined) await bumpRevision(tx, [network.standard_attr_id]);
}
