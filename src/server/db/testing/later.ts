import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { changesUpTo, laterReleases } from '../later.ts';

/** Tables of vendors' plugins that left Neutron long ago. */
const DROPPED_TABLES: readonly string[] = [
  'cisco_ml2_apic_contracts',
  'cisco_ml2_apic_names',
  'cisco_ml2_apic_host_links',
  'cisco_ml2_n1kv_policy_profiles',
  'cisco_ml2_n1kv_port_bindings',
  'cisco_ml2_n1kv_network_bindings',
  'cisco_ml2_n1kv_vxlan_allocations',
  'cisco_ml2_n1kv_vlan_allocations',
  'cisco_ml2_n1kv_profile_bindings',
  'cisco_ml2_nexusport_bindings',
  'cisco_ml2_nexus_nve',
  'ml2_nexus_vxlan_mcast_groups',
  'ml2_ucsm_port_profiles',
  'cisco_port_mappings',
  'cisco_router_mappings',
  'cisco_hosting_devices',
  'cisco_ml2_n1kv_network_profiles',
  'ml2_nexus_vxlan_allocations',
  'cisco_network_profiles',
  'cisco_policy_profiles',
  'tz_network_bindings',
  'neutron_nsx_network_mappings',
  'neutron_nsx_security_group_mappings',
  'neutron_nsx_port_mappings',
  'neutron_nsx_router_mappings',
  'multi_provider_networks',
  'networkconnections',
  'networkgatewaydevicereferences',
  'networkgatewaydevices',
  'networkgateways',
  'maclearningstates',
  'portqueuemappings',
  'networkqueuemappings',
  'qosqueues',
  'lsn_port',
  'lsn',
  'nsxv_router_bindings',
  'nsxv_edge_vnic_bindings',
  'nsxv_edge_dhcp_static_bindings',
  'nsxv_internal_networks',
  'nsxv_internal_edges',
  'nsxv_security_group_section_mappings',
  'nsxv_rule_mappings',
  'nsxv_port_vnic_mappings',
  'nsxv_router_ext_attributes',
  'nsxv_tz_network_bindings',
  'nsxv_port_index_mappings',
  'nsxv_firewall_rule_bindings',
  'nsxv_spoofguard_policy_network_mappings',
  'nsxv_vdr_dhcp_bindings',
  'vcns_router_bindings',
  'brocadeports',
  'brocadenetworks',
  'ml2_brocadeports',
  'ml2_brocadenetworks',
  'nuage_net_partition_router_mapping',
  'nuage_provider_net_bindings',
  'nuage_subnet_l2dom_mapping',
  'nuage_net_partitions',
  'cisco_csr_identifier_map',
];

const portTable = (name: string, column: string): string =>
  `create table ${name} (port_id varchar(36) not null primary key, ${column},
    foreign key (port_id) references ports (id) on delete cascade)`;

const defaultRule = (direction: string, ethertype: string): string[] => [
  `insert into standardattributes (resource_type, description, revision_number)
    values ('securitygroupdefaultrules', 'Legacy default SG rule for ${direction} traffic', 0)`,
  `insert into securitygroupdefaultrules
      (id, standard_attr_id, remote_group_id, direction, ethertype, used_in_default_sg, used_in_non_default_sg)
    values (uuid(), last_insert_id(), ${direction === 'ingress' ? "'PARENT'" : 'null'}, '${direction}',
      '${ethertype}', true, ${direction === 'egress'})`,
];

/** The changes of later releases in MariaDB's words, by revision. */
const ddl: Readonly<Record<string, readonly string[]>> = {
  fc153938cdc1: [
    'alter table networksegments drop foreign key networksegments_ibfk_1',
    'alter table networksegments drop index uniq_networksegment0network_id0network_type0physical_network',
    `alter table networksegments add constraint networksegments_ibfk_1
        foreign key (network_id) references networks (id) on delete cascade`,
    `alter table networksegments add constraint uniq_networksegment0network_id0network_type0physnet0sidx
        unique (network_id, network_type, physical_network, segment_index)`,
  ],
  '93f394357a27': ['alter table subnets drop column in_use'],
  '6f1145bff34c': [portTable('porthints', 'hints varchar(4095) not null')],
  '682c319773d7': [
    'alter table ha_router_networks add constraint uniq_ha_router_networks0project_id unique (project_id)',
  ],
  '0aefee21cd87': [
    ['portdataplanestatuses', 'port_id'],
    ['portdnses', 'port_id'],
    ['portuplinkstatuspropagation', 'port_id'],
    ['qos_policies_default', 'project_id'],
    ['quotausages', 'resource'],
    ['quotausages', 'project_id'],
    ['subnet_dns_publish_fixed_ips', 'subnet_id'],
    ['segmenthostmappings', 'segment_id'],
    ['segmenthostmappings', 'host'],
    ['networkdnsdomains', 'network_id'],
    ['floatingipdnses', 'floatingip_id'],
  ].map(([table, column]) => `alter table ${table} drop index ix_${table}_${column}`),
  b1199a3adbef: ['alter table ports drop index ix_ports_network_id_mac_address'],
  c33da356b165: [
    `create table securitygroupdefaultrules (
        id varchar(36) not null primary key, standard_attr_id bigint not null unique,
        remote_group_id varchar(36), remote_address_group_id varchar(36),
        direction enum('ingress','egress') not null, ethertype varchar(40), protocol varchar(40),
        port_range_min int, port_range_max int, remote_ip_prefix varchar(255),
        used_in_default_sg tinyint(1) not null default 0, used_in_non_default_sg tinyint(1) not null default 1,
        foreign key (standard_attr_id) references standardattributes (id) on delete cascade)`,
    ...['egress', 'ingress'].flatMap((direction) =>
      ['IPv4', 'IPv6'].flatMap((ethertype) => defaultRule(direction, ethertype)),
    ),
  ],
  '89c58a70ceba': [
    'alter table router_extra_attributes add column enable_default_route_ecmp tinyint(1) not null default 0',
    'alter table router_extra_attributes add column enable_default_route_bfd tinyint(1) not null default 0',
  ],
  '054e34dbe6b4': [
    'set foreign_key_checks = 0',
    `drop table if exists ${DROPPED_TABLES.join(', ')}`,
    'set foreign_key_checks = 1',
  ],
  '0e6eff810791': [
    portTable(
      'porthardwareoffloadtype',
      'hardware_offload_type varchar(255), key ix_porthardwareoffloadtype_port_id (port_id)',
    ),
  ],
  '175fa80908e1': [
    `alter table portnumaaffinitypolicies modify numa_affinity_policy
        enum('required','preferred','legacy','socket')`,
  ],
  '5bcb7b31ec7d': [portTable('porttrusted', 'trusted tinyint(1)')],
};

/** Makes of Zed's MariaDB database one of a later release, as that release's neutron-db-manage would. */
export async function makeLater(db: Db, release: string): Promise<void> {
  const head = laterReleases.find((one) => one.release === release)!.expand.at(-1)!;
  await db.kysely.connection().execute(async (connection) => {
    for (const { revision } of changesUpTo(head)) {
      for (const statement of ddl[revision]!) await sql.raw(statement).execute(connection);
    }
  });
  await db.kysely
    .updateTable('alembic_version')
    .set({ version_num: head })
    .where('version_num', '=', '5881373af7f5')
    .execute();
}
