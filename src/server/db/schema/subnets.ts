import type { TableDefinitions } from './definition.ts';

export const subnetsTables = {
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
} as const satisfies TableDefinitions;
