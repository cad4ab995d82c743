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
} as const satisfies TableDefinitions;
