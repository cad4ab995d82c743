import { isUnbound } from '../../../net/vifTypes.ts';
import { fault } from '../../errors/index.ts';
import type { FixedIp } from '../../ipam/requests.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import type { Item, Tx } from '../service.ts';
import { type DnsRow, insertDns, presentDns, writeDns } from './dns.ts';

/** What the database holds for the extension drivers, one row a port; of those that are not loaded nothing is read. */
export interface ExtendedRow extends DnsRow {
  readonly device_profile?: string | null | undefined;
  readonly numa_affinity_policy?: string | null | undefined;
  readonly qos_policy_id?: string | null | undefined;
  readonly qos_network_policy_id?: string | null | undefined;
}

/** What the loaded drivers show of a port. */
export const presentExtended = (
  { dns, deviceProfile, numaAffinity, qos }: ExtensionDrivers,
  row: ExtendedRow,
  fixedIps: readonly FixedIp[],
): Item => ({
  ...(qos
    ? {
        qos_policy_id: row.qos_policy_id ?? null,
        qos_network_policy_id: row.qos_network_policy_id ?? null,
      }
    : {}),
  ...(deviceProfile ? { device_profile: row.device_profile ?? null } : {}),
  ...(numaAffinity ? { numa_affinity_policy: row.numa_affinity_policy ?? null } : {}),
  ...(dns ? presentDns(dns, row, fixedIps) : {}),
});

type Policy = 'required' | 'preferred' | 'legacy';

/** Keeps what the loaded drivers keep of new ports. */
export async function insertExtended(
  tx: Tx,
  { dns, deviceProfile, numaAffinity }: ExtensionDrivers,
  ports: readonly { readonly id: string; readonly item: Item }[],
): Promise<void> {
  const profiles = ports.flatMap(({ id, item }) =>
    deviceProfile && item.device_profile
      ? [{ port_id: id, device_profile: item.device_profile as string }]
      : [],
  );
  const policies = ports.flatMap(({ id, item }) =>
    numaAffinity && item.numa_affinity_policy
      ? [{ port_id: id, numa_affinity_policy: item.numa_affinity_policy as Policy }]
      : [],
  );
  if (profiles.length > 0) await tx.insertInto('portdeviceprofiles').values(profiles).execute();
  if (policies.length > 0) await tx.insertInto('portnumaaffinitypolicies').values(policies).execute();
  if (dns) await insertDns(tx, dns, ports);
}

/** A port, as far as it is bound. */
interface Bound {
  readonly id: string;
  readonly 'binding:vif_type': string;
  readonly 'binding:host_id': string;
}

/**
 * Writes what a request changes of what the loaded drivers keep.
 * @throws PortBoundNUMAAffinityPolicy (409) for another policy of a bound port
 */
export async function writeExtended(
  tx: Tx,
  drivers: ExtensionDrivers,
  port: Bound,
  changes: Item,
): Promise<void> {
  const { dns, numaAffinity } = drivers;
  if (numaAffinity && 'numa_affinity_policy' in changes) {
    const { numa_affinity_policy } = changes;
    if (!isUnbound(port['binding:vif_type'])) {
      const host_id = port['binding:host_id'];
      throw fault('PortBoundNUMAAffinityPolicy', { port_id: port.id, host_id, numa_affinity_policy });
    }
    await tx.deleteFrom('portnumaaffinitypolicies').where('port_id', '=', port.id).execute();
    await insertExtended(tx, { ...drivers, dns: undefined, deviceProfile: false }, [
      { id: port.id, item: changes },
    ]);
  }
  if (dns) await writeDns(tx, dns, port.id, changes);
}
