import {
  type Compilable,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import { DISTRIBUTED_INTERFACE } from '../../../net/deviceOwners.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/schema/index.ts';
import { type Together, together } from '../../db/together.ts';
import { fault } from '../../errors/index.ts';
import type { FixedIp } from '../../ipam/requests.ts';
import { inChunks } from '../chunks.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { oneOf, type Shape, standardShape } from '../listing.ts';
import { everybody, preparedFor } from '../seen.ts';
import type { Item, Seer } from '../service.ts';
import { apiTime, standardColumns, tagsBy, tagsWhere } from '../standardAttributes.ts';
import { presentExtended } from './extended.ts';

type Connection = Kysely<Database>;

/** Ports with their active binding. */
export const portQuery = (db: Connection) =>
  db
    .selectFrom('ports')
    .innerJoin('standardattributes', 'standardattributes.id', 'ports.standard_attr_id')
    .leftJoin('portsecuritybindings', 'portsecuritybindings.port_id', 'ports.id')
    .leftJoin('ml2_port_bindings', (join) =>
      join.onRef('ml2_port_bindings.port_id', '=', 'ports.id').on('ml2_port_bindings.status', '=', 'ACTIVE'),
    )
    .leftJoin('portdnses', 'portdnses.port_id', 'ports.id')
    .leftJoin('portdeviceprofiles', 'portdeviceprofiles.port_id', 'ports.id')
    .leftJoin('portnumaaffinitypolicies', 'portnumaaffinitypolicies.port_id', 'ports.id')
    .leftJoin('qos_port_policy_bindings as port_qos', 'port_qos.port_id', 'ports.id')
    .leftJoin('qos_network_policy_bindings as network_qos', 'network_qos.network_id', 'ports.network_id')
    .selectAll('ports')
    .select(standardColumns)
    .select([
      'port_qos.policy_id as qos_policy_id',
      'network_qos.policy_id as qos_network_policy_id',
      'portsecuritybindings.port_security_enabled',
      'ml2_port_bindings.host',
      'ml2_port_bindings.vif_type',
      'ml2_port_bindings.vif_details',
      'ml2_port_bindings.vnic_type',
      'ml2_port_bindings.profile',
      'portdnses.dns_name',
      'portdnses.dns_domain',
      'portdnses.current_dns_domain',
      'portdeviceprofiles.device_profile',
      'portnumaaffinitypolicies.numa_affinity_policy',
    ]);

export type PortRow = Awaited<ReturnType<ReturnType<typeof portQuery>['execute']>>[number];

/** A port as the API shows it. */
export type Port = Item & {
  readonly id: string;
  readonly network_id: string;
  readonly tenant_id: string;
  readonly mac_address: string;
  readonly admin_state_up: boolean;
  readonly status: string;
  readonly device_id: string;
  readonly device_owner: string;
  readonly standard_attr_id: number;
  readonly fixed_ips: readonly FixedIp[];
  readonly allowed_address_pairs: readonly { readonly mac_address: string; readonly ip_address: string }[];
  readonly security_groups: readonly string[];
  readonly port_security_enabled: boolean;
  readonly revision_number: number;
  readonly 'binding:host_id': string;
  readonly 'binding:vif_type': string;
  readonly 'binding:vnic_type': string;
  readonly 'binding:profile': Item;
};

/** What a project may see of ports: its own, and all on its own networks. */
export const visiblePorts =
  ({ isAdmin, projectId }: Seer) =>
  (eb: ExpressionBuilder<Database, 'ports'>) =>
    isAdmin
      ? eb.lit(true)
      : eb.or([
          eb('ports.project_id', '=', projectId),
          eb.exists(
            eb
              .selectFrom('networks')
              .select('networks.id')
              .whereRef('networks.id', '=', 'ports.network_id')
              .where('networks.project_id', '=', projectId),
          ),
        ]);

interface AddressFilter {
  readonly subnet_id?: readonly string[];
  readonly ip_address?: readonly string[];
  readonly ip_address_substr?: readonly string[];
}

function hasAddress({ subnet_id, ip_address, ip_address_substr }: AddressFilter) {
  const parts = [
    ...(subnet_id ? [oneOf('ipallocations.subnet_id', subnet_id)] : []),
    ...(ip_address ? [oneOf('ipallocations.ip_address', ip_address)] : []),
    ...(ip_address_substr ?? []).map((text) => sql<SqlBool>`ipallocations.ip_address like ${`%${text}%`}`),
  ];
  if (parts.length === 0) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`exists (select 1 from ipallocations where ipallocations.port_id = ports.id
    and ${sql.join(parts, sql` and `)})`;
}

const standard = standardShape('ports', [
  'name',
  'network_id',
  'mac_address',
  'admin_state_up',
  'status',
  'device_id',
  'device_owner',
]);

export const portShape: Shape = {
  ...standard,
  columns: {
    ...standard.columns,
    'binding:host_id': 'ml2_port_bindings.host',
    'binding:vif_type': 'ml2_port_bindings.vif_type',
    'binding:vnic_type': 'ml2_port_bindings.vnic_type',
    port_security_enabled: 'portsecuritybindings.port_security_enabled',
  },
  conditions: {
    fixed_ips: (values) =>
      sql<SqlBool>`(${sql.join((values as AddressFilter[]).map(hasAddress), sql` or `)})`,
    security_groups: (values) =>
      sql<SqlBool>`exists (select 1 from securitygroupportbindings
        where securitygroupportbindings.port_id = ports.id
        and ${oneOf('securitygroupportbindings.security_group_id', values)})`,
  },
  missing: (id) => fault('PortNotFound', { port_id: id }),
};

/** Which ports: the condition on a column with their ids. */
type Ports = (column: string) => RawBuilder<SqlBool>;

const these =
  (ids: readonly string[]): Ports =>
  (column) =>
    oneOf(column, ids);

/** Those of a query for ids. */
const chosenBy =
  (ids: Compilable<{ readonly id: string }> & Expression<unknown>): Ports =>
  (column) =>
    sql<SqlBool>`${sql.ref(column)} in (select id from ${ids} as chosen)`;

/** All ports from the first id to the last: one walk along each index in place of a search for every port. */
const fromTo =
  (ids: readonly string[]): Ports =>
  (column) =>
    sql<SqlBool>`${sql.ref(column)} between ${ids[0]} and ${ids.at(-1)}`;

/** What lies in tables of its own. */
const detailQueries = (db: Connection, ports: Ports) =>
  [
    db.selectFrom('ipallocations').selectAll().where(ports('port_id')).orderBy('ip_address'),
    db
      .selectFrom('allowedaddresspairs')
      .selectAll()
      .where(ports('port_id'))
      .orderBy('mac_address')
      .orderBy('ip_address'),
    db.selectFrom('extradhcpopts').selectAll().where(ports('port_id')).orderBy('opt_name'),
    db
      .selectFrom('securitygroupportbindings')
      .selectAll()
      .where(ports('port_id'))
      .orderBy('security_group_id'),
    db
      .selectFrom('ml2_port_binding_levels')
      .select(['port_id', 'host', 'level', 'driver'])
      .where(ports('port_id'))
      .orderBy('level'),
    tagsWhere(db, 'ports', ports('id')),
  ] as const;

type Details = Together<ReturnType<typeof detailQueries>>;

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

/**
 * Everything about ports in one round trip for thousands of them.
 * @param gapless whether the rows are in order of their ids, and (nearly) all that there are between the first and the last
 */
export const loadPorts = (
  db: Connection,
  rows: readonly PortRow[],
  drivers: ExtensionDrivers,
  gapless = false,
): Promise<Port[]> =>
  inChunks(rows, async (chunk) => {
    const ids = chunk.map(({ id }) => id);
    const ports = gapless ? fromTo(ids) : these(ids);
    return present(chunk, await together(db, ...detailQueries(db, ports)), drivers);
  });

const queriesById = (db: Connection, ids: readonly string[], seer: Seer) =>
  [
    portQuery(db).where('ports.id', 'in', ids).where(visiblePorts(seer)),
    ...detailQueries(db, these(ids)),
  ] as const;

const askOne = preparedFor((db, id, seer) => queriesById(db, [id], seer));

/** A port that this caller may see, row and all in one round trip. */
export async function portById(
  db: Connection,
  id: string,
  drivers: ExtensionDrivers,
  seer: Seer = everybody,
): Promise<Port | undefined> {
  const [rows, ...details] = await askOne(db, id, seer);
  return present(rows, details, drivers)[0];
}

/** Ports by their ids, rows and all in one round trip. */
export const portsById = (
  db: Connection,
  ids: readonly string[],
  drivers: ExtensionDrivers,
): Promise<Port[]> =>
  inChunks(ids, async (chunk) => {
    const [rows, ...details] =
      chunk.length === 1
        ? await askOne(db, chunk[0]!, everybody)
        : await together(db, ...queriesById(db, chunk, everybody));
    return present(rows, details, drivers);
  });

/**
 * Ports by a query for their rows and one for their ids, rows and all in one round trip. The latter is run for every table in
 * which a port has something: an index should find what it asks for.
 */
export async function portsChosen(
  db: Connection,
  rows: Compilable<PortRow>,
  ids: Compilable<{ readonly id: string }> & Expression<unknown>,
  drivers: ExtensionDrivers,
): Promise<Port[]> {
  const [found, ...details] = await together(db, rows, ...detailQueries(db, chosenBy(ids)));
  return present(found, details, drivers);
}

interface OfDevice {
  readonly device: string;
  readonly owner: string;
  readonly projectId: string;
}

const askOfDevice = (isAdmin: boolean, isOwned: boolean) =>
  prepared((db, { device, owner, projectId }: OfDevice) => {
    const seen = visiblePorts({ isAdmin, projectId });
    const owned = isOwned ? sql`and ports.project_id = ${owner}` : sql``;
    const where = sql<SqlBool>`(ports.device_id = ${device} ${owned})`;
    const ids = db.selectFrom('ports').select('ports.id').where(where).where(seen);
    return [portQuery(db).where(where).where(seen), ...detailQueries(db, chosenBy(ids))] as const;
  });
const ofAnyOwner = { admin: askOfDevice(true, false), project: askOfDevice(false, false) };
const ofOneOwner = { admin: askOfDevice(true, true), project: askOfDevice(false, true) };

/**
 * Ports of a machine, or of whatever else has a device id, which are few; Nova asks for them again and again.
 * @param owner the project that they belong to, if only such are asked for
 */
export async function portsOfDevice(
  db: Connection,
  { isAdmin, projectId }: Seer,
  device: string,
  owner: string | undefined,
  drivers: ExtensionDrivers,
): Promise<Port[]> {
  const ask = (owner === undefined ? ofAnyOwner : ofOneOwner)[isAdmin ? 'admin' : 'project'];
  const [rows, ...details] = await ask(db, { device, owner: owner ?? '', projectId });
  return present(rows, details, drivers);
}

/** All ports from the first of these ids to the last, of every project, in one round trip; the ids are in order. */
export async function portsFromTo(
  db: Connection,
  ids: readonly string[],
  drivers: ExtensionDrivers,
): Promise<Port[]> {
  const ports = fromTo(ids);
  const [rows, ...details] = await together(
    db,
    portQuery(db).where(ports('ports.id')),
    ...detailQueries(db, ports),
  );
  return present(rows, details, drivers);
}

function present(
  rows: readonly PortRow[],
  [addresses, pairs, options, groups, levels, tagRows]: Details,
  drivers: ExtensionDrivers,
): Port[] {
  const tags = tagsBy(tagRows);
  const addressesBy = Map.groupBy(addresses, ({ port_id }) => port_id);
  const pairsBy = Map.groupBy(pairs, ({ port_id }) => port_id);
  const optionsBy = Map.groupBy(options, ({ port_id }) => port_id);
  const groupsBy = Map.groupBy(groups, ({ port_id }) => port_id);
  const levelsBy = Map.groupBy(levels, ({ port_id }) => port_id);
  const detailsOf = vifDetails();
  return rows.map((row) => {
    const bound = (levelsBy.get(row.id) ?? []).filter(({ host }) => host === row.host);
    const fixed_ips = (addressesBy.get(row.id) ?? []).map(({ subnet_id, ip_address }) => ({
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
      allowed_address_pairs: (pairsBy.get(row.id) ?? []).map(({ mac_address, ip_address }) => ({
        mac_address,
        ip_address,
      })),
      extra_dhcp_opts: (optionsBy.get(row.id) ?? []).map(({ opt_name, opt_value, ip_version }) => ({
        opt_name,
        opt_value,
        ip_version,
      })),
      security_groups: (groupsBy.get(row.id) ?? []).map(({ security_group_id }) => security_group_id),
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
