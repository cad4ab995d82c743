import type { TableDefinitions } from './definition.ts';

export const qosTables = {
  qos_bandwidth_limit_rules: {
    columns: {
      id: 'varchar(36)',
      qos_policy_id: 'varchar(36)',
      max_kbps: 'int(11) null',
      max_burst_kbps: 'int(11) null',
      direction: "enum('egress','ingress') default 'egress'",
    },
    primaryKey: ['id'],
    unique: {
      qos_bandwidth_rules0qos_policy_id0direction: ['qos_policy_id', 'direction'],
    },
    foreignKeys: [
      {
        name: 'qos_bandwidth_limit_rules_ibfk_1',
        columns: ['qos_policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_dscp_marking_rules: {
    columns: {
      id: 'varchar(36)',
      qos_policy_id: 'varchar(36)',
      dscp_mark: 'int(11) null',
    },
    primaryKey: ['id'],
    unique: {
      qos_policy_id: ['qos_policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_dscp_marking_rules_ibfk_1',
        columns: ['qos_policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_fip_policy_bindings: {
    columns: {
      policy_id: 'varchar(36)',
      fip_id: 'varchar(36)',
    },
    primaryKey: [],
    unique: {
      fip_id: ['fip_id'],
    },
    indexes: {
      policy_id: ['policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_fip_policy_bindings_ibfk_1',
        columns: ['policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'qos_fip_policy_bindings_ibfk_2',
        columns: ['fip_id'],
        table: 'floatingips',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_minimum_bandwidth_rules: {
    columns: {
      id: 'varchar(36)',
      qos_policy_id: 'varchar(36)',
      min_kbps: 'int(11) null',
      direction: "enum('egress','ingress') default 'egress'",
    },
    primaryKey: ['id'],
    unique: {
      qos_minimum_bandwidth_rules0qos_policy_id0direction: ['qos_policy_id', 'direction'],
    },
    indexes: {
      ix_qos_minimum_bandwidth_rules_qos_policy_id: ['qos_policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_minimum_bandwidth_rules_ibfk_1',
        columns: ['qos_policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_minimum_packet_rate_rules: {
    columns: {
      id: 'varchar(36)',
      qos_policy_id: 'varchar(36) null',
      min_kpps: 'int(11)',
      direction: "enum('any','ingress','egress') default 'egress'",
    },
    primaryKey: ['id'],
    unique: {
      qos_minimum_packet_rate_rules0qos_policy_id0direction: ['qos_policy_id', 'direction'],
    },
    indexes: {
      ix_qos_minimum_packet_rate_rules_qos_policy_id: ['qos_policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_minimum_packet_rate_rules_ibfk_1',
        columns: ['qos_policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_network_policy_bindings: {
    columns: {
      policy_id: 'varchar(36)',
      network_id: 'varchar(36)',
    },
    primaryKey: [],
    unique: {
      network_id: ['network_id'],
    },
    indexes: {
      policy_id: ['policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_network_policy_bindings_ibfk_1',
        columns: ['policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'qos_network_policy_bindings_ibfk_2',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_packet_rate_limit_rules: {
    columns: {
      id: 'varchar(36)',
      qos_policy_id: 'varchar(36)',
      max_kpps: 'int(11) null',
      max_burst_kpps: 'int(11) null',
      direction: "enum('egress','ingress') default 'egress'",
    },
    primaryKey: ['id'],
    unique: {
      qos_packet_rate_limit_rules0qos_policy_id0direction: ['qos_policy_id', 'direction'],
    },
    indexes: {
      ix_qos_packet_rate_limit_rules_qos_policy_id: ['qos_policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_packet_rate_limit_rules_ibfk_1',
        columns: ['qos_policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_policies: {
    columns: {
      id: 'varchar(36)',
      name: 'varchar(255) null',
      project_id: 'varchar(255) null',
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_qos_policies0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_qos_policies_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'qos_policies_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_policies_default: {
    columns: {
      qos_policy_id: 'varchar(36)',
      project_id: 'varchar(255)',
    },
    primaryKey: ['project_id'],
    indexes: {
      ix_qos_policies_default_project_id: ['project_id'],
      qos_policy_id: ['qos_policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_policies_default_ibfk_1',
        columns: ['qos_policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_port_policy_bindings: {
    columns: {
      policy_id: 'varchar(36)',
      port_id: 'varchar(36)',
    },
    primaryKey: [],
    unique: {
      port_id: ['port_id'],
    },
    indexes: {
      policy_id: ['policy_id'],
    },
    foreignKeys: [
      {
        name: 'qos_port_policy_bindings_ibfk_1',
        columns: ['policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'qos_port_policy_bindings_ibfk_2',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qospolicyrbacs: {
    columns: {
      id: 'varchar(36)',
      project_id: 'varchar(255) null',
      target_project: 'varchar(255)',
      action: 'varchar(255)',
      object_id: 'varchar(36)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_qospolicyrbacs0target_project0object_id0action: ['target_project', 'object_id', 'action'],
    },
    indexes: {
      ix_qospolicyrbacs_action: ['action'],
      ix_qospolicyrbacs_project_id: ['project_id'],
      ix_qospolicyrbacs_target_project: ['target_project'],
      object_id: ['object_id'],
    },
    foreignKeys: [
      {
        name: 'qospolicyrbacs_ibfk_1',
        columns: ['object_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  qos_router_gw_policy_bindings: {
    columns: {
      policy_id: 'varchar(36)',
      router_id: 'varchar(36)',
    },
    primaryKey: ['policy_id', 'router_id'],
    unique: {
      router_id: ['router_id'],
    },
    foreignKeys: [
      {
        name: 'qos_router_gw_policy_bindings_ibfk_1',
        columns: ['policy_id'],
        table: 'qos_policies',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'qos_router_gw_policy_bindings_ibfk_2',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
