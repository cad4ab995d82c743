import type { TableDefinitions } from './definition.ts';

export const securitygroupsTables = {
  securitygroups: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      standard_attr_id: 'bigint(20)',
      stateful: 'tinyint(1) default 1',
    },
    primaryKey: ['id'],
    unique: {
      uniq_securitygroups0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_securitygroups_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'securitygroups_ibfk_1',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  securitygrouprules: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      security_group_id: 'varchar(36)',
      remote_group_id: 'varchar(36) null',
      direction: "enum('ingress','egress') null",
      ethertype: 'varchar(40) null',
      protocol: 'varchar(40) null',
      port_range_min: 'int(11) null',
      port_range_max: 'int(11) null',
      remote_ip_prefix: 'varchar(255) null',
      standard_attr_id: 'bigint(20)',
      remote_address_group_id: 'varchar(36) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_securitygrouprules0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_securitygrouprules_project_id: ['project_id'],
      remote_address_group_id: ['remote_address_group_id'],
      remote_group_id: ['remote_group_id'],
      security_group_id: ['security_group_id'],
    },
    foreignKeys: [
      {
        name: 'securitygrouprules_ibfk_1',
        columns: ['security_group_id'],
        table: 'securitygroups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'securitygrouprules_ibfk_2',
        columns: ['remote_group_id'],
        table: 'securitygroups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'securitygrouprules_ibfk_3',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'securitygrouprules_ibfk_4',
        columns: ['remote_address_group_id'],
        table: 'address_groups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  securitygroupportbindings: {
    columns: {
      port_id: 'varchar(36)',
      security_group_id: 'varchar(36)',
    },
    primaryKey: ['port_id', 'security_group_id'],
    indexes: {
      securitygroupportbindings_ibfk_2: ['security_group_id'],
    },
    foreignKeys: [
      {
        name: 'securitygroupportbindings_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'securitygroupportbindings_ibfk_2',
        columns: ['security_group_id'],
        table: 'securitygroups',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  default_security_group: {
    columns: {
      project_id: 'varchar(255)',
      security_group_id: 'varchar(36)',
    },
    primaryKey: ['project_id'],
    indexes: {
      security_group_id: ['security_group_id'],
    },
    foreignKeys: [
      {
        name: 'default_security_group_ibfk_1',
        columns: ['security_group_id'],
        table: 'securitygroups',
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
} as const satisfies TableDefinitions;
