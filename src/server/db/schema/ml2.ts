import type { TableDefinitions } from './definition.ts';

export const ml2Tables = {
  networksegments: {
    columns: {
      id: 'varchar(36)',
      network_id: 'varchar(36)',
      network_type: 'varchar(32)',
      physical_network: 'varchar(64) null',
      segmentation_id: 'int(11) null',
      is_dynamic: 'tinyint(1) default 0',
      segment_index: 'int(11) default 0',
      standard_attr_id: 'bigint(20)',
      name: 'varchar(255) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_networksegment0network_id0network_type0physical_network: [
        'network_id',
        'network_type',
        'physical_network',
      ],
      uniq_networksegments0standard_attr_id: ['standard_attr_id'],
    },
    foreignKeys: [
      {
        name: 'networksegments_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'networksegments_ibfk_2',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  network_segment_ranges: {
    columns: {
      id: 'varchar(36)',
      name: 'varchar(255) null',
      default: 'tinyint(1)',
      shared: 'tinyint(1)',
      project_id: 'varchar(255) null',
      network_type: "enum('vlan','vxlan','gre','geneve')",
      physical_network: 'varchar(64) null',
      minimum: 'int(11) null',
      maximum: 'int(11) null',
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      standard_attr_id: ['standard_attr_id'],
    },
    foreignKeys: [
      {
        name: 'network_segment_ranges_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ml2_port_bindings: {
    columns: {
      port_id: 'varchar(36)',
      host: "varchar(255) default ''",
      vif_type: 'varchar(64)',
      vnic_type: "varchar(64) default 'normal'",
      profile: "varchar(4095) default ''",
      vif_details: "varchar(4095) default ''",
      status: "varchar(16) default 'ACTIVE'",
    },
    primaryKey: ['port_id', 'host'],
    foreignKeys: [
      {
        name: 'ml2_port_bindings_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ml2_port_binding_levels: {
    columns: {
      port_id: 'varchar(36)',
      host: 'varchar(255)',
      level: 'int(11)',
      driver: 'varchar(64) null',
      segment_id: 'varchar(36) null',
    },
    primaryKey: ['port_id', 'host', 'level'],
    indexes: {
      ml2_port_binding_levels_ibfk_2: ['segment_id'],
    },
    foreignKeys: [
      {
        name: 'ml2_port_binding_levels_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ml2_port_binding_levels_ibfk_2',
        columns: ['segment_id'],
        table: 'networksegments',
        references: ['id'],
        onDelete: 'SET NULL',
      },
    ],
  },
  ml2_distributed_port_bindings: {
    columns: {
      port_id: 'varchar(36)',
      host: 'varchar(255)',
      router_id: 'varchar(36) null',
      vif_type: 'varchar(64)',
      vif_details: "varchar(4095) default ''",
      vnic_type: "varchar(64) default 'normal'",
      profile: "varchar(4095) default ''",
      status: 'varchar(16)',
    },
    primaryKey: ['port_id', 'host'],
    foreignKeys: [
      {
        name: 'ml2_distributed_port_bindings_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ml2_vlan_allocations: {
    columns: {
      physical_network: 'varchar(64)',
      vlan_id: 'int(11)',
      allocated: 'tinyint(1)',
    },
    primaryKey: ['physical_network', 'vlan_id'],
    indexes: {
      ix_ml2_vlan_allocations_physical_network_allocated: ['physical_network', 'allocated'],
    },
    checks: { check_ml2_vlan_allocations0vlan_id: '`vlan_id` >= 1 and `vlan_id` <= 4094' },
  },
  ml2_vxlan_allocations: {
    columns: {
      vxlan_vni: 'int(11)',
      allocated: 'tinyint(1) default 0',
    },
    primaryKey: ['vxlan_vni'],
    indexes: {
      ix_ml2_vxlan_allocations_allocated: ['allocated'],
    },
  },
  ml2_vxlan_endpoints: {
    columns: {
      ip_address: 'varchar(64)',
      udp_port: 'int(11)',
      host: 'varchar(255) null',
    },
    primaryKey: ['ip_address'],
    unique: {
      unique_ml2_vxlan_endpoints0host: ['host'],
    },
  },
  ml2_gre_allocations: {
    columns: {
      gre_id: 'int(11)',
      allocated: 'tinyint(1) default 0',
    },
    primaryKey: ['gre_id'],
    indexes: {
      ix_ml2_gre_allocations_allocated: ['allocated'],
    },
  },
  ml2_gre_endpoints: {
    columns: {
      ip_address: 'varchar(64)',
      host: 'varchar(255) null',
    },
    primaryKey: ['ip_address'],
    unique: {
      unique_ml2_gre_endpoints0host: ['host'],
    },
  },
  ml2_geneve_allocations: {
    columns: {
      geneve_vni: 'int(11)',
      allocated: 'tinyint(1) default 0',
    },
    primaryKey: ['geneve_vni'],
    indexes: {
      ix_ml2_geneve_allocations_allocated: ['allocated'],
    },
  },
  ml2_geneve_endpoints: {
    columns: {
      ip_address: 'varchar(64)',
      host: 'varchar(255) null',
    },
    primaryKey: ['ip_address'],
    unique: {
      unique_ml2_geneve_endpoints0host: ['host'],
    },
  },
  ml2_flat_allocations: {
    columns: {
      physical_network: 'varchar(64)',
    },
    primaryKey: ['physical_network'],
  },
} as const satisfies TableDefinitions;
