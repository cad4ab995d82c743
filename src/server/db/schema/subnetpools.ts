import type { TableDefinitions } from './definition.ts';

export const subnetpoolsTables = {
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
} as const satisfies TableDefinitions;
