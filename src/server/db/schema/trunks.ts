import type { TableDefinitions } from './definition.ts';

export const trunksTables = {
  trunks: {
    columns: {
      admin_state_up: 'tinyint(1) default 1',
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      port_id: 'varchar(36)',
      status: "varchar(16) default 'ACTIVE'",
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      port_id: ['port_id'],
      standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      ix_trunks_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'trunks_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'trunks_ibfk_2',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  subports: {
    columns: {
      port_id: 'varchar(36)',
      trunk_id: 'varchar(36)',
      segmentation_type: 'varchar(32)',
      segmentation_id: 'int(11)',
    },
    primaryKey: ['port_id'],
    unique: {
      uniq_subport0trunk_id0segmentation_type0segmentation_id: [
        'trunk_id',
        'segmentation_type',
        'segmentation_id',
      ],
    },
    foreignKeys: [
      {
        name: 'subports_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'subports_ibfk_2',
        columns: ['trunk_id'],
        table: 'trunks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
