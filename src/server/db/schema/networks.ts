import type { TableDefinitions } from './definition.ts';

export const networksTables = {
  networks: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      status: 'varchar(16) null',
      admin_state_up: 'tinyint(1) null',
      vlan_transparent: 'tinyint(1) null',
      standard_attr_id: 'bigint(20)',
      availability_zone_hints: 'varchar(255) null',
      mtu: 'int(11) default 1500',
    },
    primaryKey: ['id'],
    unique: {
      uniq_networks0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_networks_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'networks_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subnets: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      network_id: 'varchar(36)',
      ip_version: 'int(11)',
      cidr: 'varchar(64)',
      gateway_ip: 'varchar(64) null',
      enable_dhcp: 'tinyint(1) null',
      ipv6_ra_mode: "enum('slaac','dhcpv6-stateful','dhcpv6-stateless') null",
      ipv6_address_mode: "enum('slaac','dhcpv6-stateful','dhcpv6-stateless') null",
      subnetpool_id: 'varchar(36) null',
      standard_attr_id: 'bigint(20)',
      segment_id: 'varchar(36) null',
      in_use: 'tinyint(1) default 0',
    },
    primaryKey: ['id'],
    unique: {
      uniq_subnets0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_subnets_project_id: ['project_id'],
      ix_subnets_subnetpool_id: ['subnetpool_id'],
      network_id: ['network_id'],
      segment_id: ['segment_id'],
    },
    foreignKeys: [
      {
        name: 'subnets_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'subnets_ibfk_2',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'subnets_ibfk_3',
        columns: ['segment_id'],
        table: 'networksegments',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
    ],
  },
  subnetpools: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      ip_version: 'int(11)',
      default_prefixlen: 'int(11)',
      min_prefixlen: 'int(11)',
      max_prefixlen: 'int(11)',
      shared: 'tinyint(1) default 0',
      default_quota: 'int(11) null',
      hash: "varchar(36) default ''",
      address_scope_id: 'varchar(36) null',
      is_default: 'tinyint(1) default 0',
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_subnetpools0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_subnetpools_address_scope_id: ['address_scope_id'],
      ix_subnetpools_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'subnetpools_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subnetpoolprefixes: {
    columns: {
      cidr: 'varchar(64)',
      subnetpool_id: 'varchar(36)',
    },
    primaryKey: ['cidr', 'subnetpool_id'],
    indexes: {
      subnetpool_id: ['subnetpool_id'],
    },
    foreignKeys: [
      {
        name: 'subnetpoolprefixes_ibfk_1',
        columns: ['subnetpool_id'],
        table: 'subnetpools',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ports: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      network_id: 'varchar(36)',
      mac_address: 'varchar(32)',
      admin_state_up: 'tinyint(1)',
      status: 'varchar(16)',
      device_id: 'varchar(255)',
      device_owner: 'varchar(255)',
      standard_attr_id: 'bigint(20)',
      ip_allocation: 'varchar(16) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_ports0network_id0mac_address: ['network_id', 'mac_address'],
      uniq_ports0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_ports_device_id: ['device_id'],
      ix_ports_network_id: ['network_id'],
      ix_ports_network_id_device_owner: ['network_id', 'device_owner'],
      ix_ports_network_id_mac_address: ['network_id', 'mac_address'],
      ix_ports_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'ports_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'ports_ibfk_2',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  standardattributes: {
    columns: {
      id: 'bigint(20) auto_increment',
      resource_type: 'varchar(255)',
      created_at: 'datetime null',
      updated_at: 'datetime null',
      description: 'varchar(255) null',
      revision_number: 'bigint(20) default 0',
    },
    primaryKey: ['id'],
  },
  tags: {
    columns: {
      standard_attr_id: 'bigint(20)',
      tag: 'varchar(255)',
    },
    primaryKey: ['standard_attr_id', 'tag'],
    foreignKeys: [
      {
        name: 'tags_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ipallocationpools: {
    columns: {
      id: 'varchar(36)',
      subnet_id: 'varchar(36) null',
      first_ip: 'varchar(64)',
      last_ip: 'varchar(64)',
    },
    primaryKey: ['id'],
    indexes: {
      subnet_id: ['subnet_id'],
    },
    foreignKeys: [
      {
        name: 'ipallocationpools_ibfk_1',
        columns: ['subnet_id'],
        table: 'subnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ipallocations: {
    columns: {
      port_id: 'varchar(36) null',
      ip_address: 'varchar(64)',
      subnet_id: 'varchar(36)',
      network_id: 'varchar(36)',
    },
    primaryKey: ['ip_address', 'subnet_id', 'network_id'],
    indexes: {
      network_id: ['network_id'],
      port_id: ['port_id'],
      subnet_id: ['subnet_id'],
    },
    foreignKeys: [
      {
        name: 'ipallocations_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ipallocations_ibfk_2',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ipallocations_ibfk_3',
        columns: ['subnet_id'],
        table: 'subnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  dnsnameservers: {
    columns: {
      address: 'varchar(128)',
      subnet_id: 'varchar(36)',
      order: 'int(11) default 0',
    },
    primaryKey: ['address', 'subnet_id'],
    indexes: {
      subnet_id: ['subnet_id'],
    },
    foreignKeys: [
      {
        name: 'dnsnameservers_ibfk_1',
        columns: ['subnet_id'],
        table: 'subnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subnetroutes: {
    columns: {
      destination: 'varchar(64)',
      nexthop: 'varchar(64)',
      subnet_id: 'varchar(36)',
    },
    primaryKey: ['destination', 'nexthop', 'subnet_id'],
    indexes: {
      subnet_id: ['subnet_id'],
    },
    foreignKeys: [
      {
        name: 'subnetroutes_ibfk_1',
        columns: ['subnet_id'],
        table: 'subnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subnet_service_types: {
    columns: {
      subnet_id: 'varchar(36)',
      service_type: 'varchar(255)',
    },
    primaryKey: ['subnet_id', 'service_type'],
    foreignKeys: [
      {
        name: 'subnet_service_types_ibfk_1',
        columns: ['subnet_id'],
        table: 'subnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  externalnetworks: {
    columns: {
      network_id: 'varchar(36)',
      is_default: 'tinyint(1) default 0',
    },
    primaryKey: ['network_id'],
    foreignKeys: [
      {
        name: 'externalnetworks_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  networkdnsdomains: {
    columns: {
      network_id: 'varchar(36)',
      dns_domain: 'varchar(255)',
    },
    primaryKey: ['network_id'],
    indexes: {
      ix_networkdnsdomains_network_id: ['network_id'],
    },
    foreignKeys: [
      {
        name: 'networkdnsdomains_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portdnses: {
    columns: {
      port_id: 'varchar(36)',
      current_dns_name: 'varchar(255)',
      current_dns_domain: 'varchar(255)',
      previous_dns_name: 'varchar(255)',
      previous_dns_domain: 'varchar(255)',
      dns_name: 'varchar(255)',
      dns_domain: "varchar(255) default ''",
    },
    primaryKey: ['port_id'],
    indexes: {
      ix_portdnses_port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'portdnses_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  floatingipdnses: {
    columns: {
      floatingip_id: 'varchar(36)',
      dns_name: 'varchar(255)',
      dns_domain: 'varchar(255)',
      published_dns_name: 'varchar(255)',
      published_dns_domain: 'varchar(255)',
    },
    primaryKey: ['floatingip_id'],
    indexes: {
      ix_floatingipdnses_floatingip_id: ['floatingip_id'],
    },
    foreignKeys: [
      {
        name: 'floatingipdnses_ibfk_1',
        columns: ['floatingip_id'],
        table: 'floatingips',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  networksecuritybindings: {
    columns: {
      network_id: 'varchar(36)',
      port_security_enabled: 'tinyint(1)',
    },
    primaryKey: ['network_id'],
    foreignKeys: [
      {
        name: 'networksecuritybindings_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portsecuritybindings: {
    columns: {
      port_id: 'varchar(36)',
      port_security_enabled: 'tinyint(1)',
    },
    primaryKey: ['port_id'],
    foreignKeys: [
      {
        name: 'portsecuritybindings_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  allowedaddresspairs: {
    columns: {
      port_id: 'varchar(36)',
      mac_address: 'varchar(32)',
      ip_address: 'varchar(64)',
    },
    primaryKey: ['port_id', 'mac_address', 'ip_address'],
    foreignKeys: [
      {
        name: 'allowedaddresspairs_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  extradhcpopts: {
    columns: {
      id: 'varchar(36)',
      port_id: 'varchar(36)',
      opt_name: 'varchar(64)',
      opt_value: 'varchar(255)',
      ip_version: 'int(11) default 4',
    },
    primaryKey: ['id'],
    unique: {
      uniq_extradhcpopts0portid0optname0ipversion: ['port_id', 'opt_name', 'ip_version'],
    },
    foreignKeys: [
      {
        name: 'extradhcpopts_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  networkrbacs: {
    columns: {
      id: 'varchar(36)',
      object_id: 'varchar(36)',
      project_id: 'varchar(255) null',
      target_project: 'varchar(255)',
      action: 'varchar(255)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_networkrbacs0target_project0object_id0action: ['target_project', 'object_id', 'action'],
    },
    indexes: {
      ix_networkrbacs_action: ['action'],
      ix_networkrbacs_project_id: ['project_id'],
      ix_networkrbacs_target_project: ['target_project'],
      object_id: ['object_id'],
    },
    foreignKeys: [
      {
        name: 'networkrbacs_ibfk_1',
        columns: ['object_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subnetpoolrbacs: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      target_project: 'varchar(255)',
      action: 'varchar(255)',
      object_id: 'varchar(36)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_subnetpoolrbacs0target_project0object_id0action: ['target_project', 'object_id', 'action'],
    },
    indexes: {
      ix_subnetpoolrbacs_action: ['action'],
      ix_subnetpoolrbacs_project_id: ['project_id'],
      ix_subnetpoolrbacs_target_project: ['target_project'],
      object_id: ['object_id'],
    },
    foreignKeys: [
      {
        name: 'subnetpoolrbacs_ibfk_1',
        columns: ['object_id'],
        table: 'subnetpools',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  address_scopes: {
    columns: {
      id: 'varchar(36)',
      name: 'varchar(255)',
      project_id: 'varchar(255) null',
      shared: 'tinyint(1) default 0',
      ip_version: 'int(11)',
    },
    primaryKey: ['id'],
    indexes: {
      ix_address_scopes_project_id: ['project_id'],
    },
  },
  addressscoperbacs: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      target_project: 'varchar(255)',
      action: 'varchar(255)',
      object_id: 'varchar(36)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_addressscoperbacs0target_project0object_id0action: ['target_project', 'object_id', 'action'],
    },
    indexes: {
      ix_addressscoperbacs_action: ['action'],
      ix_addressscoperbacs_project_id: ['project_id'],
      ix_addressscoperbacs_target_project: ['target_project'],
      object_id: ['object_id'],
    },
    foreignKeys: [
      {
        name: 'addressscoperbacs_ibfk_1',
        columns: ['object_id'],
        table: 'address_scopes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portdeviceprofiles: {
    columns: {
      port_id: 'varchar(36)',
      device_profile: 'varchar(255) null',
    },
    primaryKey: ['port_id'],
    foreignKeys: [
      {
        name: 'portdeviceprofiles_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portnumaaffinitypolicies: {
    columns: {
      port_id: 'varchar(36)',
      numa_affinity_policy: "enum('required','preferred','legacy') null",
    },
    primaryKey: ['port_id'],
    foreignKeys: [
      {
        name: 'portnumaaffinitypolicies_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portdataplanestatuses: {
    columns: {
      port_id: 'varchar(36)',
      data_plane_status: 'varchar(16) null',
    },
    primaryKey: ['port_id'],
    indexes: {
      ix_portdataplanestatuses_port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'portdataplanestatuses_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portuplinkstatuspropagation: {
    columns: {
      port_id: 'varchar(36)',
      propagate_uplink_status: 'tinyint(1) default 1',
    },
    primaryKey: ['port_id'],
    indexes: {
      ix_portuplinkstatuspropagation_port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'portuplinkstatuspropagation_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  segmenthostmappings: {
    columns: {
      segment_id: 'varchar(36)',
      host: 'varchar(255)',
    },
    primaryKey: ['segment_id', 'host'],
    indexes: {
      ix_segmenthostmappings_host: ['host'],
      ix_segmenthostmappings_segment_id: ['segment_id'],
    },
    foreignKeys: [
      {
        name: 'segmenthostmappings_ibfk_1',
        columns: ['segment_id'],
        table: 'networksegments',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subnet_dns_publish_fixed_ips: {
    columns: {
      subnet_id: 'varchar(36)',
      dns_publish_fixed_ip: 'tinyint(1) default 0',
    },
    primaryKey: ['subnet_id'],
    indexes: {
      ix_subnet_dns_publish_fixed_ips_subnet_id: ['subnet_id'],
    },
    foreignKeys: [
      {
        name: 'subnet_dns_publish_fixed_ips_ibfk_1',
        columns: ['subnet_id'],
        table: 'subnets',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  auto_allocated_topologies: {
    columns: {
      project_id: 'varchar(255)',
      network_id: 'varchar(36)',
      router_id: 'varchar(36) null',
    },
    primaryKey: ['project_id'],
    indexes: {
      network_id: ['network_id'],
      router_id: ['router_id'],
    },
    foreignKeys: [
      {
        name: 'auto_allocated_topologies_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'auto_allocated_topologies_ibfk_2',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'SET NULL',
      },
    ],
  },
  address_groups: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_address_groups0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_address_groups_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'address_groups_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  address_associations: {
    columns: {
      address: 'varchar(64)',
      address_group_id: 'varchar(36)',
    },
    primaryKey: ['address', 'address_group_id'],
    indexes: {
      address_group_id: ['address_group_id'],
    },
    foreignKeys: [
      {
        name: 'address_associations_ibfk_1',
        columns: ['address_group_id'],
        table: 'address_groups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  addressgrouprbacs: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      target_project: 'varchar(255)',
      action: 'varchar(255)',
      object_id: 'varchar(36)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_addressgrouprbacs0target_project0object_id0action: ['target_project', 'object_id', 'action'],
    },
    indexes: {
      ix_addressgrouprbacs_action: ['action'],
      ix_addressgrouprbacs_project_id: ['project_id'],
      ix_addressgrouprbacs_target_project: ['target_project'],
      object_id: ['object_id'],
    },
    foreignKeys: [
      {
        name: 'addressgrouprbacs_ibfk_1',
        columns: ['object_id'],
        table: 'address_groups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  securitygrouprbacs: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      target_project: 'varchar(255)',
      action: 'varchar(255)',
      object_id: 'varchar(36)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_securitygrouprbacs0target_project0object_id0action: ['target_project', 'object_id', 'action'],
    },
    indexes: {
      ix_securitygrouprbacs_action: ['action'],
      ix_securitygrouprbacs_project_id: ['project_id'],
      ix_securitygrouprbacs_target_project: ['target_project'],
      object_id: ['object_id'],
    },
    foreignKeys: [
      {
        name: 'securitygrouprbacs_ibfk_1',
        columns: ['object_id'],
        table: 'securitygroups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  local_ips: {
    columns: {
      id: 'varchar(36)',
      standard_attr_id: 'bigint(20)',
      name: 'varchar(255) null',
      project_id: 'varchar(255) null',
      local_port_id: 'varchar(36)',
      network_id: 'varchar(36)',
      local_ip_address: 'varchar(64)',
      ip_mode: 'varchar(32)',
    },
    primaryKey: ['id'],
    unique: {
      standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_local_ips_project_id: ['project_id'],
      local_port_id: ['local_port_id'],
    },
    foreignKeys: [
      {
        name: 'local_ips_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'local_ips_ibfk_2',
        columns: ['local_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
    ],
  },
  local_ip_associations: {
    columns: {
      local_ip_id: 'varchar(36)',
      fixed_port_id: 'varchar(36)',
      fixed_ip: 'varchar(64)',
    },
    primaryKey: ['local_ip_id', 'fixed_port_id'],
    indexes: {
      fixed_port_id: ['fixed_port_id'],
    },
    foreignKeys: [
      {
        name: 'local_ip_associations_ibfk_1',
        columns: ['local_ip_id'],
        table: 'local_ips',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'local_ip_associations_ibfk_2',
        columns: ['fixed_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  provisioningblocks: {
    columns: {
      standard_attr_id: 'bigint(20)',
      entity: 'varchar(255)',
    },
    primaryKey: ['standard_attr_id', 'entity'],
    foreignKeys: [
      {
        name: 'provisioningblocks_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
