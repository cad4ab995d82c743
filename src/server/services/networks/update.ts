import { ROUTER_GATEWAY } from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import type { NetworkTypes } from '../../ml2/types/index.ts';
import type { Item, Tx } from '../service.ts';
import { insertDomains, networkMtu } from './create.ts';
import { checkOnlyDefaultExternal } from './defaultExternal.ts';
import { updatedSegment } from './provider.ts';
import type { LoadedNetwork } from './rows.ts';
import { checkUnused, grantToAll, isGrantedToAll, revoke } from './sharing.ts';

const flag = (value: unknown): 0 | 1 => (value ? 1 : 0);

async function setShared(tx: Tx, { row }: LoadedNetwork, shared: boolean): Promise<void> {
  if (shared === (await isGrantedToAll(tx, row.id, 'access_as_shared'))) return;
  if (shared) {
    await grantToAll(tx, [{ network: row.id, projectId: row.project_id ?? '', action: 'access_as_shared' }]);
    return;
  }
  await checkUnused(tx, row);
  await revoke(tx, row.id, 'access_as_shared', '*');
}

async function setExternal(tx: Tx, { row }: LoadedNetwork, external: boolean): Promise<void> {
  if (external === (row.external_id !== null)) return;
  if (external) {
    await tx.insertInto('externalnetworks').values({ network_id: row.id, is_default: 0 }).execute();
    await grantToAll(tx, [
      { network: row.id, projectId: row.project_id ?? '', action: 'access_as_external' },
    ]);
    return;
  }
  const gateway = await tx
    .selectFrom('ports')
    .select('id')
    .where('network_id', '=', row.id)
    .where('device_owner', '=', ROUTER_GATEWAY)
    .limit(1)
    .executeTakeFirst();
  if (gateway !== undefined) throw fault('ExternalNetworkInUse', { net_id: row.id });
  await tx.deleteFrom('externalnetworks').where('network_id', '=', row.id).execute();
  await revoke(tx, row.id, 'access_as_external');
}

async function moveSegment(
  tx: Tx,
  types: NetworkTypes,
  { segments }: LoadedNetwork,
  changes: Item,
): Promise<void> {
  const wanted = updatedSegment(changes, segments);
  if (wanted === undefined) return;
  await types.reserve(tx, [wanted]);
  await types.release(tx, [segments[0]!]);
  await tx
    .updateTable('networksegments')
    .set({ segmentation_id: wanted.segmentation_id })
    .where('id', '=', segments[0]!.id)
    .execute();
}

/** Writes what a request changes of a network; description and revision are the caller's. */
export async function writeNetwork(
  tx: Tx,
  types: NetworkTypes,
  network: LoadedNetwork,
  changes: Item,
): Promise<void> {
  const { row } = network;
  await moveSegment(tx, types, network, changes);
  const columns = {
    ...('name' in changes ? { name: changes.name as string } : {}),
    ...('admin_state_up' in changes ? { admin_state_up: flag(changes.admin_state_up) } : {}),
    ...('mtu' in changes ? { mtu: networkMtu(types, network.segments, changes.mtu) } : {}),
  };
  if (Object.keys(columns).length > 0) {
    await tx.updateTable('networks').set(columns).where('id', '=', row.id).execute();
  }
  if ('port_security_enabled' in changes) {
    await tx
      .updateTable('networksecuritybindings')
      .set({ port_security_enabled: flag(changes.port_security_enabled) })
      .where('network_id', '=', row.id)
      .execute();
  }
  if ('dns_domain' in changes) {
    await tx.deleteFrom('networkdnsdomains').where('network_id', '=', row.id).execute();
    await insertDomains(tx, [{ network_id: row.id, dns_domain: changes.dns_domain }]);
  }
  if ('shared' in changes) await setShared(tx, network, changes.shared === true);
  if ('router:external' in changes) await setExternal(tx, network, changes['router:external'] === true);
  if ('is_default' in changes) {
    await tx
      .updateTable('externalnetworks')
      .set({ is_default: flag(changes.is_default) })
      .where('network_id', '=', row.id)
      .execute();
    if (changes.is_default === true) await checkOnlyDefaultExternal(tx, row.id);
  }
}
