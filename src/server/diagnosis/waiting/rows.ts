import type { Kysely } from 'kysely';
import { DHCP_PORT } from '../../../net/deviceOwners.ts';
import type { Database } from '../../db/schema/index.ts';
import { type PortFacts, portFacts } from '../model/ports.ts';

/** The ports from which DHCP agents serve a network. */
export async function dhcpPortsOf(db: Kysely<Database>, networkId: string): Promise<PortFacts[]> {
  const rows = await db
    .selectFrom('ports')
    .select('id')
    .where('network_id', '=', networkId)
    .where('device_owner', '=', DHCP_PORT)
    .execute();
  const ports = await portFacts(
    db,
    rows.map(({ id }) => id),
  );
  return ports.filter(({ deviceId }) => deviceId !== 'reserved_dhcp_port');
}

/** Ids of the ports in a security group. */
export async function portsInGroup(db: Kysely<Database>, groupId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('securitygroupportbindings')
    .select('port_id')
    .where('security_group_id', '=', groupId)
    .execute();
  return rows.map(({ port_id }) => port_id);
}

/** The network of a subnet; undefined when there is no such subnet. */
export async function networkOf(db: Kysely<Database>, subnetId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('subnets')
    .select('network_id')
    .where('id', '=', subnetId)
    .executeTakeFirst();
  return row?.network_id;
}
