import { pythonText } from '../../../resources/pythonText.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import { badRequest, fault } from '../../errors/index.ts';
import { allocationSubnets } from '../../ipam/subnets.ts';
import { rebindPort } from '../qos/bindings.ts';
import type { Item, RequestContext, Tx } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { changeAddresses } from './addresses.ts';
import { storedProfile } from './bindings/rows.ts';
import { deleteBinding, deleteLevels, vifColumns } from './bindings/writing.ts';
import type { PortMaker } from './create.ts';
import { writeExtended } from './extended.ts';
import { macOfUpdate } from './mac.ts';
import type { Port } from './rows.ts';
import { addressPairs, checkGroups, checkPortSecurity } from './security.ts';
import {
  blockPorts,
  type DhcpOption,
  hostedNetworks,
  mergeOptions,
  replaceGroups,
  replacePairs,
} from './write.ts';

async function writeColumns(tx: Tx, port: Port, changes: Item, mac: string): Promise<void> {
  const columns = {
    ...('name' in changes ? { name: changes.name as string } : {}),
    ...('admin_state_up' in changes ? { admin_state_up: changes.admin_state_up ? 1 : 0 } : {}),
    ...('device_id' in changes ? { device_id: changes.device_id as string } : {}),
    ...('device_owner' in changes ? { device_owner: changes.device_owner as string } : {}),
    ...('status' in changes ? { status: changes.status as string } : {}),
    ...(mac === port.mac_address ? {} : { mac_address: mac }),
  };
  if (Object.keys(columns).length === 0) return;
  try {
    await tx.updateTable('ports').set(columns).where('id', '=', port.id).execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    if (!changes.mac_address) throw new RetryTransaction('a generated MAC address is in use');
    throw fault('MacAddressInUse', { net_id: port.network_id, mac });
  }
}

async function writeSecurity(
  tx: Tx,
  context: RequestContext,
  port: Port,
  changes: Item,
  mac: string,
): Promise<void> {
  checkPortSecurity(port, changes);
  if ('port_security_enabled' in changes && changes.port_security_enabled !== port.port_security_enabled) {
    const port_security_enabled = changes.port_security_enabled ? 1 : 0;
    await tx
      .updateTable('portsecuritybindings')
      .set({ port_security_enabled })
      .where('port_id', '=', port.id)
      .execute();
  }
  if ('security_groups' in changes) {
    const groups = (changes.security_groups ?? []) as string[];
    await checkGroups(tx, context, [groups]);
    await replaceGroups(tx, port.id, groups);
  }
  if ('allowed_address_pairs' in changes) {
    await replacePairs(tx, port.id, addressPairs(changes.allowed_address_pairs, mac));
  }
}

/** Writes what a request changes of the binding; true when the port must be bound anew. */
async function writeBinding(tx: Tx, port: Port, changes: Item): Promise<boolean> {
  const wanted = <T>(key: string, empty: T): T =>
    key in changes ? ((changes[key] ?? empty) as T) : (port[key] as T);
  const host = wanted<unknown>('binding:host_id', '');
  // The attribute has no validation of its own.
  if (typeof host !== 'string') {
    const message = `Invalid input for binding:host_id. Reason: '${pythonText(host)}' is not a valid string.`;
    throw badRequest(message);
  }
  const vnic_type = wanted('binding:vnic_type', 'normal');
  const profile = wanted<Item>('binding:profile', {});
  const same =
    host === port['binding:host_id'] &&
    vnic_type === port['binding:vnic_type'] &&
    JSON.stringify(profile) === JSON.stringify(port['binding:profile']);
  if (same) return false;
  await deleteLevels(tx, port.id, port['binding:host_id']);
  // A binding that was prepared there for a live migration gives way.
  if (host !== port['binding:host_id']) await deleteBinding(tx, port.id, host);
  const { numUpdatedRows } = await tx
    .updateTable('ml2_port_bindings')
    .set({ host, vnic_type, profile: storedProfile(profile), ...vifColumns(undefined) })
    .where('port_id', '=', port.id)
    .where('status', '=', 'ACTIVE')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw fault('PortNotFound', { port_id: port.id });
  return true;
}

export interface Updated {
  readonly rebind: boolean;
  readonly addresses: boolean;
}

/** Writes checked changes of a port. `dropped` names a subnet that takes all of its addresses with it. */
export async function writePort(
  tx: Tx,
  context: RequestContext,
  port: Port,
  changes: Item,
  { baseMac, drivers, wiredByAgent }: Pick<PortMaker, 'baseMac' | 'drivers' | 'wiredByAgent'>,
  dropped?: string,
): Promise<Updated> {
  const mac = macOfUpdate(port, changes, baseMac);
  await writeColumns(tx, port, changes, mac);
  await writeSecurity(tx, context, port, changes, mac);
  const addresses = await changeAddresses(
    tx,
    { ...port, device_owner: (changes.device_owner ?? port.device_owner) as string },
    changes,
    mac,
    dropped,
  );
  await writeExtended(tx, drivers, port, changes);
  if (drivers.qos && 'qos_policy_id' in changes) {
    await rebindPort(tx, context, drivers.qos, port, changes.qos_policy_id as string | null);
  }
  if (changes.extra_dhcp_opts) await mergeOptions(tx, port.id, changes.extra_dhcp_opts as DhcpOption[]);
  const rebind = await writeBinding(tx, port, changes);
  if (rebind && port.status !== 'DOWN' && changes['binding:host_id'] !== undefined) {
    await tx.updateTable('ports').set({ status: 'DOWN' }).where('id', '=', port.id).execute();
  }
  await blockAgain(tx, port, changes, rebind, addresses, wiredByAgent);
  await bumpRevision(tx, [port.standard_attr_id], changes.description as string | undefined);
  return { rebind, addresses };
}

/** A port that moves or gets other addresses waits for its agent and for DHCP again, unless it is ACTIVE. */
async function blockAgain(
  tx: Tx,
  port: Port,
  changes: Item,
  rebind: boolean,
  addresses: boolean,
  wiredByAgent: PortMaker['wiredByAgent'],
): Promise<void> {
  const host = (changes['binding:host_id'] ?? '') as string;
  const vnicType = (changes['binding:vnic_type'] ?? port['binding:vnic_type']) as string;
  const attribute = port.standard_attr_id;
  if (rebind && host !== '' && host !== port['binding:host_id'] && (await wiredByAgent(vnicType, host))) {
    await blockPorts(tx, [{ standard_attr_id: attribute, entity: 'L2' }]);
  }
  if (!addresses || port.status === 'ACTIVE') return;
  const hosted = await hostedNetworks(tx, [port.network_id]);
  const subnets = hosted.size === 0 ? [] : await allocationSubnets(tx, [port.network_id]);
  const used = await tx
    .selectFrom('ipallocations')
    .select('subnet_id')
    .where('port_id', '=', port.id)
    .execute();
  const served = used.some(({ subnet_id }) => subnets.some(({ id, dhcp }) => id === subnet_id && dhcp));
  if (served) await blockPorts(tx, [{ standard_attr_id: attribute, entity: 'DHCP' }]);
}
