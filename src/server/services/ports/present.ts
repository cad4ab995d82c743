import { DISTRIBUTED_INTERFACE } from '../../../net/deviceOwners.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import type { Item } from '../service.ts';
import { apiTime, tagsBy } from '../standardAttributes.ts';
import type { Details } from './details.ts';
import { presentExtended } from './extended.ts';
import type { Port, PortRow } from './rows.ts';

const parse = (stored: string | null): Item =>
  stored === null || stored === '' ? {} : (JSON.parse(stored) as Item);

/** A distributed router's interface is on no host of its own. */
const everywhere = { 'binding:host_id': '', 'binding:vif_type': 'distributed', 'binding:vif_details': {} };

type Level = Pick<Details[4][number], 'level' | 'driver'>;

const bindingOf = (row: PortRow, details: Item, levels: readonly Level[]) => ({
  'binding:host_id': row.host ?? '',
  'binding:vif_type': row.vif_type ?? 'unbound',
  'binding:vif_details':
    levels.length === 0
      ? { ...details }
      : { ...details, bound_drivers: Object.fromEntries(levels.map(({ level, driver }) => [level, driver])) },
});

/** Reads the details of bindings, which are the same for all that one driver made: each text once. */
function vifDetails(): (stored: string | null) => Item {
  const read = new Map<string | null, Item>();
  return (stored) => {
    let details = read.get(stored);
    if (!details) {
      details = parse(stored);
      read.set(stored, details);
    }
    return details;
  };
}

/** The answer to a write, and what is told of it, show the binding without the drivers that made it; reads show them. */
export function written<P extends Item>(port: P): P {
  const { bound_drivers: _, ...vifDetails } = port['binding:vif_details'] as Item;
  return { ...port, 'binding:vif_details': vifDetails };
}

/** What each port has of these, in order. */
function byPort<Row extends { readonly port_id: string | null }>(
  rows: readonly Row[],
  order: (row: Row) => string | number,
): (port: string) => readonly Row[] {
  const groups = Map.groupBy(rows, ({ port_id }) => port_id);
  return (port) => {
    const own = groups.get(port) ?? [];
    return own.length > 1 ? own.toSorted((one, other) => (order(one) < order(other) ? -1 : 1)) : own;
  };
}

/** Ports as the API shows them, made of their rows and of what lies in other tables. */
export function presentPorts(
  rows: readonly PortRow[],
  [addresses, pairs, options, groups, levels, tagRows]: Details,
  drivers: ExtensionDrivers,
): Port[] {
  const tags = tagsBy(tagRows);
  const addressesOf = byPort(addresses, ({ ip_address }) => ip_address);
  const pairsOf = byPort(pairs, ({ mac_address, ip_address }) => `${mac_address} ${ip_address}`);
  const optionsOf = byPort(options, ({ opt_name }) => opt_name);
  const groupsOf = byPort(groups, ({ security_group_id }) => security_group_id);
  const levelsOf = byPort(levels, ({ level }) => level);
  const detailsOf = vifDetails();
  return rows.map((row) => {
    const bound = levelsOf(row.id).filter(({ host }) => host === row.host);
    const fixed_ips = addressesOf(row.id).map(({ subnet_id, ip_address }) => ({
      subnet_id,
      ip_address,
    }));
    const binding =
      row.device_owner === DISTRIBUTED_INTERFACE
        ? everywhere
        : bindingOf(row, detailsOf(row.vif_details), bound);
    // A literal without spreads: each of those costs as much as the rest of it, and there may be 100,000 ports to show.
    const port = {
      id: row.id,
      name: row.name,
      network_id: row.network_id,
      tenant_id: row.project_id ?? '',
      mac_address: row.mac_address,
      admin_state_up: row.admin_state_up !== 0,
      status: row.status,
      device_id: row.device_id,
      device_owner: row.device_owner,
      standard_attr_id: row.standard_attr_id,
      fixed_ips,
      allowed_address_pairs: pairsOf(row.id).map(({ mac_address, ip_address }) => ({
        mac_address,
        ip_address,
      })),
      extra_dhcp_opts: optionsOf(row.id).map(({ opt_name, opt_value, ip_version }) => ({
        opt_name,
        opt_value,
        ip_version,
      })),
      security_groups: groupsOf(row.id).map(({ security_group_id }) => security_group_id),
      description: row.description,
      'binding:vnic_type': row.vnic_type ?? 'normal',
      'binding:profile': parse(row.profile),
      'binding:host_id': binding['binding:host_id'],
      'binding:vif_type': binding['binding:vif_type'],
      'binding:vif_details': binding['binding:vif_details'],
      port_security_enabled: row.port_security_enabled !== 0,
      tags: tags.get(row.standard_attr_id) ?? [],
      created_at: apiTime(row.created_at),
      updated_at: apiTime(row.updated_at),
      revision_number: row.revision_number,
      project_id: row.project_id,
    };
    return Object.assign(port, presentExtended(drivers, row, fixed_ips));
  });
}
