import type { TableDefinitions } from './definition.ts';

export const alembicTables = {
  alembic_version: {
    columns: {
      version_num: 'varchar(32)',
    },
    primaryKey: ['version_num'],
  },
} as const satisfies TableDefinitions;
