import type { TableDefinitions } from './definition.ts';

export const addressgroupsTables = {
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
} as const satisfies TableDefinitions;
