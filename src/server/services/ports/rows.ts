import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { FixedIp } from '../../ipam/requests.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { oneOf, type Shape, standardShape } from '../listing.ts';
import type { Item, Seer } from '../service.ts';
import { standardColumns } from '../standardAttributes.ts';

type Connection = Kysely<Database>;

/** What a port has in the table of ports itself, and the API shows. */
export const OWN_COLUMNS = [
  'id',
  'name',
  'network_id',
  'project_id',
  'mac_address',
  'admin_state_up',
  'status',
  'device_id',
  'device_owner',
] as const;
export type OwnColumn = (typeof OWN_COLUMNS)[number];

/**
 * Ports with their active binding, and with what the loaded drivers show: each table more is a search for every port, which
 * makes a long list of ports take half as long again when none of them is loaded.
 */
export const portQuery = (db: Connection, { dns, deviceProfile, numaAffinity, qos }: ExtensionDrivers) =>
  db
    .selectFrom('ports')
    .innerJoin('standardattributes', 'standardattributes.id', 'ports.standard_attr_id')
    .leftJoin('portsecuritybindings', 'portsecuritybindings.port_id', 'ports.id')
    .leftJoin('ml2_port_bindings', (join) =>
      join.onRef('ml2_port_bindings.port_id', '=', 'ports.id').on('ml2_port_bindings.status', '=', 'ACTIVE'),
    )
    .select(OWN_COLUMNS.map((column) => `ports.${column}` as const))
    .select(standardColumns)
    .select([
      'ports.standard_attr_id',
      'portsecuritybindings.port_security_enabled',
      'ml2_port_bindings.host',
      'ml2_port_bindings.vif_type',
      'ml2_port_bindings.vif_details',
      'ml2_port_bindings.vnic_type',
      'ml2_port_bindings.profile',
    ])
    .$if(dns !== undefined, (ports) =>
      ports
        .leftJoin('portdnses', 'portdnses.port_id', 'ports.id')
        .select(['portdnses.dns_name', 'portdnses.dns_domain', 'portdnses.current_dns_domain']),
    )
    .$if(deviceProfile, (ports) =>
      ports
        .leftJoin('portdeviceprofiles', 'portdeviceprofiles.port_id', 'ports.id')
        .select('portdeviceprofiles.device_profile'),
    )
    .$if(numaAffinity, (ports) =>
      ports
        .leftJoin('portnumaaffinitypolicies', 'portnumaaffinitypolicies.port_id', 'ports.id')
        .select('portnumaaffinitypolicies.numa_affinity_policy'),
    )
    .$if(qos !== undefined, (ports) =>
      ports
        .leftJoin('qos_port_policy_bindings as port_qos', 'port_qos.port_id', 'ports.id')
        .leftJoin('qos_network_policy_bindings as network_qos', 'network_qos.network_id', 'ports.network_id')
        .select(['port_qos.policy_id as qos_policy_id', 'network_qos.policy_id as qos_network_policy_id']),
    );

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
