import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { type Scope, scoped } from './scope.ts';

/** What is known of a port from the database. */
export interface PortFacts {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly status: string;
  readonly enabled: boolean;
  readonly deviceOwner: string;
  readonly deviceId: string;
  /** The host it is to be on; empty for none yet. */
  readonly host: string;
  readonly vifType: string;
  readonly vnicType: string;
  /** Whether it is an interface of a distributed router. */
  readonly distributed: boolean;
  readonly changed: string | null;
  /** The subnets that it has addresses of, and these. */
  readonly addresses: readonly { readonly subnetId: string; readonly address: string }[];
}

const rowsOf = (db: Kysely<Database>) =>
  db
    .selectFrom('ports')
    .innerJoin('standardattributes', 'standardattributes.id', 'ports.standard_attr_id')
    .leftJoin('ml2_port_bindings', (join) =>
      join.onRef('ml2_port_bindings.port_id', '=', 'ports.id').on('ml2_port_bindings.status', '=', 'ACTIVE'),
    )
    .leftJoin('routerports', 'routerports.port_id', 'ports.id')
    .leftJoin('router_extra_attributes', 'router_extra_attributes.router_id', 'routerports.router_id')
    .select([
      'ports.id',
      'ports.name',
      'ports.network_id',
      'ports.status',
      'ports.admin_state_up',
      'ports.device_owner',
      'ports.device_id',
      'ml2_port_bindings.host',
      'ml2_port_bindings.vif_type',
      'ml2_port_bindings.vnic_type',
      'standardattributes.updated_at',
      'router_extra_attributes.distributed',
    ]);

/** Of all ports those about which there may be something to say: not ACTIVE though they have a host, or a router's. */
const notable = (db: Kysely<Database>) =>
  rowsOf(db).where((eb) =>
    eb.or([
      eb.and([eb('ml2_port_bindings.host', '!=', ''), eb('ports.status', '!=', 'ACTIVE')]),
      eb('ml2_port_bindings.vif_type', '=', 'binding_failed'),
      eb('ports.device_owner', 'like', 'network:router%'),
      eb('ports.device_owner', 'like', 'network:ha_router%'),
      eb(
        'ports.id',
        'in',
        eb.selectFrom('floatingips').select('fixed_port_id').where('fixed_port_id', 'is not', null),
      ),
    ]),
  );

/** Ports with their bindings and addresses: two queries. Of all ports only the notable ones. */
export const portFacts = (db: Kysely<Database>, scope: Scope): Promise<PortFacts[]> =>
  scoped(scope, async (ids) => {
    const rows = await (ids === undefined ? notable(db) : rowsOf(db).where('ports.id', 'in', ids)).execute();
    const addresses = await scoped(
      rows.map(({ id }) => id),
      (some) =>
        db
          .selectFrom('ipallocations')
          .select(['port_id', 'subnet_id', 'ip_address'])
          .where('port_id', 'in', some!)
          .orderBy('ip_address')
          .execute(),
    );
    const addressesBy = Map.groupBy(addresses, ({ port_id }) => port_id);
    return rows.map((row) => ({
      id: row.id,
      name: row.name ?? '',
      networkId: row.network_id,
      status: row.status,
      enabled: row.admin_state_up !== 0,
      deviceOwner: row.device_owner,
      deviceId: row.device_id,
      host: row.distributed === 1 ? '' : (row.host ?? ''),
      vifType: row.distributed === 1 ? 'distributed' : (row.vif_type ?? 'unbound'),
      vnicType: row.vnic_type ?? 'normal',
      distributed: row.distributed === 1,
      changed: row.updated_at,
      addresses: (addressesBy.get(row.id) ?? []).map(({ subnet_id, ip_address }) => ({
        subnetId: subnet_id,
        address: ip_address,
      })),
    }));
  });
