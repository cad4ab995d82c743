import type { TableDefinitions } from './definition.ts';

export const quotasTables = {
  quotas: {
    columns: {
      id: 'varchar(36)',
      project_id: 'varchar(255) null',
      resource: 'varchar(255) null',
      limit: 'int(11) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_quotas0project_id0resource: ['project_id', 'resource'],
    },
    indexes: {
      ix_quotas_project_id: ['project_id'],
    },
  },
  quotausages: {
    columns: {
      project_id: 'varchar(255)',
      resource: 'varchar(255)',
      dirty: 'tinyint(1) default 0',
      in_use: 'int(11) default 0',
      reserved: 'int(11) default 0',
    },
    primaryKey: ['project_id', 'resource'],
    indexes: {
      ix_quotausages_project_id: ['project_id'],
      ix_quotausages_resource: ['resource'],
    },
  },
  reservations: {
    columns: {
      id: 'varchar(36)',
      project_id: 'varchar(255) null',
      expiration: 'datetime null',
    },
    primaryKey: ['id'],
  },
  resourcedeltas: {
    columns: {
      resource: 'varchar(255)',
      reservation_id: 'varchar(36)',
      amount: 'int(11) null',
    },
    primaryKey: ['resource', 'reservation_id'],
    indexes: {
      reservation_id: ['reservation_id'],
    },
    foreignKeys: [
      {
        name: 'resourcedeltas_ibfk_1',
        columns: ['reservation_id'],
        table: 'reservations',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
