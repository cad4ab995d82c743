/** What Neutron's releases after Zed made of the schema: facts of their migrations, and what this server makes of them. */

export interface LaterRelease {
  readonly release: string;
  readonly name: string;
  /** Its revisions in order, the head last. The contract branch has had none since Newton. */
  readonly expand: readonly string[];
  /** Whether it still has the Linux bridge driver. */
  readonly linuxBridge: boolean;
}

export const laterReleases: readonly LaterRelease[] = [
  { release: '2023.1', name: 'Antelope', expand: ['fc153938cdc1'], linuxBridge: true },
  {
    release: '2023.2',
    name: 'Bobcat',
    expand: [
      '93f394357a27',
      '6f1145bff34c',
      '682c319773d7',
      '0aefee21cd87',
      'b1199a3adbef',
      'c33da356b165',
      '89c58a70ceba',
    ],
    linuxBridge: true,
  },
  { release: '2024.1', name: 'Caracal', expand: ['054e34dbe6b4', '0e6eff810791'], linuxBridge: true },
  { release: '2024.2', name: 'Dalmatian', expand: ['175fa80908e1', '5bcb7b31ec7d'], linuxBridge: true },
  { release: '2025.1', name: 'Epoxy', expand: ['ad80a9f07c5c'], linuxBridge: false },
  { release: '2025.2', name: 'Flamingo', expand: ['d553edeb540f'], linuxBridge: false },
  { release: '2026.1', name: 'Gazpacho', expand: ['b1bca967e19d'], linuxBridge: false },
];

/** Rows to which a Zed server could not be true. */
export interface Foreign {
  /** What they are, for `3 ports with …`. */
  readonly what: string;
  /** Their names, as a query with one column `name`. */
  readonly query: string;
  /** How to go without, with the release's own client. */
  readonly undo: string;
}

export interface Change {
  readonly revision: string;
  /** What is in the database since then. */
  readonly adds: string;
  /** Why this server reads and writes it rightly. */
  readonly handled: string;
  readonly refused?: Foreign;
  /** A column that is no more: no statement may name it. */
  readonly drops?: { readonly table: string; readonly column: string };
  /** The same change in MariaDB's words: with it tests make a database of the release. */
  readonly ddl: readonly string[];
}

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

/** In order. Those of releases without Linux bridges are not told: their databases are refused as a whole. */
export const changes: readonly Change[] = [
  {
    revision: 'fc153938cdc1',
    adds: 'a network may have several segments of one type on one physical network: the unique key of networksegments has segment_index too',
    handled: 'the key is wider; segments are written as in Zed',
    ddl: [
      'alter table networksegments drop foreign key networksegments_ibfk_1',
      'alter table networksegments drop index uniq_networksegment0network_id0network_type0physical_network',
      `alter table networksegments add constraint networksegments_ibfk_1
        foreign key (network_id) references networks (id) on delete cascade`,
      `alter table networksegments add constraint uniq_networksegment0network_id0network_type0physnet0sidx
        unique (network_id, network_type, physical_network, segment_index)`,
    ],
  },
  {
    revision: '93f394357a27',
    adds: 'subnets.in_use is gone',
    handled: 'the column was a lock of Python’s server; this one has never read or written it',
    drops: { table: 'subnets', column: 'in_use' },
    ddl: ['alter table subnets drop column in_use'],
  },
  {
    revision: '6f1145bff34c',
    adds: 'porthints: hints of ports, which only Open vSwitch heeds',
    handled: 'rows are kept, and go with their port; the API does not show them',
    ddl: [portTable('porthints', 'hints varchar(4095) not null')],
  },
  {
    revision: '682c319773d7',
    adds: 'a unique key: one HA network of a project',
    handled: 'who loses the race for it takes the other’s network',
    ddl: [
      'alter table ha_router_networks add constraint uniq_ha_router_networks0project_id unique (project_id)',
    ],
  },
  {
    revision: '0aefee21cd87',
    adds: 'eleven redundant indexes are gone',
    handled: 'an index has no meaning',
    ddl: [
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
  },
  {
    revision: 'b1199a3adbef',
    adds: 'a redundant index of ports is gone',
    handled: 'an index has no meaning',
    ddl: ['alter table ports drop index ix_ports_network_id_mac_address'],
  },
  {
    revision: 'c33da356b165',
    adds: 'securitygroupdefaultrules: with which rules a new security group begins',
    handled: 'new groups begin with these rules; the API to change them is not offered',
    ddl: [
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
  },
  {
    revision: '89c58a70ceba',
    adds: 'router_extra_attributes.enable_default_route_ecmp and enable_default_route_bfd, both false by default',
    handled: 'new routers have the defaults',
    refused: {
      what: 'routers with enable_default_route_ecmp or enable_default_route_bfd',
      query: `select coalesce(nullif(routers.name, ''), routers.id) as name from router_extra_attributes
        join routers on routers.id = router_id where enable_default_route_ecmp or enable_default_route_bfd`,
      undo: 'openstack router set --disable-default-route-ecmp --disable-default-route-bfd ROUTER',
    },
    ddl: [
      'alter table router_extra_attributes add column enable_default_route_ecmp tinyint(1) not null default 0',
      'alter table router_extra_attributes add column enable_default_route_bfd tinyint(1) not null default 0',
    ],
  },
  {
    revision: '054e34dbe6b4',
    adds: 'the tables of vendors’ plugins are gone (Neutron has since taken this migration out again)',
    handled: 'this server uses none of them',
    ddl: [
      'set foreign_key_checks = 0',
      `drop table if exists ${DROPPED_TABLES.join(', ')}`,
      'set foreign_key_checks = 1',
    ],
  },
  {
    revision: '0e6eff810791',
    adds: 'porthardwareoffloadtype: of ports whose traffic a card switches',
    handled: 'rows are kept, and go with their port; the API does not show them',
    ddl: [
      portTable(
        'porthardwareoffloadtype',
        'hardware_offload_type varchar(255), key ix_porthardwareoffloadtype_port_id (port_id)',
      ),
    ],
  },
  {
    revision: '175fa80908e1',
    adds: "the value 'socket' of portnumaaffinitypolicies.numa_affinity_policy, which may be null too",
    handled: 'it is shown where it stands; the API refuses to set it, as in Zed',
    ddl: [
      `alter table portnumaaffinitypolicies modify numa_affinity_policy
        enum('required','preferred','legacy','socket')`,
    ],
  },
  {
    revision: '5bcb7b31ec7d',
    adds: 'porttrusted: the key trusted, taken out of binding:profile',
    handled: 'a port without it is as in Zed',
    refused: {
      what: 'ports that are trusted virtual functions (SR-IOV)',
      query: `select coalesce(nullif(ports.name, ''), ports.id) as name from porttrusted
        join ports on ports.id = port_id where trusted`,
      undo: 'openstack port set --not-trusted PORT',
    },
    ddl: [portTable('porttrusted', 'trusted tinyint(1)')],
  },
];

/** The release that a revision belongs to. */
export const laterRelease = (id: string): LaterRelease | undefined =>
  laterReleases.find(({ expand }) => expand.includes(id));

/** The changes that a database at `head` has had. */
export function changesUpTo(head: string): readonly Change[] {
  return changes.slice(0, changes.findIndex(({ revision }) => revision === head) + 1);
}
