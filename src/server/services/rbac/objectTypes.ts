import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { Access, RbacTable } from '../shares.ts';

type Connection = Kysely<Database>;

/** What can be shared: where it stands, and who would miss it. */
export interface ObjectType {
  readonly name: string;
  readonly policies: RbacTable;
  readonly objects:
    | 'networks'
    | 'qos_policies'
    | 'securitygroups'
    | 'subnetpools'
    | 'address_scopes'
    | 'address_groups';
  readonly actions: readonly Access[];
  readonly missing: (id: string) => Error;
  /** Projects that have something which uses the object. */
  readonly users: (db: Connection, id: string) => Promise<{ project_id: string | null }[]>;
}

/** Projects whose networks, ports, floating IPs and routers have a QoS policy. */
const qosUsers = (db: Connection, id: string) =>
  db
    .selectFrom('qos_network_policy_bindings as bound')
    .innerJoin('networks', 'networks.id', 'bound.network_id')
    .select('networks.project_id')
    .where('bound.policy_id', '=', id)
    .union(
      db
        .selectFrom('qos_port_policy_bindings as bound')
        .innerJoin('ports', 'ports.id', 'bound.port_id')
        .select('ports.project_id')
        .where('bound.policy_id', '=', id),
    )
    .union(
      db
        .selectFrom('qos_fip_policy_bindings as bound')
        .innerJoin('floatingips', 'floatingips.id', 'bound.fip_id')
        .select('floatingips.project_id')
        .where('bound.policy_id', '=', id),
    )
    .union(
      db
        .selectFrom('qos_router_gw_policy_bindings as bound')
        .innerJoin('routers', 'routers.id', 'bound.router_id')
        .select('routers.project_id')
        .where('bound.policy_id', '=', id),
    );

const SHARED = ['access_as_shared'] as const;

export const objectTypes: readonly ObjectType[] = [
  {
    name: 'address_group',
    policies: 'addressgrouprbacs',
    objects: 'address_groups',
    actions: SHARED,
    missing: (id) => fault('AddressGroupNotFound', { address_group_id: id }),
    users: (db, id) =>
      db
        .selectFrom('securitygrouprules')
        .select('project_id')
        .distinct()
        .where('remote_address_group_id', '=', id)
        .execute(),
  },
  {
    name: 'address_scope',
    policies: 'addressscoperbacs',
    objects: 'address_scopes',
    actions: SHARED,
    missing: (id) => fault('AddressScopeNotFound', { address_scope_id: id }),
    users: (db, id) =>
      db
        .selectFrom('subnetpools')
        .select('project_id')
        .distinct()
        .where('address_scope_id', '=', id)
        .execute(),
  },
  {
    name: 'network',
    policies: 'networkrbacs',
    objects: 'networks',
    actions: ['access_as_shared', 'access_as_external'],
    missing: (id) => fault('NetworkNotFound', { net_id: id }),
    users: (db, id) =>
      db.selectFrom('ports').select('project_id').distinct().where('network_id', '=', id).execute(),
  },
  {
    name: 'qos_policy',
    policies: 'qospolicyrbacs',
    objects: 'qos_policies',
    actions: SHARED,
    missing: (id) => fault('QosPolicyNotFound', { policy_id: id }),
    users: (db, id) => qosUsers(db, id).execute(),
  },
  {
    name: 'security_group',
    policies: 'securitygrouprbacs',
    objects: 'securitygroups',
    actions: SHARED,
    missing: (id) => fault('SecurityGroupNotFound', { id }),
    users: (db, id) =>
      db
        .selectFrom('securitygroupportbindings')
        .innerJoin('ports', 'ports.id', 'securitygroupportbindings.port_id')
        .select('ports.project_id')
        .distinct()
        .where('securitygroupportbindings.security_group_id', '=', id)
        .execute(),
  },
  {
    name: 'subnetpool',
    policies: 'subnetpoolrbacs',
    objects: 'subnetpools',
    actions: SHARED,
    missing: (id) => fault('SubnetPoolNotFound', { subnetpool_id: id }),
    users: (db, id) =>
      db.selectFrom('subnets').select('project_id').distinct().where('subnetpool_id', '=', id).execute(),
  },
];

export const objectTypeOf = (name: unknown): ObjectType => objectTypes.find((type) => type.name === name)!;
